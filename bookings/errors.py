"""What a booking may be refused for."""

from collections.abc import Collection

from ticketmaster.core.errors import DomainError


class TicketsUnavailable(DomainError):
    """Some of the tickets asked for are not free. `data` has their ids and an alternative."""

    code = "tickets_unavailable"
    message = "One or more of those places have just gone. Please choose again."

    def __init__(
        self, *, ticket_ids: Collection[int], alternative: dict[str, object] | None = None
    ) -> None:
        super().__init__(ticket_ids=sorted(ticket_ids), alternative=alternative)


class NoBlockAvailable(DomainError):
    """No such block is left."""

    code = "no_block_available"
    message = "There are not that many places together. Try fewer, another section or price."


class TicketLimitReached(DomainError):
    """More tickets than one person may have for this event."""

    code = "ticket_limit_reached"

    def __init__(self, *, limit: int, held: int) -> None:
        left = max(limit - held, 0)
        super().__init__(
            f"One person can have at most {limit} tickets for this event. You can add {left} more.",
            limit=limit,
            held=held,
        )


class HoldLimitReached(DomainError):
    """Too many holds at once, or too many left to lapse. `data.retry_at` when there is a wait."""

    code = "hold_limit_reached"
    message = "You already hold seats three times over. Pay for one or give it back first."


class SaleNotOpen(DomainError):
    """Tickets are not being sold yet, or not to this person."""

    code = "sale_not_open"
    message = "These tickets are not on sale yet."


class CodeNotValid(DomainError):
    """A code that was typed in opens or takes off nothing here."""

    code = "code_not_valid"
    message = "That code is not valid for these tickets. Nothing was held."


class SaleClosed(DomainError):
    """Tickets are no longer being sold."""

    code = "sale_closed"
    message = "The sale of these tickets is over."


class BookingExpired(DomainError):
    """The hold's time is up."""

    code = "booking_expired"
    message = "The time to pay was up and the seats went back on sale. You were not charged."


class BookingNotPayable(DomainError):
    """The booking is cancelled, refunded or with staff."""

    code = "booking_not_payable"
    message = "This booking cannot be paid for."


class PaymentInProgress(DomainError):
    """Another payment of this booking is under way."""

    code = "payment_in_progress"
    message = "A payment for this booking is already under way. Please wait for it to finish."


class BookingNotReleasable(DomainError):
    """The booking is no hold (any more), so that there is nothing to give back."""

    code = "booking_not_releasable"
    message = "These seats cannot be given back here: they are paid for or being paid for."


class TicketsNotReturnable(DomainError):
    """One of the tickets was used at the door or taken back meanwhile."""

    code = "refund_not_allowed"
    message = "One of these tickets was used or taken back just now. Nothing was changed."


class AlreadyExtended(DomainError):
    """A hold is extended once."""

    code = "already_extended"
    message = "This hold was extended once already."


class TicketsLost(DomainError):
    """The booking's tickets are no longer all its own. Whoever paid must get the money back."""

    code = "booking_expired"
    message = "These seats are no longer yours. You were not charged."
