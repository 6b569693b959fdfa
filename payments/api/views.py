"""Paying, and the operations on bookings that share its addresses."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.serializers import BookingShape
from bookings.api.shapes import booking_shape
from bookings.api.views import CLAIMANTS, BookingListView, BookingView, reserve
from bookings.selectors import live_hold_on
from payments.api.serializers import (
    BuySerializer,
    ConfirmSerializer,
    PurchaseSerializer,
    WaitingShape,
)
from payments.checkout import ConfirmResult, abandon_payment, confirm_booking, pay
from ticketmaster.accounts.callers import caller_id
from ticketmaster.core.errors import DomainError
from ticketmaster.core.idempotent_views import IdempotentView

ANSWERS = {200: BookingShape, 202: WaitingShape}


class ConfirmView(IdempotentView):
    """Paying for held tickets."""

    @extend_schema(
        operation_id="booking_confirm",
        summary="Pay for a held booking, or go on with its payment",
        request=ConfirmSerializer,
        responses=ANSWERS,
    )
    def put(self, request: Request) -> Response:
        """200 with admissions; 202 while the fan's bank asks; 402 for a declined card."""
        form = ConfirmSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        user_id = int(caller_id(request) or 0)
        reference = asked.get("booking") or _booking_with(asked["ticketId"], user_id)
        return answer(request, _confirm(user_id, reference, asked))


class PayableBookingListView(BookingListView):
    """The caller's bookings, and buying in one step."""

    writes_key_with_claim = True

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Buying claims tickets: a refusal by the ticket lock must cost Postgres nothing."""
        request = self.request  # None while the API's description is being made
        if request is not None and request.method == "POST":
            return [authentication() for authentication in CLAIMANTS]
        return super().get_authenticators()

    @extend_schema(
        operation_id="bookings_create",
        summary="Reserve and pay in one step",
        request=PurchaseSerializer,
        responses=ANSWERS,
    )
    def post(self, request: Request) -> Response:
        """As reserve, then as confirm. After a refusal of the card the hold stays."""
        form = BuySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        booking = reserve(request)
        try:
            result = pay(booking, **_method_in(form.validated_data))
        except DomainError as refusal:
            refusal.data.setdefault("booking", booking.reference)
            raise
        return answer(request, result)


class PayableBookingView(BookingView):
    """One booking of the caller's."""


class StopPaymentView(IdempotentView):
    """Giving up a payment that waits for the fan's bank."""

    @extend_schema(
        operation_id="bookings_stop_payment",
        summary="Stop a payment that waits in 3-D Secure, to try another card",
        request=None,
        responses={200: BookingShape},
    )
    def post(self, request: Request, reference: str) -> Response:
        """The booking, reserved again; confirmed, if the money came meanwhile."""
        booking = abandon_payment(user_id=caller_id(request), reference=reference)
        return Response(booking_shape(booking, request))


def answer(request: Request, result: ConfirmResult) -> Response:
    """200 with the booking; 202 with what the fan's bank wants besides."""
    shape = booking_shape(result.booking, request)
    if result.attempt is None:
        return Response(shape)
    waiting = {
        "client_secret": result.attempt.client_secret,
        "next_action": result.attempt.next_action,
    }
    return Response({**shape, **waiting}, status=HTTPStatus.ACCEPTED)


def _confirm(user_id: int, reference: str, asked: dict[str, Any]) -> ConfirmResult:
    return confirm_booking(user_id=user_id, reference=reference, **_method_in(asked))


def _method_in(asked: dict[str, Any]) -> dict[str, str]:
    return {name: asked.get(name, "") for name in ("payment_method", "confirmation_token")}


def _booking_with(ticket_id: int, user_id: int) -> str:
    return live_hold_on(user_id=user_id, ticket_ids=[ticket_id]).reference
