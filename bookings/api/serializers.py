"""What the booking operations take, and the shapes they answer with."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from ticketmaster.core.fields import (
    IdField,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
)


class TicketIdsField(serializers.ListField):
    """1 to 50 different ticket ids."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            child=IdField(),
            allow_empty=False,
            max_length=settings.MAX_TICKETS_PER_REQUEST,
            **kwargs,
        )

    def to_internal_value(self, data: Any) -> list[int]:
        """The ids; a validation error for none, too many or a repeated one."""
        ids: list[int] = super().to_internal_value(data)
        if len(set(ids)) != len(ids):
            raise serializers.ValidationError("A ticket is listed twice.", code="duplicate")
        return ids


class ReserveSerializer(serializers.Serializer[dict[str, Any]]):
    """`ticket_ids` (or the original design's `ticketId`), else `event_id` and `quantity`."""

    ticket_ids = TicketIdsField(required=False)
    ticketId = IdField(required=False, help_text="The original design's name: one ticket")
    event_id = IdField(required=False)
    quantity = StrictIntegerField(
        required=False, min_value=1, max_value=settings.MAX_TICKETS_PER_REQUEST
    )
    section = IdField(required=False, allow_null=True)
    max_price = StrictIntegerField(
        required=False, allow_null=True, min_value=0, max_value=2**53, help_text="Minor units"
    )
    accessible = StrictBooleanField(required=False, allow_null=True)
    alternative = StrictBooleanField(required=False, allow_null=True)
    access_code = StrictCharField(required=False, allow_null=True, allow_blank=True, max_length=60)
    discount_code = StrictCharField(
        required=False, allow_null=True, allow_blank=True, max_length=60
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one way of saying what is wanted; a null is as if absent."""
        attrs = {name: value for name, value in attrs.items() if value is not None}
        if {"ticket_ids", "ticketId"} <= attrs.keys():
            raise serializers.ValidationError(
                {"ticketId": "Give ticket_ids or ticketId, not both."}
            )
        if "ticketId" in attrs:
            attrs["ticket_ids"] = [attrs.pop("ticketId")]
        if "ticket_ids" in attrs:
            if "event_id" in attrs or "quantity" in attrs:
                raise serializers.ValidationError(
                    {"ticket_ids": "Give ticket_ids, or event_id and quantity, not both."}
                )
            return attrs
        missing = {"event_id", "quantity"} - attrs.keys()
        if len(missing) == len({"event_id", "quantity"}):
            raise serializers.ValidationError(
                {"ticket_ids": "Give ticket_ids, or event_id and quantity."}, code="required"
            )
        if missing:
            raise serializers.ValidationError(
                dict.fromkeys(missing, "This field is required."), code="required"
            )
        return attrs


class AdmissionShape(serializers.Serializer[Any]):
    """What opens the door. `ticket` is the ticket's id."""

    code = serializers.CharField()
    ticket = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["valid", "used", "void"])
    pdf = serializers.URLField()


class MoneyShape(serializers.Serializer[Any]):
    """All-in, in minor units."""

    amount = serializers.IntegerField()
    currency = serializers.CharField()


class BookingShape(serializers.Serializer[Any]):
    """A booking as the API shows it."""

    reference = serializers.CharField()
    status = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    can_extend = serializers.BooleanField()
    url = serializers.URLField()
    total = MoneyShape()
    event = serializers.JSONField(help_text="As in a list of events")
    tickets = serializers.ListField(
        child=serializers.JSONField(), help_text="As an event's tickets"
    )
    admissions = AdmissionShape(many=True)


class BookingPageShape(serializers.Serializer[Any]):
    """A page of bookings; `next` is the whole address of the following one."""

    results = BookingShape(many=True)
    next = serializers.URLField(allow_null=True)
