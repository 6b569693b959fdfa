"""Moving an attempt from state to state: forwards only, by compare-and-set, with an audit row."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models.functions import Now
from psycopg.types.json import Jsonb

from bookings.models import Booking
from payments.models import LIVE_STATUSES, OPEN_STATUSES, PaymentAttempt
from ticketmaster.core.written import Written

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


# The compare-and-set with its audit row in one statement: a paid booking makes three of them.
MOVE = """
WITH moved AS (
    UPDATE payments_paymentattempt SET status = %s, changed_at = statement_timestamp(){fields}
    WHERE id = %s AND status = %s RETURNING id
)
INSERT INTO core_auditrecord (at, subject, subject_id, action, before, after, details)
SELECT statement_timestamp(), 'attempt', id, %s, %s, %s, '{{}}' FROM moved
"""


START = """
WITH made AS (
    INSERT INTO payments_paymentattempt (booking_id, kind, status, amount_minor, currency,
        payment_method, confirmation_token, client_secret, card_fingerprint, decline_code,
        decline_message, created_at, changed_at)
    VALUES (%s, %s, 'created', %s, %s, %s, %s, '', '', '', '', statement_timestamp(),
        statement_timestamp())
    RETURNING id, created_at, changed_at
), trail AS (
    INSERT INTO core_auditrecord (
        at, subject, subject_id, action, before, after, actor_id, details)
    SELECT created_at, 'attempt', id, 'start', '', 'created', %s, '{}' FROM made
)
SELECT id, created_at, changed_at FROM made
"""


class AttemptMoved(Exception):
    """Somebody else moved the attempt on; whoever sees this reads it again."""


def start(
    booking: Booking,
    *,
    kind: PaymentAttempt.Kind,
    payment_method: str = "",
    confirmation_token: str = "",
) -> PaymentAttempt:
    """A new attempt to pay all of this booking, with its audit row.

    Inside a transaction, with the booking locked and claimed for it.
    """
    attempt = PaymentAttempt(
        booking=booking,
        kind=kind,
        amount_minor=booking.total_minor,
        currency=booking.currency,
        payment_method=payment_method,
        confirmation_token=confirmation_token,
    )
    row: list[Any] = [booking.pk, kind, attempt.amount_minor, attempt.currency]
    with connection.cursor() as cursor:
        cursor.execute(START, [*row, payment_method, confirmation_token, booking.user_id])
        attempt.pk, attempt.created_at, attempt.changed_at = cursor.fetchone()
    attempt._state.adding = False
    attempt._state.db = connection.alias
    return attempt


def move(attempt: PaymentAttempt, *, to: Status, why: str = "", **fields: Any) -> None:
    """Move the attempt on from the state it was read in, which must lead to the new one.

    Inside a transaction, after the locks of booking and tickets; takes the attempt's row lock.
    Raises AttemptMoved when somebody else has moved it since it was read.
    """
    _move(attempt, to=to, allowed=FROM[to], why=why, fields=fields)


def reopen(attempt: PaymentAttempt, **fields: Any) -> None:
    """Make the ended attempt authorised again, because its money came late. As `move`."""
    _move(attempt, to=Status.AUTHORISED, allowed=ENDED, why="money came late", fields=fields)


def reopen_refunded(attempt: PaymentAttempt) -> None:
    """Make the attempt captured again, because a refund came back from the bank. As `move`."""
    refunded = frozenset({Status.REFUNDED})
    why = "a refund came back"
    _move(attempt, to=Status.CAPTURED, allowed=refunded, why=why, fields={})


def drop(attempt: PaymentAttempt) -> None:
    """Void the attempt, if it was never sent: from now on nobody can send it. As `move`."""
    never_sent = frozenset({Status.CREATED})
    _move(attempt, to=Status.VOIDED, allowed=never_sent, why="never sent", fields={})


def _move(
    attempt: PaymentAttempt,
    *,
    to: Status,
    allowed: frozenset[Status],
    why: str,
    fields: dict[str, Any],
) -> None:
    before = Status(attempt.status)
    action = why[:60] or f"{before} to {to}"
    if before not in allowed or not _write_move(attempt.pk, before, to, action, fields):
        raise AttemptMoved(f"attempt {attempt.pk} was {before}, and not on its way to {to}")
    attempt.status = to
    for name, value in fields.items():
        setattr(attempt, name, value)


def _write_move(
    attempt_id: int, before: Status, to: Status, action: str, fields: Mapping[str, Any]
) -> bool:
    """Whether the attempt stood where it was expected; `fields` are named as their columns."""
    columns = ""
    values: list[Any] = []
    for name, value in fields.items():
        if isinstance(value, Now):
            columns += f", {name} = statement_timestamp()"
        else:
            columns += f", {name} = %s"
            values.append(Jsonb(value) if isinstance(value, dict) else value)
    with connection.cursor() as cursor:
        cursor.execute(
            MOVE.format(fields=columns), [to, *values, attempt_id, before, action, before, to]
        )
        return bool(cursor.rowcount)


LIVE_OF = Written(PaymentAttempt, "WHERE booking_id = %s AND status = ANY(%s)")


def live_attempt_of(booking_id: int) -> PaymentAttempt | None:
    """The one attempt of this booking that can still cost the fan money, or has."""
    return LIVE_OF.first(booking_id, list(LIVE_STATUSES))


def last_attempt_of(booking_id: int) -> PaymentAttempt | None:
    """The newest attempt of this booking, however it ended."""
    return PaymentAttempt.objects.filter(booking_id=booking_id).order_by("-pk").first()
