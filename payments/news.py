"""Which of Stripe's events can tell us anything that we do not know already.

A paid booking makes five events, and its own request has followed the payment to its end before
most of them arrive: asking Stripe about each would be the larger half of all the work.
"""

from datetime import timedelta
from typing import Any

from payments.attempts import OPEN
from payments.models import PaymentAttempt, StripeEvent
from ticketmaster.core.clock import database_now

MONEY_CAME = frozenset(
    {
        "payment_intent.amount_capturable_updated",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
    }
)
ENDED_BADLY = frozenset(
    {
        "payment_intent.payment_failed",
        "payment_intent.canceled",
        "checkout.session.expired",
        "checkout.session.async_payment_failed",
    }
)
MONEY_WENT = ("charge.refund", "refund.", "charge.dispute.")
# The same as names and patterns that Stripe's own list of events takes; twenty at most.
FOLLOWED = (*sorted(MONEY_CAME | ENDED_BADLY), *(f"{start}*" for start in MONEY_WENT))
KNOWN = "known already"
# A fan's own request writes each step within moments; only after that is it worth a look.
AT_WORK = frozenset({PaymentAttempt.Status.SENT, PaymentAttempt.Status.AUTHORISED})
SENDERS_TIME = timedelta(seconds=3)


def is_followed(kind: str) -> bool:
    """Whether events of this kind are ever followed; the others are stored, and that is all."""
    return kind in MONEY_CAME | ENDED_BADLY or kind.startswith(MONEY_WENT)


def is_news(event: StripeEvent, attempt: PaymentAttempt) -> bool:
    """Whether the event can move this attempt forward from where it stands."""
    if event.kind in MONEY_CAME:
        return attempt.captured_at is None
    if event.kind in ENDED_BADLY:
        return attempt.status in OPEN
    return True


def sender_is_at_work(attempt: PaymentAttempt) -> bool:
    """Whether the fan's own request is probably writing down this very step now."""
    if attempt.kind == PaymentAttempt.Kind.HOSTED or attempt.status not in AT_WORK:
        return False
    return database_now() - attempt.changed_at < SENDERS_TIME


def named_in(thing: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The intent's id (blank for none) and the metadata that an event's object carries."""
    intent = thing.get("id") if thing.get("object") == "payment_intent" else None
    intent = intent or thing.get("payment_intent")
    metadata = thing.get("metadata")
    return (
        intent if isinstance(intent, str) else "",
        metadata if isinstance(metadata, dict) else {},
    )
