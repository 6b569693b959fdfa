"""Writing the audit trail."""

from collections.abc import Collection
from typing import Any

from ticketmaster.core.models import AuditRecord


def record(
    *,
    subject: str,
    subject_id: int,
    action: str,
    before: str = "",
    after: str = "",
    actor_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add one row about one subject. Call inside the transaction of the change."""
    record_many(
        subject=subject,
        subject_ids=[subject_id],
        action=action,
        before=before,
        after=after,
        actor_id=actor_id,
        details=details,
    )


def record_many(
    *,
    subject: str,
    subject_ids: Collection[int],
    action: str,
    before: str = "",
    after: str = "",
    actor_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add the same row about each of many subjects, in one statement per 1,000."""
    AuditRecord.objects.bulk_create(
        (
            AuditRecord(
                subject=subject,
                subject_id=subject_id,
                action=action,
                before=before,
                after=after,
                actor_id=actor_id,
                details=details or {},
            )
            for subject_id in subject_ids
        ),
        batch_size=1000,
    )
