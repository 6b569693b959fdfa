"""What giving tickets back would bring, before anything is done: for the page and the API."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bookings.models import Admission, Booking, BookingLine
from bookings.refund_policy import RefundRight, refund_right
from bookings.selectors import shown_booking_for
from payments import ledger
from payments.attempts import live_attempt_of
from payments.ledger import Parts
from payments.refund_planning import RefundSum, refund_sum
from ticketmaster.core.clock import database_now

NOTHING = Parts(0, 0, 0)


@dataclass(frozen=True, slots=True)
class OfferedTicket:
    """A ticket of the booking: `valid` ones may go back, and bring this alone."""

    line: BookingLine
    status: str
    brings: RefundSum


@dataclass(frozen=True, slots=True)
class RefundOffer:
    """A booking's right to a refund at one moment, ticket by ticket."""

    booking: Booking
    right: RefundRight
    tickets: Sequence[OfferedTicket]
    left: Parts

    @property
    def returnable(self) -> list[int]:
        """The ids of the tickets that may go back."""
        return [
            offered.line.ticket_id
            for offered in self.tickets
            if offered.status == Admission.Status.VALID
        ]

    def total_of(self, ticket_ids: Collection[int]) -> RefundSum:
        """What these bring together, which goodwill given before may make less than their sum."""
        lines = [
            offered.line for offered in self.tickets if offered.line.ticket_id in set(ticket_ids)
        ]
        return refund_sum(lines, left=self.left, keeps_fees=self.right.keeps_fees)


def refund_offer(*, user_id: int, reference: str, now: datetime | None = None) -> RefundOffer:
    """The offer for one's own booking. Raises NotFound. Nothing is locked: it is a forecast."""
    booking = shown_booking_for(user_id=user_id, reference=reference)
    right = refund_right(booking, booking.event, now=now or database_now())
    attempt = live_attempt_of(booking.pk)
    left = ledger.parts_left(attempt) if attempt else NOTHING
    return RefundOffer(
        booking,
        right,
        [
            OfferedTicket(
                line,
                _status_of(line),
                refund_sum([line], left=left, keeps_fees=right.keeps_fees),
            )
            for line in booking.lines.all()
        ],
        left,
    )


def _status_of(line: BookingLine) -> str:
    """How the line's admission stands; void, too, before there is one."""
    found = [admission.status for admission in line.admissions.all()]
    live = [status for status in found if status != Admission.Status.VOID]
    return live[0] if live else Admission.Status.VOID
