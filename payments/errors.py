"""What a payment may be refused for."""

from http import HTTPStatus

from ticketmaster.core.errors import DomainError


class CardDeclined(DomainError):
    """The bank said no, or 3-D Secure failed. The hold stays; another card may be tried.

    `data` has Stripe's `decline_code` and the `booking` reference.
    """

    code = "card_declined"
    message = "Your card was declined. You were not charged. Please try another card."
    status = HTTPStatus.PAYMENT_REQUIRED

    def __init__(self, message: str = "", *, decline_code: str, booking: str) -> None:
        super().__init__(message, decline_code=decline_code, booking=booking)


class PaymentUnavailable(DomainError):
    """Stripe cannot be reached or did not answer. Whoever is charged will have the tickets."""

    code = "temporarily_unavailable"
    message = (
        "The card payment service does not answer just now. Your seats stay held. Please try again "
        "shortly: you will not be charged twice."
    )
    status = HTTPStatus.SERVICE_UNAVAILABLE
    retry_after = 5


class TooManyDeclines(DomainError):
    """Too many cards were declined. `retry_after` says when to try again, in seconds."""

    code = "too_many_declines"
    message = "Too many cards were declined. Please wait before you try another one."
    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, *, retry_after: int) -> None:
        super().__init__()
        self.retry_after = max(1, retry_after)


class PaymentMethodMissing(DomainError):
    """A new payment needs a payment method or a confirmation token."""

    code = "required"
    message = "A payment method or a confirmation token is needed."
    status = HTTPStatus.BAD_REQUEST

    def __init__(self) -> None:
        super().__init__(attr="payment_method")


class PaymentMethodRefused(DomainError):
    """Stripe does not know this payment method or token, or it was used before."""

    code = "invalid"
    message = "This payment method cannot be used."
    status = HTTPStatus.BAD_REQUEST

    def __init__(self) -> None:
        super().__init__(attr="payment_method")


class AmountNotChargeable(DomainError):
    """Stripe has no way to take this amount in this currency."""

    code = "booking_not_payable"
    message = "This amount cannot be paid by card."


class RefundNotAllowed(DomainError):
    """The booking's terms, its state or its tickets do not let this money go back."""

    code = "refund_not_allowed"
    message = "These tickets cannot be given back for a refund."


class CaptureUnderWay(DomainError):
    """The payment is not settled yet: nothing can go back before it has come."""

    code = "temporarily_unavailable"
    message = (
        "The payment for this booking is still being settled. Nothing was changed. Please try "
        "again in a minute."
    )
    status = HTTPStatus.SERVICE_UNAVAILABLE
    retry_after = 30


class NothingToRefund(DomainError):
    """Nothing was captured, or all of it has gone back already."""

    code = "refund_not_allowed"
    message = "There is nothing left to refund on this booking."


class FiguresMoved(DomainError):
    """Much more would go back by now than staff have seen and confirmed."""

    code = "figures_moved"
    message = (
        "Many more tickets were sold since this page was opened. Nothing was changed: please look "
        "at the new figures and confirm again."
    )


class SamePerson(DomainError):
    """Who asked for a mass refund cannot approve it as well."""

    code = "second_person_required"
    message = "Somebody else has to approve these refunds: you asked for them yourself."
