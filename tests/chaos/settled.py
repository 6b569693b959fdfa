"""Reading the database of a chaos run: is everything at its end, and what does it say."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import Error, connections
from django.db.models import Count, Q

from bookings.models import Booking
from payments.attempts import LIVE
from payments.invariants import check_invariants
from payments.models import OPEN_REFUNDS, PaymentAttempt, Refund, StripeEvent
from tests.chaos.checker import BookingRow
from ticketmaster.core.models import AuditRecord, OutboxMessage

T = TypeVar("T")
PATIENCE_S = 60.0


def patiently(read: Callable[[], T]) -> T:
    """What `read` finds, asked again while the database is just starting."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return read()
        except Error:
            connections["default"].close()
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


def unsettled() -> dict[str, int]:
    """What is still on its way, by kind; empty once all of it has ended."""
    moving = [status for status in LIVE if status != PaymentAttempt.Status.CAPTURED]
    open_bookings = [Booking.Status.RESERVED, Booking.Status.PAYING]
    rest = Q(sent_at__isnull=True, parked_at__isnull=True)
    found = {
        "bookings": Booking.objects.filter(status__in=open_bookings).count(),
        "attempts": PaymentAttempt.objects.filter(status__in=moving).count(),
        "refunds": Refund.objects.filter(status__in=OPEN_REFUNDS).count(),
        "effects": OutboxMessage.objects.filter(rest).count(),
        "events": StripeEvent.objects.filter(
            processed_at__isnull=True, parked_at__isnull=True
        ).count(),
    }
    return {name: count for name, count in found.items() if count}


def booking_rows() -> list[BookingRow]:
    """Every booking of the run."""
    live = Q(lines__admissions__status__in=["valid", "used"])
    counted = Booking.objects.annotate(live=Count("lines__admissions", filter=live, distinct=True))
    return [
        BookingRow(
            reference=booking.reference,
            user=int(booking.user_id or 0),
            status=booking.status,
            total=booking.total_minor,
            tickets=tuple(line.ticket_id for line in booking.lines.all()),
            admissions=booking.live,
        )
        for booking in counted.prefetch_related("lines")
    ]


def times_to_settle(last_word: dict[int, float]) -> list[float]:
    """Seconds from a buyer's last word with the site to the end of a payment that went on.

    `last_word` is by user. Only bookings that left `paying` after it count.
    """
    references = dict(Booking.objects.values_list("pk", "user_id"))
    ends = AuditRecord.objects.filter(subject="booking", before="paying")
    took = (
        at.timestamp() - last_word.get(int(references[booking] or 0), at.timestamp())
        for booking, at in ends.values_list("subject_id", "at")
    )
    return sorted(seconds for seconds in took if seconds > 0)


def broken_invariants() -> dict[str, int]:
    """Those that do not hold just now, with their counts."""
    return {found.name: found.count for found in check_invariants() if found.count}


@dataclass
class Watch:
    """Checks the invariants again and again; `broken` says which failed, and when."""

    stop: Callable[[float], bool]
    looks: int = 0
    broken: list[str] = field(default_factory=list)

    def run(self, *, every_s: float) -> None:
        """Until told to stop."""
        began = time.monotonic()
        while not self.stop(every_s):
            found = patiently(broken_invariants)
            self.looks += 1
            if found:
                self.broken.append(f"{found} after {time.monotonic() - began:.0f} s")
        connections.close_all()
