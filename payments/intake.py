"""What we take in of what Stripe tells: by its webhook, or from its own list of events.

An event is kept under its unique id and worked on later (`payments.inbox`). What is not for us is
counted and leaves no row: another mode's, and another application's on the same account.
"""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from prometheus_client import Counter

from payments.attempts import OPEN
from payments.news import (
    AT_WORK,
    ENDED_BADLY,
    KNOWN,
    MONEY_CAME,
    SENDERS_TIME,
    is_followed,
    named_in,
)
from ticketmaster.core import metrics

logger = logging.getLogger(__name__)

LONGEST_NAME = 255
LONGEST_KIND = 80
LONGEST_ID = 18
# Whatever we make carries our address in its metadata; refunds and disputes may be made elsewhere.
ALWAYS_NAMED = frozenset({"payment_intent", "checkout.session"})

notices = Counter(
    f"{metrics.PREFIX}_stripe_notices_total",
    "Stripe's notifications, by what was done with them.",
    ["outcome"],
    registry=metrics.registry,
)


def is_well_formed(event: Any) -> bool:
    """Whether this has what we need of an event: an id, a type and an object."""
    if not isinstance(event, dict):
        return False
    known = all(
        isinstance(event.get(name), str) and 0 < len(event[name]) <= longest
        for name, longest in (("id", LONGEST_NAME), ("type", LONGEST_KIND))
    )
    thing = _object_of(event)
    return known and isinstance(thing, dict) and isinstance(thing.get("object"), str | None)


# Most events come while the fan's own request writes down the very same step, or just after: what
# the attempt knows already is done with, and what its sender is about to know waits for him. One
# statement, so that the webhook costs one round trip.
KEEP = """
WITH told AS (
    SELECT a.id,
        (%(kind)s = ANY(%(came)s) AND a.captured_at IS NOT NULL)
            OR (%(kind)s = ANY(%(ended)s) AND a.status <> ALL(%(open)s)) AS is_known,
        a.kind = 'card' AND a.status = ANY(%(at_work)s)
            AND a.changed_at > clock_timestamp() - make_interval(secs => %(pause)s) AS is_at_work
    FROM payments_paymentattempt a WHERE a.intent_id = %(intent)s OR a.id = %(attempt)s
    ORDER BY a.intent_id = %(intent)s DESC NULLS LAST LIMIT 1
), looked_up AS (
    SELECT coalesce((SELECT is_known FROM told), false) AS is_known,
        coalesce((SELECT is_at_work FROM told), false) AS is_at_work
)
INSERT INTO payments_stripeevent
    (event_id, kind, object_id, payload, received_at, due_at, processed_at, tries, outcome)
SELECT %(event)s, %(kind)s, %(object)s, %(payload)s::jsonb, clock_timestamp(),
    clock_timestamp() + make_interval(secs => CASE WHEN is_at_work THEN %(pause)s ELSE 0 END),
    CASE WHEN is_known OR NOT %(followed)s THEN clock_timestamp() END, 0,
    CASE WHEN NOT %(followed)s THEN 'kept only' WHEN is_known THEN %(known)s ELSE '' END
FROM looked_up
ON CONFLICT (event_id) DO NOTHING
RETURNING processed_at IS NULL AND due_at <= clock_timestamp()
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """How many events were of a kind that is followed, and how many new ones are due now."""

    followed: int
    due: int


def take_in(events: Iterable[dict[str, Any]]) -> Taken:
    """Keep those that are for us, once each. What is due now wants the worker."""
    followed = due = 0
    for event in events:
        if _is_for_us(event):
            followed += is_followed(event["type"])
            due += _keep(event)
    return Taken(followed, due)


def _keep(event: dict[str, Any]) -> bool:
    """Store the event, and say whether the worker has to look at it now."""
    thing = _object_of(event)
    intent, metadata = named_in(thing)
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP,
            {
                "event": event["id"],
                "kind": event["type"],
                "object": str(thing.get("id") or "")[:LONGEST_NAME],
                "payload": json.dumps(event),
                "followed": is_followed(event["type"]),
                "intent": intent,
                "attempt": _attempt_in(metadata),
                "came": list(MONEY_CAME),
                "ended": list(ENDED_BADLY),
                "open": list(OPEN),
                "at_work": list(AT_WORK),
                "pause": SENDERS_TIME.total_seconds(),
                "known": KNOWN,
            },
        )
        row = cursor.fetchone()
    return row is not None and bool(row[0])


def _attempt_in(metadata: dict[str, Any]) -> int:
    """The attempt's id that the object carries; 0, which no attempt has, for none of ours."""
    named = str(metadata.get("attempt", ""))
    is_ours = metadata.get("site") == settings.SITE_URL and named.isascii() and named.isdecimal()
    return int(named) if is_ours and len(named) <= LONGEST_ID else 0


def _is_for_us(event: dict[str, Any]) -> bool:
    """Counts and logs what is not."""
    if bool(event.get("livemode")) != ("_live_" in settings.STRIPE_SECRET_KEY):
        outcome = "other mode"
    elif _is_foreign(_object_of(event)):
        outcome = "other application"
    else:
        outcome = "kept"
    notices.labels(outcome).inc()
    if outcome != "kept":
        logger.warning("Stripe event %s is of the %s: ignored", event["id"], outcome)
    return outcome == "kept"


def _is_foreign(thing: dict[str, Any]) -> bool:
    metadata = thing.get("metadata")
    site = metadata.get("site") if isinstance(metadata, dict) else None
    if site is None:
        return thing.get("object") in ALWAYS_NAMED
    return bool(site != settings.SITE_URL)


def _object_of(event: dict[str, Any]) -> Any:
    inside = event.get("data")
    return inside.get("object") if isinstance(inside, dict) else None
