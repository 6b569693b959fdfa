"""Refunds in words: for the booking's page, the API, mails and staff."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from bookings.models import Booking, BookingLine
from bookings.occasion import place_text
from payments.ledger import Parts
from payments.models import Refund
from ticketmaster.core.money import format_money

STATUS_TEXTS = {
    Refund.Status.CREATED: "On its way",
    Refund.Status.SENT: "On its way",
    Refund.Status.UNKNOWN: "On its way",
    Refund.Status.SUCCEEDED: "Sent to your card",
    Refund.Status.FAILED: "Not sent yet: we are looking into it",
}


def refunds_of(booking: Booking) -> QuerySet[Refund]:
    """The booking's refunds with their tickets, oldest first; not a failed one tried again since.

    At most four queries.
    """
    return (
        Refund.objects.filter(attempt__booking=booking, retry=None)
        .prefetch_related("lines__ticket__section", "lines__ticket__seat")
        .order_by("pk")
    )


def refund_context(refund: Refund) -> dict[str, Any]:
    """One refund: its sum, the sum's parts, what was kept, and for which places."""
    return {
        **parts_context(
            Parts(refund.face_minor, refund.fee_minor, refund.tax_minor),
            kept_minor=refund.kept_minor,
            currency=refund.currency,
        ),
        "places": places_of(refund.lines.all()),
        "kind": refund.kind,
        "status": refund.status,
        "status_text": STATUS_TEXTS[Refund.Status(refund.status)],
        "at": refund.created_at,
    }


def parts_context(parts: Parts, *, kept_minor: int, currency: str) -> dict[str, Any]:
    """What goes back, by whom it belongs to; `kept_text` is blank where all of it does."""
    return {
        "total_text": format_money(parts.total_minor, currency),
        "face_text": format_money(parts.face_minor, currency),
        "fee_text": format_money(parts.fee_minor, currency),
        "tax_text": format_money(parts.tax_minor, currency),
        "kept_text": format_money(kept_minor, currency) if kept_minor > 0 else "",
    }


def places_of(lines: Iterable[BookingLine]) -> list[str]:
    """Section, row and seat of each."""
    return [place_text(line.ticket) for line in lines]
