"""The locking queries of payments. Order everywhere: event, booking, tickets, payment attempt.

The card's advisory lock comes before all of them and is taken by the sale alone.
"""

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from payments.models import OPEN_STATUSES, PaymentAttempt, Refund, StripeEvent
from payments.news import ENDED_BADLY, MONEY_CAME
from ticketmaster.core.written import Written

# First key of Postgres' two-integer advisory locks; 1 to 3 are the event's and the bookings'.
CARD = 6

KNOWN_EVENTS = """
SELECT e.id FROM payments_stripeevent e
JOIN payments_paymentattempt a ON a.intent_id = e.object_id
WHERE e.processed_at IS NULL AND e.parked_at IS NULL AND e.due_at <= now()
  AND ((e.kind = ANY(%(came)s) AND a.captured_at IS NOT NULL)
    OR (e.kind = ANY(%(ended)s) AND a.status <> ALL(%(open)s)))
ORDER BY e.due_at, e.id LIMIT %(limit)s FOR NO KEY UPDATE OF e SKIP LOCKED
"""


def lock_card(*, event_id: int, fingerprint: str) -> None:
    """Let one sale of this event at a time be paid with this card."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [CARD, f"{event_id}:{fingerprint}"]
        )


ATTEMPT = Written(
    PaymentAttempt,
    'WHERE id = %s ORDER BY "payments_paymentattempt"."id" FOR NO KEY UPDATE',
    locking=True,
)


def lock_attempt(attempt_id: int) -> PaymentAttempt:
    """The attempt's row, locked and fresh."""
    return ATTEMPT.one(attempt_id)


def lock_refund(refund_id: int) -> Refund:
    """The refund's row, locked and fresh. Lock its attempt first."""
    return (
        Refund.objects.select_for_update(of=("self",), no_key=True).order_by("pk").get(pk=refund_id)
    )


def lock_known_events(*, limit: int) -> list[int]:
    """Ids of due events that tell of an intent nothing that its attempt does not know, locked.

    The same as `news.is_news` says of each, for all of them in one statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            KNOWN_EVENTS,
            {
                "came": list(MONEY_CAME),
                "ended": list(ENDED_BADLY),
                "open": OPEN_STATUSES,
                "limit": limit,
            },
        )
        return [row[0] for row in cursor.fetchall()]


def lock_due_events(*, limit: int) -> QuerySet[StripeEvent]:
    """Up to `limit` stored events that are due and that nobody else is taking, oldest first."""
    due = StripeEvent.objects.filter(
        processed_at__isnull=True, parked_at__isnull=True, due_at__lte=Now()
    )
    return due.order_by("due_at", "pk").select_for_update(
        of=("self",), no_key=True, skip_locked=True
    )[:limit]
