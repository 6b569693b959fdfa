"""Whether a fan may give tickets back now, by the terms that the booking has kept.

They are frozen when the seats are held, like the prices: what the buyer read while paying holds,
whatever staff set later. The deadline follows the event's date: a later date gives more time.
"""

from dataclasses import dataclass
from datetime import datetime

from bookings.models import Booking
from events.models import Event
from events.refund_terms import terms_from

Status = Booking.Status

WRONG_STATES = {
    Status.RESERVED: "These seats are held, not paid for: give them back instead.",
    Status.PAYING: "The payment for these tickets is still under way.",
    Status.EXPIRED: "This booking was never paid for.",
    Status.CANCELLED: "This booking is cancelled already.",
    Status.REFUNDED: "This booking is refunded already.",
    Status.NEEDS_ATTENTION: "A person is looking into this booking. We write to you.",
}
EVENT_CANCELLED = "This event is cancelled: all that you paid goes back to you by itself."
NO_REFUNDS = "These tickets were sold without refunds."
TOO_LATE = "The time to give these tickets back is over."
USED = "A ticket that was used at the door cannot be given back."


@dataclass(frozen=True, slots=True)
class RefundRight:
    """What a fan may do at one moment: `refusal` is blank when tickets are taken back.

    `until` is the last moment, None where there is none: no refunds, or a postponed event.
    """

    refusal: str
    until: datetime | None
    keeps_fees: bool

    @property
    def is_given(self) -> bool:
        """Whether tickets are taken back."""
        return not self.refusal


def refund_right(booking: Booking, event: Event, *, now: datetime) -> RefundRight:
    """The buyer's right to a refund of this booking now."""
    terms = terms_from(booking.refund_policy)
    until = None
    if terms.takes_back and event.status != Event.Status.POSTPONED:
        until = terms.deadline(event.starts_at)
    refusal = WRONG_STATES.get(Status(booking.status), "")
    if not refusal and event.status == Event.Status.CANCELLED:
        refusal = EVENT_CANCELLED
    elif not refusal and not terms.takes_back:
        refusal = NO_REFUNDS
    elif not refusal and until is not None and now > until:
        refusal = TOO_LATE
    return RefundRight(refusal, until, terms.keeps_fees)
