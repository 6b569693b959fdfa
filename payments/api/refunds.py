"""Giving tickets back: what it would bring, and doing it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.serializers import BookingShape, MoneyShape, TicketIdsField
from bookings.api.shapes import booking_shape
from bookings.models import Admission
from bookings.selectors import booking_for
from events.api.shapes import moment, money
from events.refund_terms import terms_from
from events.refund_words import refund_text
from payments.models import OPEN_REFUNDS, Refund
from payments.refund_offers import RefundOffer, refund_offer
from payments.refund_planning import RefundSum
from payments.ticket_returns import NOT_THERE, return_by_fan
from ticketmaster.accounts.callers import caller_id
from ticketmaster.core.errors import NotFound
from ticketmaster.core.fields import StrictCharField
from ticketmaster.core.idempotent_views import IdempotentView

MOST = 50
LONGEST_CODE = 64


class RefundSerializer(serializers.Serializer[dict[str, Any]]):
    """Which tickets, by admission code or ticket id; with neither, all that are left."""

    admissions = serializers.ListField(
        child=StrictCharField(max_length=LONGEST_CODE),
        required=False,
        allow_empty=False,
        max_length=MOST,
    )
    ticket_ids = TicketIdsField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One way of naming them, and no ticket twice."""
        if len(attrs) > 1:
            raise serializers.ValidationError(
                {"admissions": "Give admissions or ticket_ids, not both."}
            )
        codes = attrs.get("admissions", [])
        if len(set(codes)) != len(codes):
            raise serializers.ValidationError(
                {"admissions": "A ticket is listed twice."}, code="duplicate"
            )
        return attrs


class PartsShape(serializers.Serializer[Any]):
    """What goes back by its parts, and what is kept."""

    total = MoneyShape()
    face = MoneyShape()
    fee = MoneyShape()
    tax = MoneyShape()
    kept = MoneyShape()


class OfferedTicketShape(PartsShape):
    """One ticket: `valid` ones can go back; `used` and `void` ones cannot."""

    ticket = serializers.IntegerField(help_text="The ticket's id")
    status = serializers.ChoiceField(choices=Admission.Status.choices)


class RefundOfferShape(PartsShape):
    """What giving all valid tickets back would bring now. `refusal` says why nothing would."""

    possible = serializers.BooleanField()
    refusal = serializers.CharField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    policy = serializers.CharField()
    tickets = OfferedTicketShape(many=True)


class RefundView(IdempotentView):
    """Giving tickets of a paid booking back."""

    @extend_schema(
        operation_id="bookings_refund_offer",
        summary="What giving tickets back would bring now",
        responses={200: RefundOfferShape},
    )
    def get(self, request: Request, reference: str) -> Response:
        """The terms of the booking, its tickets, and what each brings."""
        offer = refund_offer(user_id=caller_id(request), reference=reference)
        return Response(_offer_shape(offer))

    @extend_schema(
        operation_id="bookings_refund",
        summary="Give tickets back for a refund, where the booking's terms allow it",
        request=RefundSerializer,
        responses={200: BookingShape, 202: BookingShape},
    )
    def post(self, request: Request, reference: str) -> Response:
        """200 when the money is on its way to the card; 202 while Stripe is still asked."""
        form = RefundSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user_id = int(caller_id(request) or 0)
        booking = return_by_fan(
            user_id=user_id,
            reference=reference,
            ticket_ids=_ticket_ids(form.validated_data, user_id, reference),
        )
        waits = Refund.objects.filter(attempt__booking=booking, status__in=OPEN_REFUNDS).exists()
        return Response(
            booking_shape(booking, request),
            status=HTTPStatus.ACCEPTED if waits else HTTPStatus.OK,
        )


def _ticket_ids(asked: dict[str, Any], user_id: int, reference: str) -> Sequence[int] | None:
    """The tickets that the body names; None for all. Raises NotFound for an unknown code."""
    if "admissions" not in asked:
        return asked.get("ticket_ids")
    booking = booking_for(user_id=user_id, reference=reference)
    codes = asked["admissions"]
    found = Admission.objects.filter(line__booking=booking, code__in=codes)
    ids = list(found.values_list("ticket_id", flat=True))
    if len(ids) != len(codes):
        raise NotFound(NOT_THERE, attr="admissions")
    return ids


def _offer_shape(offer: RefundOffer) -> dict[str, Any]:
    booking, event = offer.booking, offer.booking.event
    zone = event.venue.time_zone
    return {
        "possible": offer.right.is_given and bool(offer.returnable),
        "refusal": offer.right.refusal or None,
        "until": moment(offer.right.until, zone),
        "policy": refund_text(
            terms_from(booking.refund_policy),
            starts_at=event.starts_at,
            time_zone=zone,
            now=timezone.now(),
        ),
        **_parts(offer.total_of(offer.returnable), booking.currency),
        "tickets": [
            {
                "ticket": offered.line.ticket_id,
                "status": offered.status,
                **_parts(offered.brings, booking.currency),
            }
            for offered in offer.tickets
        ],
    }


def _parts(found: RefundSum, currency: str) -> dict[str, Any]:
    return {
        "total": money(found.parts.total_minor, currency),
        "face": money(found.parts.face_minor, currency),
        "fee": money(found.parts.fee_minor, currency),
        "tax": money(found.parts.tax_minor, currency),
        "kept": money(found.kept_minor, currency),
    }
