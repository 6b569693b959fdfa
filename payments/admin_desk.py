"""The admin's first page: what waits for a person, and what was sold."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from bookings.models import Booking
from bookings.sold import Sold, sold_between
from payments.models import Dispute, EventRefund, InvariantResult, PaymentAttempt, StripeEvent
from payments.refunds import failed_refunds
from ticketmaster.core.models import OutboxMessage
from ticketmaster.core.money import format_money

DESK_KEPT_SECONDS = 15
TODAY_KEPT_SECONDS = 60
DAYS_BEFORE_KEPT_SECONDS = 3600
DAYS_BEFORE = timedelta(days=6)  # with today they are seven


def desk(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What waits (label, count, where to look) and what was sold, as far as this person may see."""
    counts: dict[str, int] = cache.get_or_set("admin-desk", _waiting, DESK_KEPT_SECONDS) or {}
    context["desk"] = [
        {
            "label": label,
            "count": counts[label],
            "url": reverse(f"admin:{page}_changelist", query=query),
        }
        for label, (page, query, _) in DESK.items()
        if request.user.has_perm(f"{page.split('_')[0]}.view_{page.split('_')[1]}")
    ]
    if request.user.has_perm("bookings.view_booking"):
        context["sold"] = sold_figures(timezone.localtime())
    return context


def _waiting() -> dict[str, int]:
    return {label: rows().count() for label, (_, _, rows) in DESK.items()}


def sold_figures(now: datetime) -> list[dict[str, Any]]:
    """Tickets and money of today and of seven days with today, a row for each currency.

    Today is a minute old at most. The days before are over: they are summed up once an hour.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = _kept(f"today:{midnight.date()}", TODAY_KEPT_SECONDS, since=midnight, until=now)
    before = _kept(
        f"before:{midnight.date()}",
        DAYS_BEFORE_KEPT_SECONDS,
        since=midnight - DAYS_BEFORE,
        until=midnight,
    )
    none = Sold()
    return [
        {
            "currency": currency,
            "today": _shown(today.get(currency, none), currency),
            "week": _shown(today.get(currency, none).and_(before.get(currency, none)), currency),
        }
        for currency in sorted(today.keys() | before.keys())
    ]


def _kept(key: str, seconds: int, *, since: datetime, until: datetime) -> dict[str, Sold]:
    found: dict[str, Sold] | None = cache.get_or_set(
        f"admin-sold:{key}", lambda: sold_between(since=since, until=until), seconds
    )
    return found or {}


def _shown(sold: Sold, currency: str) -> dict[str, str]:
    return {
        "tickets": f"{sold.tickets:,} {'ticket' if sold.tickets == 1 else 'tickets'}",
        "amount": format_money(sold.amount_minor, currency),
    }


DESK: dict[str, tuple[str, dict[str, str], Callable[[], QuerySet[Any]]]] = {
    "Invariants of seats and money that do not hold": (
        "payments_invariantresult",
        {},
        lambda: InvariantResult.objects.filter(count__gt=0),
    ),
    "Bookings that need attention": (
        "bookings_booking",
        {"status__exact": "needs_attention"},
        lambda: Booking.objects.filter(status="needs_attention"),
    ),
    "Payments with an unknown result": (
        "payments_paymentattempt",
        {"status__exact": "unknown"},
        lambda: PaymentAttempt.objects.filter(status="unknown"),
    ),
    "Refunds that failed": (
        "payments_refund",
        {"status__exact": "failed"},
        failed_refunds,
    ),
    "Disputes that a bank has not decided": (
        "payments_dispute",
        {"status__exact": "open"},
        lambda: Dispute.objects.filter(status="open"),
    ),
    "Refunds of events that wait for approval": (
        "payments_eventrefund",
        {"wants_approval__exact": "1"},
        lambda: EventRefund.objects.filter(wants_approval=True),
    ),
    "Mails and effects that could not be delivered": (
        "core_outboxmessage",
        {"parked_at__isempty": "0"},
        lambda: OutboxMessage.objects.filter(parked_at__isnull=False),
    ),
    "Stripe events nobody understood": (
        "payments_stripeevent",
        {"parked_at__isempty": "0"},
        lambda: StripeEvent.objects.filter(parked_at__isnull=False),
    ),
}
