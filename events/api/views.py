"""Reads of the catalogue and the inventory. The same bytes for everybody; nobody signs in."""

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import serializers as shapes_of
from events.api.shapes import (
    TICKET_COLUMNS,
    Shape,
    event_details,
    site_of,
    ticket_shapes,
)
from events.listing import listed
from events.models import Event, PriceLevel, Ticket
from events.public_ids import known_id
from events.selectors import event_for_public, tickets_for_list
from ticketmaster.core.errors import InvalidInput, NotFound
from ticketmaster.core.ids import LARGEST_ID
from ticketmaster.core.pagination import (
    next_address,
    page_parameters,
    page_size_from,
    read_cursor,
    sign_cursor,
)
from ticketmaster.core.public_api import PublicAPIView

TICKETS_PER_PAGE = 100
MOST_TICKETS_PER_PAGE = 1_000


class EventView(PublicAPIView):
    """One event."""

    for_a_crowd = 1

    @extend_schema(
        operation_id="event_read",
        summary="An event with venue, performers, prices and its first tickets",
        tags=["events"],
        auth=[],
        responses=shapes_of.EventDetails,
    )
    def get(self, request: Request, event_id: int) -> Response:
        """The event; 404 for drafts."""
        event = event_for_public(known_id(event_id))
        prefetch_related_objects([event], "sale_windows__price_levels")
        levels = {level.pk: level for level in event.price_levels.all()}
        tickets, key = ticket_page(event, levels, size=TICKETS_PER_PAGE)
        address = f"{request.path}/tickets"
        first = {"results": tickets, "next": _tickets_next(request._request, address, event, key)}
        [found] = listed([event])
        return Response(event_details(found, site=site_of(request._request), tickets=first))


def _tickets_next(request: HttpRequest, path: str, event: Event, key: int | None) -> str | None:
    if key is None:
        return None
    cursor = sign_cursor([key], salt=_tickets_salt(event.pk))
    return request.build_absolute_uri(f"{path}?cursor={cursor}")


def _tickets_salt(event_id: int) -> str:
    return f"tickets:{event_id}"


def ticket_page(
    event: Event,
    levels: dict[int, PriceLevel],
    *,
    size: int,
    after: int = 0,
    section_id: int | None = None,
    status: str = "",
) -> tuple[list[Shape], int | None]:
    """At most `size` tickets behind the id `after`, and the last one's id where more follow."""
    tickets = tickets_for_list(event_id=event.pk, section_id=section_id, status=status)
    rows = list(tickets.filter(pk__gt=after).values_list(*TICKET_COLUMNS)[: size + 1])
    page = ticket_shapes(rows[:size], levels, event.currency)
    return page, rows[size - 1][0] if len(rows) > size else None


class TicketListView(PublicAPIView):
    """The tickets of an event."""

    for_a_crowd = 1

    @extend_schema(
        operation_id="event_tickets",
        summary="Its tickets, neighbours one after another",
        tags=["events"],
        auth=[],
        parameters=[
            OpenApiParameter("section", int, description="Id of a section: only its tickets."),
            OpenApiParameter("status", str, enum=Ticket.Status.values),
            *page_parameters(default=TICKETS_PER_PAGE, largest=MOST_TICKETS_PER_PAGE),
        ],
        responses=shapes_of.TicketPageShape,
    )
    def get(self, request: Request, event_id: int) -> Response:
        """A page of them. From its end on a lapsed hold reads available."""
        query = request.query_params
        size = page_size_from(query, default=TICKETS_PER_PAGE, largest=MOST_TICKETS_PER_PAGE)
        section_id, status = _section(query.get("section", "")), _status(query.get("status", ""))
        event = _event_with_levels(known_id(event_id))
        salt = _tickets_salt(event.pk)
        after = read_cursor(query.get("cursor", ""), salt=salt, length=1)
        page, key = ticket_page(
            event,
            {level.pk: level for level in event.price_levels.all()},
            size=size,
            after=after[0] if after else 0,
            section_id=section_id,
            status=status,
        )
        cursor = None if key is None else sign_cursor([key], salt=salt)
        return Response({"results": page, "next": next_address(request._request, cursor)})


def _event_with_levels(event_id: int) -> Event:
    events = Event.objects.public().only("pk", "currency").prefetch_related("price_levels")
    event = events.filter(pk=event_id).first()
    if event is None:
        raise NotFound("There is no such event.")
    return event


def _section(value: str) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit()) or int(value[:20]) > LARGEST_ID:
        raise InvalidInput("section is a section's id.", attr="section")
    return int(value)


def _status(value: str) -> str:
    if value and value not in Ticket.Status.values:
        raise InvalidInput(f"One of: {', '.join(Ticket.Status.values)}.", attr="status")
    return value
