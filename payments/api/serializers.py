"""What paying takes, and what it answers with while the fan's bank is asked."""

from typing import Any

from rest_framework import serializers

from bookings.api.serializers import BookingShape, ReserveSerializer
from ticketmaster.core.fields import IdField, StrictCharField

LONGEST_NAME = 255


class PaymentDetailsSerializer(serializers.Serializer[dict[str, Any]]):
    """The original design's wrapping of a payment method."""

    payment_method = StrictCharField(required=False, max_length=LONGEST_NAME)
    confirmation_token = StrictCharField(required=False, max_length=LONGEST_NAME)


class PaymentSerializer(serializers.Serializer[dict[str, Any]]):
    """A payment method or a confirmation token of Stripe's. Amounts are never taken from here."""

    payment_method = StrictCharField(required=False, max_length=LONGEST_NAME)
    confirmation_token = StrictCharField(required=False, max_length=LONGEST_NAME)
    paymentDetails = PaymentDetailsSerializer(
        required=False, help_text="The original design's name"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """At most one of the two ways."""
        attrs.update(attrs.pop("paymentDetails", {}))
        if attrs.get("payment_method") and attrs.get("confirmation_token"):
            raise serializers.ValidationError(
                {"payment_method": "Give a payment method or a confirmation token, not both."}
            )
        return attrs


class ConfirmSerializer(PaymentSerializer):
    """`booking` (or the original design's `ticketId`) and how to pay; alone it goes on."""

    booking = StrictCharField(required=False, max_length=64)
    ticketId = IdField(required=False, help_text="The original design's name: a ticket you hold")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one booking."""
        if ("booking" in attrs) == ("ticketId" in attrs):
            raise serializers.ValidationError(
                {"booking": "Give the booking's reference."}, code="required"
            )
        return super().validate(attrs)


class BuySerializer(PaymentSerializer):
    """How to pay for what the rest of the body reserves."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one way, named before anything is held."""
        attrs = super().validate(attrs)
        if not attrs.get("payment_method") and not attrs.get("confirmation_token"):
            raise serializers.ValidationError(
                {"payment_method": "This field is required."}, code="required"
            )
        return attrs


class PurchaseSerializer(PaymentSerializer, ReserveSerializer):
    """What to reserve and how to pay for it, as the API's description shows it."""


class WaitingShape(BookingShape):
    """A booking whose payment waits for the fan in 3-D Secure."""

    client_secret = serializers.CharField()
    next_action = serializers.JSONField(help_text="As Stripe gives it")
