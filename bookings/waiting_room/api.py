"""The waiting room for apps: poll, join, leave, and the draw for who wants to check it."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings.waiting_room import answers, checking
from bookings.waiting_room.models import WaitingRoom
from bookings.waiting_room.polling import json_answer, poll_answer
from bookings.waiting_room.tokens import read_visitor
from bookings.waiting_room.transport import VISITOR_HEADER
from events.public_ids import known_id
from events.selectors import event_for_public
from ticketmaster.accounts.authentication import SessionTokenAuthentication
from ticketmaster.accounts.callers import caller_id
from ticketmaster.core.errors import NotFound
from ticketmaster.core.fields import StrictCharField
from ticketmaster.core.public import Freshness
from ticketmaster.core.public_api import PublicAPIView

VISITOR = OpenApiParameter(
    VISITOR_HEADER, str, OpenApiParameter.HEADER, description="The `visitor` of the last answer"
)


class WaitShape(serializers.Serializer[Any]):
    """Seconds until it is this visitor's turn; null where nobody can tell."""

    min_s = serializers.IntegerField(allow_null=True)
    max_s = serializers.IntegerField(allow_null=True)


class WaitingRoomShape(serializers.Serializer[Any]):
    """How a visitor stands. Keep `visitor`, the newest one; `pass` goes with reserve."""

    state = serializers.ChoiceField(
        choices=["pre_queue", "waiting", "admitted", "paused", "closed"]
    )
    place = serializers.IntegerField(allow_null=True, help_text="From 1; null before the draw")
    ahead = serializers.IntegerField(allow_null=True)
    wait = WaitShape()
    retry_after = serializers.IntegerField(help_text="Seconds; asking earlier brings nothing")
    visitor = serializers.CharField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With `pass`, which cannot be a name in Python."""
        return {
            **super().get_fields(),
            "pass": serializers.CharField(allow_null=True, help_text="Once admitted"),
            "message": serializers.CharField(
                allow_null=True, help_text="What the box office tells everybody who waits"
            ),
            "tickets_left": serializers.IntegerField(
                allow_null=True, help_text="Free now, a few seconds old; null before the sale"
            ),
            "tickets_held": serializers.IntegerField(
                allow_null=True, help_text="Held and not paid for: they may come back"
            ),
        }


class JoinSerializer(serializers.Serializer[Any]):
    """Nothing, or a nonce of one's own for the draw."""

    nonce = StrictCharField(
        required=False, max_length=64, help_text="1 to 64 of A-Z, a-z, 0-9, _ and -"
    )


class WaitingRoomView(APIView):
    """A place in the line of an event. Nobody needs to sign in for it; who is has one place."""

    authentication_classes = (SessionTokenAuthentication,)
    permission_classes = ()

    def get_authenticators(self) -> list[BaseAuthentication]:
        """A session token is looked at when joining; a poll goes by its visitor alone."""
        request = self.request  # None while the API's description is being made
        joins = request is not None and request.method == "POST"
        return [SessionTokenAuthentication()] if joins else []

    @extend_schema(
        operation_id="waiting_room_poll",
        summary="How my place in line stands; without a visitor, how the room stands",
        auth=[],
        parameters=[VISITOR],
        responses={200: WaitingRoomShape},
    )
    def get(self, request: Request, event_id: int) -> HttpResponse:
        """The same answer as the short way gives (`polling`)."""
        return poll_answer(request._request, known_id(event_id))

    @extend_schema(
        operation_id="waiting_room_join",
        summary="Join the line, or keep the place that I have",
        parameters=[VISITOR],
        request=JoinSerializer,
        responses={200: WaitingRoomShape},
    )
    def post(self, request: Request, event_id: int) -> HttpResponse:
        """The place, and the visitor with which to poll."""
        form = JoinSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        event_id = known_id(event_id)
        plain = request._request
        plain.kind = "join"  # type: ignore[attr-defined]  # for the figures
        token, nonce = request.headers.get(VISITOR_HEADER, ""), form.validated_data.get("nonce", "")
        if request.user.is_authenticated:
            answer = answers.join_as_account(
                plain, event_id, token=token, nonce=nonce, account=caller_id(request)
            )
        else:
            answer = answers.join(plain, event_id, token=token, nonce=nonce)
        return json_answer(plain, event_id, answer)

    @extend_schema(
        operation_id="waiting_room_leave",
        summary="Give my place back",
        auth=[],
        parameters=[VISITOR],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, event_id: int) -> HttpResponse:
        """Nothing to say, however often it is asked. By header: no cookie changes anything."""
        token = request.headers.get(VISITOR_HEADER, "")
        if read_visitor(token, event_id=known_id(event_id)) is None:
            raise NotFound(answers.NO_SUCH_PLACE)
        answers.leave(event_id, token)
        return HttpResponse(status=204)


class DrawShape(serializers.Serializer[Any]):
    """The draw as published so far; null is what is not told yet."""

    event = serializers.IntegerField()
    commitment = serializers.CharField(help_text="SHA-256 of the seed, from the start")
    opens_at = serializers.DateTimeField(allow_null=True)
    public_source = serializers.ChoiceField(choices=["none", "entered", "drand"])
    public_source_name = serializers.CharField(allow_blank=True)
    sealed_at = serializers.DateTimeField(allow_null=True)
    list_hash = serializers.CharField(allow_null=True, help_text="SHA-256 of the sealed list")
    list_length = serializers.IntegerField(allow_null=True)
    public_value = serializers.CharField(allow_null=True)
    drawn_at = serializers.DateTimeField(allow_null=True)
    seed = serializers.CharField(allow_null=True)
    list = serializers.CharField(allow_null=True, help_text="Each entry a line: place name nonce")


class DrawView(PublicAPIView):
    """Everything with which anybody recomputes every place (`verify_draw.py`)."""

    freshness = Freshness(shared=2)
    for_a_crowd = 5

    @extend_schema(
        operation_id="waiting_room_draw",
        summary="The draw, to be checked by anybody",
        auth=[],
        responses={200: DrawShape},
    )
    def get(self, request: Request, event_id: int) -> Response:
        """What has been published up to now."""
        event = event_for_public(known_id(event_id))
        room = WaitingRoom.objects.filter(event=event).first()
        if room is None:
            raise NotFound("This event has no waiting room.")
        rows = checking.places(room)
        text = "".join(f"{place} {entry.line}\n" for place, entry in rows)
        told = text if room.drawn_at else None
        return Response({**checking.public_record(room), "list": told})
