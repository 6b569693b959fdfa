"""Performers and venues with what is coming."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.api import serializers as shapes_of
from events.api.shapes import Shape, event_shape, performer_details, site_of, venue_details
from events.listing import listable, listed
from events.public_ids import known_id
from events.querysets import EventQuerySet
from events.selectors import (
    events_at_venue,
    events_of_performer,
    performer_for_public,
    venue_for_public,
)
from ticketmaster.core.pagination import KeysetPagination, page_parameters
from ticketmaster.core.public import Freshness
from ticketmaster.core.public_api import PublicAPIView


class ComingEvents(KeysetPagination):
    """Soonest first."""

    ordering = ("starts_at", "id")
    salt = "coming"


def coming_page(events: EventQuerySet, request: Request, view: APIView) -> Shape:
    """A page of these events as `{"results", "next"}`."""
    pages = ComingEvents()
    rows = listed(pages.paginate_queryset(listable(events), request, view))
    site = site_of(request._request)
    page: Shape = pages.get_paginated_response([event_shape(row, site=site) for row in rows]).data
    return page


class PerformerView(PublicAPIView):
    """A performer."""

    freshness = Freshness(shared=5)
    for_a_crowd = 5

    @extend_schema(
        operation_id="performer_read",
        summary="A performer with facts and coming events",
        tags=["events"],
        auth=[],
        parameters=page_parameters(),
        responses=shapes_of.PerformerWithEvents,
    )
    def get(self, request: Request, performer_id: int) -> Response:
        """The performer; `page_size` and `cursor` are those of `events`."""
        performer = performer_for_public(known_id(performer_id))
        events = events_of_performer(performer.pk, now=timezone.now())
        site = site_of(request._request)
        return Response(
            {
                **performer_details(performer),
                "url": f"{site}{performer.get_absolute_url()}",
                "events": coming_page(events, request, self),
            }
        )


class VenueView(PublicAPIView):
    """A venue."""

    freshness = Freshness(shared=5)
    for_a_crowd = 5

    @extend_schema(
        operation_id="venue_read",
        summary="A venue with coming events",
        tags=["events"],
        auth=[],
        parameters=page_parameters(),
        responses=shapes_of.VenueWithEvents,
    )
    def get(self, request: Request, venue_id: int) -> Response:
        """The venue; `page_size` and `cursor` are those of `events`."""
        venue = venue_for_public(known_id(venue_id))
        events = events_at_venue(venue.pk, now=timezone.now())
        site = site_of(request._request)
        return Response(
            {
                **venue_details(venue),
                "url": f"{site}{venue.get_absolute_url()}",
                "events": coming_page(events, request, self),
            }
        )
