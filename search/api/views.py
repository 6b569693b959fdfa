"""Searching over the API."""

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.shapes import event_shape, site_of
from search.api.serializers import SearchShape, SuggestionsShape
from search.dates import WINDOWS
from search.narrowing import FURTHER, further_facets
from search.request import AVAILABILITIES, SORTS, STATUSES, chosen, search_request_from
from search.service import search_events
from search.suggestions import suggest
from ticketmaster.core.pagination import next_address, page_parameters
from ticketmaster.core.public import Freshness
from ticketmaster.core.public_api import PublicAPIView

PUBLIC = Freshness(shared=5, stale=5)
PRIVATE = "private, max-age=0"

PARAMETERS = [
    OpenApiParameter(
        "term",
        str,
        description='Words, "phrases" and -words to leave out. Words that name a city, kind, date '
        "or price are read as filters, see `understood`; in quotes they are only words.",
    ),
    OpenApiParameter(
        "location",
        str,
        many=True,
        description="A city, or lat,lon. With radius or sort=distance a city is its centre.",
    ),
    OpenApiParameter(
        "radius", float, description="Around the point; 25 by default, 500 mi at most."
    ),
    OpenApiParameter("unit", str, enum=["mi", "km"], description="Of the radius; mi by default."),
    OpenApiParameter(
        "type",
        str,
        many=True,
        description="Slug of a segment or genre, or what people call one (sports, soccer); with - "
        "before it is left out.",
    ),
    OpenApiParameter(
        "date",
        str,
        many=True,
        description=f"A day, a month, from..to, or one of {', '.join(WINDOWS)}; venue time.",
    ),
    OpenApiParameter("performer", str, many=True, description="Id or name."),
    OpenApiParameter("venue", str, many=True, description="Id or name."),
    OpenApiParameter("price_min", int, description="Minor units, all-in."),
    OpenApiParameter("price_max", int, description="Minor units, all-in."),
    OpenApiParameter("availability", str, many=True, enum=AVAILABILITIES),
    OpenApiParameter("accessible", bool, description="With free wheelchair spaces, or without."),
    OpenApiParameter("status", str, many=True, enum=STATUSES),
    OpenApiParameter("sort", str, enum=SORTS),
    OpenApiParameter(
        "facets",
        str,
        many=True,
        enum=FURTHER,
        description="Further facets to count, over at most 1,000 events: how many are on in named "
        "windows, and how many cost at most so much.",
    ),
    *page_parameters(),
]


def cache_control_of(request: HttpRequest) -> str:
    """Public for five seconds; private for a search with a place: too many permutations."""
    return PRIVATE if request.GET.get("location", "").strip() else PUBLIC.header


class SearchView(PublicAPIView):
    """Events by any combination of words, place, dates, kind and price."""

    @extend_schema(
        operation_id="search",
        summary="Find events; without parameters, what is coming, by date",
        tags=["search"],
        auth=[],
        parameters=PARAMETERS,
        responses=SearchShape,
    )
    def get(self, request: Request) -> Response:
        """A page of what fits."""
        asked = chosen(request.query_params, "facets", FURTHER)
        found = search_events(search_request_from(request.query_params))
        site = site_of(request._request)
        return Response(
            {
                "results": [event_shape(row, site=site) for row in found.events],
                "facets": {**found.facets, **further_facets(found, asked)},
                "next": next_address(request._request, found.next_cursor),
                "total": found.total,
                "total_relation": "gte" if found.total_is_least else "eq",
                "facets_approx": found.facets_approx,
                "did_you_mean": found.did_you_mean,
                "understood": found.understood,
                "engine": found.engine,
                "degraded": found.degraded,
                "restarted": found.restarted,
            }
        )

    def cache_control(self, request: HttpRequest) -> str:
        """As above."""
        return cache_control_of(request)


class SuggestView(PublicAPIView):
    """What somebody who began to type may mean."""

    freshness = Freshness(shared=30, browser=10)

    @extend_schema(
        operation_id="suggest",
        summary="Performers, events, venues and cities that begin so, at most five each",
        tags=["search"],
        auth=[],
        parameters=[OpenApiParameter("term", str, description="One letter or more.")],
        responses=SuggestionsShape,
    )
    def get(self, request: Request) -> Response:
        """The best first in each group."""
        return Response(suggest(request.query_params.get("term", ""), now=timezone.now()))
