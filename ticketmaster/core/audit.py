"""Writing the audit trail.

By one plain statement: a paid booking writes six of these rows, which as model instances took a
tenth of its whole time.
"""

import json
from collections.abc import Collection
from typing import Any

from django.db import connection

WRITE = """
INSERT INTO core_auditrecord (at, subject, subject_id, action, before, after, actor_id, details)
SELECT statement_timestamp(), %s, unnest(%s::bigint[]), %s, %s, %s, %s, %s::jsonb
"""


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
    """Add the same row about each of many subjects, in one statement."""
    told = json.dumps(details or {})
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [subject, list(subject_ids), action, before, after, actor_id, told])
