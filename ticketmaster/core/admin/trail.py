"""The audit trail of a row, for its page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from ticketmaster.core.models import AuditRecord

MOST_SHOWN = 200


def trail_of(subjects: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """What was done to these rows (ids by subject), oldest first, at most 200. One query."""
    wanted = Q()
    for subject, ids in subjects.items():
        wanted |= Q(subject=subject, subject_id__in=list(ids))
    records = AuditRecord.objects.filter(wanted).select_related("actor").order_by("-pk")
    return [
        {
            "at": record.at,
            "what": f"{record.subject} {record.subject_id}",
            "action": record.action.replace("_", " "),
            "change": f"{record.before} → {record.after}" if record.before else record.after,
            "actor": str(record.actor) if record.actor else "the system",
            "details": ", ".join(f"{name}: {value}" for name, value in record.details.items()),
        }
        for record in reversed(records[:MOST_SHOWN])
    ]
