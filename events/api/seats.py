"""What is free, and the drawing it belongs to."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from events.api import serializers as shapes_of
from events.availability import FEED_SECONDS, feed_copy, version_of
from events.maps.drawing import drawing_bytes
from events.models import Event
from events.public_ids import known_id, require_public_event
from ticketmaster.core.errors import NotFound
from ticketmaster.core.public import Freshness, fresh_for
from ticketmaster.core.public_api import PublicAPIView


def feed_answer(event_id: int) -> HttpResponse:
    """The feed as JSON with its version as ETag. NotFound for drafts and unknown events."""
    require_public_event(event_id)
    feed = feed_copy(event_id=event_id)
    etag = f'"{version_of(feed.content)}"'
    response = HttpResponse(feed.content, content_type="application/json", headers={"ETag": etag})
    return fresh_for(response, FEED_SECONDS - feed.age)


class AvailabilityView(PublicAPIView):
    """What is free, for polling."""

    keeps_last_answer = False  # the feed keeps its own
    compresses = True
    has_own_etag = True  # the version, packed or not; Vary keeps the two apart

    @extend_schema(
        operation_id="event_availability",
        summary="What is free, one character a seat; its version is the ETag",
        tags=["events"],
        auth=[],
        responses=shapes_of.FeedShape,
    )
    def get(self, request: Request, event_id: int) -> HttpResponse:
        """The feed; poll it with If-None-Match."""
        return feed_answer(event_id)


class SeatMapView(PublicAPIView):
    """The drawing of an event's seat map."""

    freshness = Freshness(shared=60, browser=60, stale=600)
    compresses = True
    for_a_crowd = 10

    @extend_schema(
        operation_id="event_seat_map",
        summary="The drawing of its seat map; 404 while it has none",
        tags=["events"],
        auth=[],
        responses=shapes_of.DrawingShape,
    )
    def get(self, request: Request, event_id: int) -> HttpResponse:
        """The drawing. It changes only when the event moves to another version of the map."""
        events = Event.objects.public().select_related("seat_map")
        event = events.filter(pk=known_id(event_id)).first()
        if event is None or event.seat_map is None:
            raise NotFound("There is no seat map for this event.")
        return HttpResponse(drawing_bytes(event.seat_map), content_type="application/json")
