"""Operations on bookings. Each parses, calls the one domain function, and answers."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings.admission_pdf import tickets_answer
from bookings.api.serializers import BookingPageShape, BookingShape, ReserveSerializer
from bookings.api.shapes import booking_shape, booking_shapes
from bookings.best_available import hold_best_available
from bookings.claims import Buyer
from bookings.errors import CodeNotValid
from bookings.holds import extend_hold, hold_tickets, release_hold
from bookings.models import Booking
from bookings.repeats import held_before
from bookings.selectors import admission_for, booking_for, bookings_of
from bookings.ticket_lock import Refused
from bookings.waiting_room.transport import shown_pass
from bookings.wishes import Wish
from ticketmaster.accounts.authentication import (
    LateSessionTokenAuthentication,
    PageSessionAuthentication,
)
from ticketmaster.accounts.callers import caller, caller_id
from ticketmaster.core.fields import checked
from ticketmaster.core.idempotent_views import IdempotentView
from ticketmaster.core.pagination import KeysetPagination


def reserve(request: Request) -> Booking:
    """Hold what the body asks for. Refusals as `hold_tickets` and `hold_best_available`."""
    asked = checked(ReserveSerializer, request.data)
    held = held_before(user_id=caller_id(request), wanted=asked.get("ticket_ids", ()))
    if held is not None:
        return held
    return claim(asked, user=caller(request), shown=shown_pass(request))


def claim(
    asked: dict[str, Any], *, user: Buyer, shown: str, refused: Refused | None = None
) -> Booking:
    """Hold what a checked body asks for; `shown` is the waiting room's pass, blank for none.

    `refused` as in `hold_tickets`.
    """
    if asked.get("discount_code"):
        raise CodeNotValid(attr="discount_code")  # no event takes any: never ignore one in silence
    if "ticket_ids" in asked:
        return hold_tickets(
            user=user,
            ticket_ids=asked["ticket_ids"],
            access_code=asked.get("access_code", ""),
            wants_alternative=asked.get("alternative", False),
            waiting_room_pass=shown,
            refused=refused,
        )
    wish = Wish(
        event_id=asked["event_id"],
        quantity=asked["quantity"],
        section_id=asked.get("section"),
        max_price_minor=asked.get("max_price"),
        accessible=asked.get("accessible", False),
        access_code=asked.get("access_code", ""),
        waiting_room_pass=shown,
    )
    return hold_best_available(user=user, wish=wish)


CLAIMANTS = (LateSessionTokenAuthentication, PageSessionAuthentication)


class ReserveView(IdempotentView):
    """Hold tickets for ten minutes."""

    authentication_classes = CLAIMANTS
    writes_key_with_claim = True

    @extend_schema(
        operation_id="booking_reserve",
        summary="Hold tickets by id, or the best available",
        request=ReserveSerializer,
        responses={201: BookingShape},
    )
    def post(self, request: Request) -> Response:
        """All of the tickets asked for, or none of them."""
        return Response(booking_shape(reserve(request), request), status=HTTPStatus.CREATED)


class BookingPagination(KeysetPagination):
    """Newest first."""

    ordering = ("-id",)
    salt = "bookings"


class BookingListView(IdempotentView):
    """The caller's bookings."""

    @extend_schema(
        operation_id="bookings_list",
        summary="My bookings, newest first",
        parameters=[
            OpenApiParameter("cursor", str, description="From the `next` of the page before"),
            OpenApiParameter("page_size", int, description="20 unless said, at most 100"),
        ],
        responses={200: BookingPageShape},
    )
    def get(self, request: Request) -> Response:
        """A page of them."""
        pages = BookingPagination()
        rows = pages.paginate_queryset(bookings_of(user_id=caller_id(request)), request, self)
        return pages.get_paginated_response(booking_shapes(rows, request))


class BookingView(IdempotentView):
    """One booking of the caller's."""

    @extend_schema(operation_id="bookings_read", summary="One booking", responses=BookingShape)
    def get(self, request: Request, reference: str) -> Response:
        """It, with its tickets and admissions."""
        booking = booking_for(user_id=caller_id(request), reference=reference)
        return Response(booking_shape(booking, request))

    @extend_schema(
        operation_id="bookings_release",
        summary="Give held seats back",
        request=None,
        responses={200: BookingShape},
    )
    def delete(self, request: Request, reference: str) -> Response:
        """The booking, cancelled; the same when asked again."""
        booking = release_hold(user_id=caller_id(request), reference=reference)
        return Response(booking_shape(booking, request))


class ExtendView(IdempotentView):
    """The one extension of a hold."""

    @extend_schema(
        operation_id="bookings_extend",
        summary="Hold the seats longer, once",
        request=None,
        responses={200: BookingShape},
    )
    def post(self, request: Request, reference: str) -> Response:
        """The booking with its later end."""
        booking = extend_hold(user_id=caller_id(request), reference=reference)
        return Response(booking_shape(booking, request))


class AdmissionPdfView(APIView):
    """The printable ticket, its owner's only."""

    @extend_schema(
        operation_id="admission_pdf",
        summary="The printable ticket",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """One page of PDF; a refusal is JSON."""
        admission = admission_for(user_id=caller_id(request), code=code)
        return tickets_answer([admission.pk])
