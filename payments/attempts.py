"""Moving an attempt from state to state: forwards only, by compare-and-set, with an audit row."""

from typing import Any

from django.db.models.functions import Now

from payments.locks import lock_attempt
from payments.models import LIVE_STATUSES, OPEN_STATUSES, PaymentAttempt
from ticketmaster.core import audit

Status = PaymentAttempt.Status

ON_ITS_WAY = frozenset({Status.SENT, Status.UNKNOWN, Status.REQUIRES_ACTION})
# To which state from which. Money that comes late reopens an ended attempt: it is the one way
# back, and `payments.settlement` alone takes it.
FROM: dict[Status, frozenset[Status]] = {
    Status.SENT: frozenset({Status.CREATED}),
    Status.UNKNOWN: frozenset({Status.SENT}),
    Status.REQUIRES_ACTION: frozenset({Status.SENT, Status.UNKNOWN}),
    Status.AUTHORISED: ON_ITS_WAY,
    Status.CAPTURED: frozenset({Status.AUTHORISED}),
    Status.DECLINED: ON_ITS_WAY,
    Status.VOIDED: ON_ITS_WAY | {Status.CREATED, Status.AUTHORISED},
    Status.REFUNDED: frozenset({Status.CAPTURED}),
}
ENDED = frozenset({Status.DECLINED, Status.VOIDED})
LIVE = frozenset(LIVE_STATUSES)
OPEN = frozenset(OPEN_STATUSES)


class AttemptMoved(Exception):
    """Somebody else moved the attempt on; whoever sees this reads it again."""


def move(attempt_id: int, *, to: Status, why: str = "", **fields: Any) -> PaymentAttempt:
    """The attempt in its new state, which it may only reach from the states before it.

    Inside a transaction, after the locks of booking and tickets. Raises AttemptMoved.
    """
    return _move(attempt_id, to=to, allowed=FROM[to], why=why, fields=fields)


def reopen(attempt_id: int, **fields: Any) -> PaymentAttempt:
    """The ended attempt as authorised again, because its money came late. As `move`."""
    return _move(
        attempt_id, to=Status.AUTHORISED, allowed=ENDED, why="money came late", fields=fields
    )


def drop(attempt_id: int) -> PaymentAttempt:
    """The attempt as voided, if it was never sent: from now on nobody can send it. As `move`."""
    return _move(
        attempt_id,
        to=Status.VOIDED,
        allowed=frozenset({Status.CREATED}),
        why="never sent",
        fields={},
    )


def _move(
    attempt_id: int, *, to: Status, allowed: frozenset[Status], why: str, fields: dict[str, Any]
) -> PaymentAttempt:
    attempt = lock_attempt(attempt_id)
    before = Status(attempt.status)
    if before not in allowed:
        raise AttemptMoved(f"attempt {attempt_id} is {before}, not on its way to {to}")
    PaymentAttempt.objects.filter(pk=attempt_id, status=before).update(
        status=to, changed_at=Now(), **fields
    )
    attempt.status = to
    for name, value in fields.items():
        setattr(attempt, name, value)
    audit.record(
        subject="attempt",
        subject_id=attempt_id,
        action=why[:60] or f"{before} to {to}",
        before=before,
        after=to,
    )
    return attempt


def live_attempt_of(booking_id: int) -> PaymentAttempt | None:
    """The one attempt of this booking that can still cost the fan money, or has."""
    return PaymentAttempt.objects.filter(booking_id=booking_id, status__in=LIVE).first()


def last_attempt_of(booking_id: int) -> PaymentAttempt | None:
    """The newest attempt of this booking, however it ended."""
    return PaymentAttempt.objects.filter(booking_id=booking_id).order_by("-pk").first()
