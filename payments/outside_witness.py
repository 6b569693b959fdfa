"""The outside witness: what Stripe, or the sandbox, says that it holds for us (invariant I6)."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import requests
from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from payments import stripe_gateway
from payments.amounts import from_stripe
from payments.case_models import FUNDS_GONE
from payments.models import OPEN_REFUNDS, OPEN_STATUSES, Dispute, PaymentAttempt, Refund
from payments.refund_planning import TICKETS_STAY
from payments.stripe_calls import StripeRefused, StripeUnreachable
from ticketmaster.core.clock import database_now

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = (2, 30)
OLD_ENOUGH = timedelta(minutes=10)
# How far back Stripe itself is asked: an authorisation lives seven days.
LOOK_BACK = timedelta(days=7)
AT_ONCE = 5000
NAMED = 20  # in the log, of so many: staff look for them at Stripe by these
GONE = ("expired", "cancelled", "refunded")


class NotReachable(Exception):
    """The witness cannot be heard."""


@dataclass(frozen=True, slots=True)
class LiveMoney:
    """A payment at Stripe that holds or has the fan's money, and what it carries of ours."""

    attempt: int
    booking: str
    left_minor: int


def count_unexplained_money() -> int:
    """Live payments of ours, ten minutes old, without attempt, or whose booking is over.

    A refund or release under way explains one, and so does what was rightly kept. Raises
    NotReachable.
    """
    live = _sandbox_money() if settings.STRIPE_API_BASE else _stripe_money()
    return sum(_unexplained(chunk) for chunk in _chunks(live))


def _sandbox_money() -> Iterator[LiveMoney]:
    try:
        answer = requests.get(
            f"{settings.STRIPE_API_BASE}/_sandbox/ledger",
            params={"only": "live"},
            timeout=TIMEOUT_SECONDS,
        )
        answer.raise_for_status()
        ledger = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise NotReachable from error
    before = ledger["as_of"] - OLD_ENOUGH.total_seconds()
    for payment in ledger["payments"]:
        left = payment["amount_capturable"] or (
            payment["amount_received"] - payment["amount_refunded"]
        )
        if left > 0 and payment["created"] <= before:
            yield from _ours(payment["metadata"], from_stripe(left, payment["currency"].upper()))


def _stripe_money() -> Iterator[LiveMoney]:
    now = database_now()
    start, end = now - LOOK_BACK, now - OLD_ENOUGH
    try:
        between = int(start.timestamp()), int(end.timestamp())
        for state in stripe_gateway.charged_intents_between(*between):
            ours = state.metadata.get("site") == settings.SITE_URL
            if ours and state.has_money and state.left_minor:
                yield from _ours(state.metadata, state.left_minor)
    except (StripeUnreachable, StripeRefused) as error:
        raise NotReachable from error


def _ours(metadata: dict[str, str], left_minor: int) -> Iterator[LiveMoney]:
    named = metadata.get("attempt", "")
    if named.isdecimal():
        yield LiveMoney(int(named), metadata.get("booking", ""), left_minor)


def _chunks(live: Iterable[LiveMoney]) -> Iterator[list[LiveMoney]]:
    rest = iter(live)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk


BOOKED = """
SELECT a.id, b.reference, b.status
FROM payments_paymentattempt a JOIN bookings_booking b ON b.id = a.booking_id WHERE a.id = ANY(%s)
"""


def _unexplained(chunk: list[LiveMoney]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(BOOKED, [[money.attempt for money in chunk]])
        rows = cursor.fetchall()
    known = {attempt: reference for attempt, reference, _ in rows}
    over = [attempt for attempt, _, status in rows if status in GONE]
    stays = _what_stays(_at_rest(over)) if over else {}
    found = [
        money
        for money in chunk
        if known.get(money.attempt) != money.booking
        or (money.attempt in stays and stays[money.attempt] != money.left_minor)
    ]
    for money in found[:NAMED]:
        logger.error(
            "Stripe has %s minor units for booking %s (attempt %s), which nothing here explains",
            money.left_minor,
            money.booking,
            money.attempt,
        )
    return len(found)


def _at_rest(attempt_ids: list[int]) -> QuerySet[PaymentAttempt, int]:
    """Ids of those of these attempts about which nothing is under way."""
    rows = PaymentAttempt.objects.filter(pk__in=attempt_ids)
    under_way = Q(refunds__status__in=OPEN_REFUNDS) | Q(
        status__in=OPEN_STATUSES, changed_at__gt=Now() - OLD_ENOUGH
    )
    at_rest = rows.exclude(pk__in=rows.filter(under_way).values("pk"))
    return at_rest.values_list("pk", flat=True)


def _what_stays(attempt_ids: Iterable[int]) -> dict[int, int]:
    """What of these ended payments rightly never went back to the card by a refund of ours.

    Fees that the terms keep, and what a bank has taken by a dispute.
    """
    stays = dict.fromkeys(attempt_ids, 0)
    kept = Refund.objects.filter(attempt__in=stays).exclude(status=Refund.Status.FAILED)
    for refund in kept.only("attempt_id", "kind", "kept_minor", "amount_minor"):
        goodwill = refund.amount_minor if refund.kind in TICKETS_STAY else 0
        stays[refund.attempt_id] += refund.kept_minor - goodwill
    for dispute in Dispute.objects.filter(attempt__in=stays, status__in=FUNDS_GONE):
        stays[dispute.attempt_id] += dispute.amount_minor
    return stays
