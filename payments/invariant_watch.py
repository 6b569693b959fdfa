"""Looking at the invariants each minute: the last result for staff, an alarm for what is broken."""

import time
from collections.abc import Iterator
from datetime import datetime

import structlog

from payments.invariants import Finding, check_invariants
from payments.models import InvariantResult
from ticketmaster.core.clock import database_now

logger = structlog.get_logger(__name__)


def watch_invariants() -> list[Finding]:
    """Check all of them, keep what was found, and log an error for each that is broken."""
    findings = []
    for position, (finding, seconds) in enumerate(_timed(check_invariants())):
        since = _keep(finding, position=position, seconds=seconds)
        if finding.count:
            logger.error(
                "invariant broken",
                invariant=finding.name,
                meaning=finding.meaning,
                count=finding.count,
                since=since,
            )
        findings.append(finding)
    return findings


def last_counts() -> dict[str, int]:
    """How many rows broke each invariant when it was last checked; without those not checked."""
    found = InvariantResult.objects.values_list("name", "count")
    return {name: count for name, count in found if count is not None}


def _timed(findings: Iterator[Finding]) -> Iterator[tuple[Finding, float]]:
    began = time.monotonic()
    for finding in findings:
        yield finding, time.monotonic() - began
        began = time.monotonic()


def _keep(finding: Finding, *, position: int, seconds: float) -> datetime | None:
    """Write the result down; since when it has been broken, None where it is not."""
    now = database_now()
    before = InvariantResult.objects.filter(name=finding.name).first()
    since = before.broken_since if before else None
    if finding.count is not None:
        since = (since or now) if finding.count else None
    InvariantResult.objects.update_or_create(
        name=finding.name,
        defaults={
            "position": position,
            "meaning": finding.meaning,
            "count": finding.count,
            "seconds": round(seconds, 3),
            "checked_at": now,
            "broken_since": since,
        },
    )
    return since
