"""How a bank says no, in Stripe's codes and sentences."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Decline:
    """A refusal of the bank: Stripe's code, the bank's code, and the sentence people read."""

    code: str
    decline_code: str
    message: str

    def details(self) -> dict[str, Any]:
        """What an error of this kind says besides its message and code."""
        return {"decline_code": self.decline_code}


DECLINED = "Your card was declined."
GENERIC = Decline("card_declined", "generic_decline", DECLINED)
INSUFFICIENT = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
LOST = Decline("card_declined", "lost_card", DECLINED)
STOLEN = Decline("card_declined", "stolen_card", DECLINED)
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.")
INCORRECT_CVC = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.")
PROCESSING = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
)
VELOCITY = Decline(
    "card_declined",
    "card_velocity_exceeded",
    "Your card was declined for making repeated attempts too frequently or exceeding its amount"
    " limit.",
)
FRAUDULENT = Decline("card_declined", "fraudulent", DECLINED)
BLOCKED = FRAUDULENT
AUTHENTICATION = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)
ACTION_REFUSED = Decline(
    "authentication_required",
    "authentication_required",
    "This payment required an authentication action to complete, but `error_on_requires_action`"
    " was set. When you're ready, you can upgrade your integration to handle actions at"
    " https://stripe.com/docs/payments/payment-intents/upgrade-to-handle-actions.",
)
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card. For a list"
    " of valid test cards, visit: https://stripe.com/docs/testing.",
)
AUTHENTICATION_FAILED = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or"
    " a new PaymentMethod to attempt to fulfill this PaymentIntent again."
)
