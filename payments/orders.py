"""What an attempt asks Stripe for, made from its frozen row alone, so that it can be repeated."""

from django.conf import settings
from django.urls import reverse

from bookings.models import Booking
from events.models import Ticket
from payments.models import PaymentAttempt
from payments.stripe_gateway import Order, OrderLine


def order_of(attempt: PaymentAttempt) -> Order:
    """The order of an attempt whose booking is loaded."""
    return Order(
        attempt_id=attempt.pk,
        reference=attempt.booking.reference,
        amount_minor=attempt.amount_minor,
        currency=attempt.currency,
        return_url=return_url(attempt.booking),
        payment_method=attempt.payment_method,
        confirmation_token=attempt.confirmation_token,
    )


def return_url(booking: Booking) -> str:
    """Where the fan comes back from the bank's or Stripe's page."""
    return settings.SITE_URL + reverse("payments:return", args=[booking.reference])


def order_lines(booking: Booking) -> list[OrderLine]:
    """One line per ticket, all-in, as Stripe's own page lists them."""
    lines = booking.lines.select_related("ticket__section", "ticket__seat").order_by("id")
    return [
        OrderLine(
            name=booking.event.name[:120],
            note=_place(line.ticket)[:120],
            amount_minor=line.total_minor,
        )
        for line in lines
        if line.total_minor
    ]


def _place(ticket: Ticket) -> str:
    if ticket.seat is None:
        return str(ticket.section.name)
    return f"{ticket.section.name}, row {ticket.seat.row}, seat {ticket.seat.number}"
