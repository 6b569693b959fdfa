"""How money stands, for `/metrics`: Stripe's events, live attempts, breaker and invariants."""

from django.db.models import Count, Min
from django.utils import timezone

from payments.invariant_watch import last_counts
from payments.invariants import QUERIES
from payments.models import PaymentAttempt, StripeEvent
from payments.refunds import failed_refunds
from payments.stripe_calls import breaker
from ticketmaster.core.metrics import Gauge, Samples, add_gauge

LIVE = (
    PaymentAttempt.Status.CREATED,
    PaymentAttempt.Status.SENT,
    PaymentAttempt.Status.REQUIRES_ACTION,
    PaymentAttempt.Status.AUTHORISED,
    PaymentAttempt.Status.UNKNOWN,
)


def add() -> None:
    """Have them asked for from now on."""
    add_gauge(Gauge("webhook_lag_seconds", "Age of Stripe's oldest event not done.", _lag))
    add_gauge(Gauge("payment_attempts", "Live attempts.", _attempts, ("status",)))
    add_gauge(Gauge("refunds_failed", "Failed refunds that wait for staff.", _failed_refunds))
    add_gauge(Gauge("stripe_breaker_open", "1 while Stripe is not asked.", _breaker, every_s=1.0))
    add_gauge(
        Gauge(
            "invariant_broken",
            "Rows that break each invariant, as beat last counted them; NaN: not checked.",
            _invariants,
            ("name",),
        )
    )


def _lag() -> Samples:
    waiting = StripeEvent.objects.filter(processed_at=None, parked_at=None)
    oldest = waiting.aggregate(oldest=Min("received_at"))["oldest"]
    return {(): max((timezone.now() - oldest).total_seconds(), 0.0) if oldest else 0.0}


def _attempts() -> Samples:
    rows = PaymentAttempt.objects.filter(status__in=LIVE).values_list("status")
    counted = dict(rows.annotate(n=Count("pk")).order_by())
    return {(str(status),): float(counted.get(status, 0)) for status in LIVE}


def _failed_refunds() -> Samples:
    return {(): float(failed_refunds().count())}


def _breaker() -> Samples:
    return {(): float(breaker.is_open)}


def _invariants() -> Samples:
    counts = last_counts()
    return {(name,): float(counts.get(name, "nan")) for name in QUERIES}
