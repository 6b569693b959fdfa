"""The outside witness: what Stripe, or the sandbox, says that it holds for us (invariant I6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import requests
from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from payments import stripe_gateway
from payments.models import OPEN_REFUNDS, OPEN_STATUSES, PaymentAttempt
from payments.stripe_calls import StripeRefused, StripeUnreachable
from ticketmaster.core.clock import database_now

TIMEOUT_SECONDS = (2, 30)
OLD_ENOUGH = timedelta(minutes=10)
# How far back Stripe itself is asked: an authorisation lives seven days.
LOOK_BACK = timedelta(days=7)
AT_ONCE = 1000
GONE = ("expired", "cancelled", "refunded")


class NotReachable(Exception):
    """The witness cannot be heard."""


@dataclass(frozen=True, slots=True)
class LiveMoney:
    """A payment at Stripe that holds or has the fan's money, and what it carries of ours."""

    attempt: int
    booking: str


def count_unexplained_money() -> int:
    """Live payments of ours, ten minutes old, without attempt, or whose booking is over.

    A refund or release under way explains one. Raises NotReachable.
    """
    live = _sandbox_money() if settings.STRIPE_API_BASE else _stripe_money()
    return sum(_unexplained(chunk) for chunk in _chunks(live))


def _sandbox_money() -> Iterator[LiveMoney]:
    try:
        answer = requests.get(
            f"{settings.STRIPE_API_BASE}/_sandbox/ledger", timeout=TIMEOUT_SECONDS
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
            yield from _ours(payment["metadata"])


def _stripe_money() -> Iterator[LiveMoney]:
    now = database_now()
    start, end = now - LOOK_BACK, now - OLD_ENOUGH
    try:
        for state in stripe_gateway.intents_between(int(start.timestamp()), int(end.timestamp())):
            ours = state.metadata.get("site") == settings.SITE_URL
            if ours and state.has_money and not state.refunded_minor:
                yield from _ours(state.metadata)
    except (StripeUnreachable, StripeRefused) as error:
        raise NotReachable from error


def _ours(metadata: dict[str, str]) -> Iterator[LiveMoney]:
    named = metadata.get("attempt", "")
    if named.isdecimal():
        yield LiveMoney(int(named), metadata.get("booking", ""))


def _chunks(live: Iterable[LiveMoney]) -> Iterator[list[LiveMoney]]:
    rest = iter(live)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk


def _unexplained(chunk: list[LiveMoney]) -> int:
    rows = PaymentAttempt.objects.filter(pk__in=[money.attempt for money in chunk])
    known = dict(rows.values_list("pk", "booking__reference"))
    under_way = Q(refunds__status__in=OPEN_REFUNDS) | Q(
        status__in=OPEN_STATUSES, changed_at__gt=Now() - OLD_ENOUGH
    )
    gone = rows.filter(booking__status__in=GONE).exclude(pk__in=rows.filter(under_way).values("pk"))
    over = set(gone.values_list("pk", flat=True))
    return sum(
        known.get(money.attempt) != money.booking or money.attempt in over for money in chunk
    )
