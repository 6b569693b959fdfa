"""A claim that its client repeats after the first run died: what that run holds is the answer."""

from collections.abc import Sequence

from bookings.errors import TicketsUnavailable
from bookings.models import Booking
from bookings.selectors import booking_for
from ticketmaster.core import idempotency


def held_before(*, user_id: int, wanted: Sequence[int]) -> Booking | None:
    """The booking that an earlier run of this very call has made; None in a first run.

    Raises TicketsUnavailable, as that run did, where it holds the alternative to `wanted`.
    """
    reference = idempotency.recalled("booking")
    if reference is None:
        return None
    booking = booking_for(user_id=user_id, reference=reference)
    if not booking.is_alternative:
        return booking
    block = list(booking.lines.order_by("ticket_id").values_list("ticket_id", flat=True))
    held: dict[str, object] = {"ticket_ids": block, "booking": booking.reference}
    raise TicketsUnavailable(ticket_ids=list(wanted), alternative=held)
