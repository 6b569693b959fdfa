"""Everything that a fan can do on a page exists in the API: a gap in this table fails."""

import pytest
from django.urls import URLPattern
from drf_spectacular.generators import SchemaGenerator

from tests.house.test_two_users import patterns

# What a page does → the operations with which an app does the same.
ACTIONS = {
    "home": ["search"],
    "results": ["search"],
    "event": ["event_read"],
    "seats": ["event_seat_map", "event_availability", "event_tickets"],
    "availability-feed": ["event_availability"],
    "seat-map": ["event_seat_map"],
    "performer": ["performer_read"],
    "venue": ["venue_read"],
    "city": ["search"],
    "category": ["search"],
    "hold": ["booking_reserve"],
    "waiting-room": ["waiting_room_poll", "waiting_room_join"],
    "waiting-room-leave": ["waiting_room_leave"],
    "waiting-room-draw": ["waiting_room_draw"],
    "sealed-list": ["waiting_room_draw"],
    "mine": ["bookings_list"],
    "booking": ["bookings_read"],
    "extend": ["bookings_extend"],
    "release": ["bookings_release"],
    "admission": ["bookings_read"],
    "admission-pdf": ["admission_pdf"],
    "confirm": ["booking_confirm"],
    "pay-hosted": ["booking_confirm"],
    "return": ["booking_confirm"],
    "stop": ["bookings_stop_payment"],
    "refund": ["bookings_refund_offer", "bookings_refund"],
}
# Nothing that a fan does: pictures, crawlers' files, health, Stripe's calls, descriptions.
NOT_ACTIONS = {
    "artwork",
    "calendar",
    "opening-calendar",
    "robots",
    "sitemap",
    "sitemap-part",
    "favicon",
    "livez",
    "readyz",
    "metrics",
    "webhook",
    "me",
    "api-schema",
    "api-docs",
    "api-docs-settings",
}
OURS = ("events", "search", "bookings", "payments", "ticketmaster.gateway", "ticketmaster.accounts")


def page_names() -> set[str]:
    return {
        pattern.name or route
        for route, pattern in patterns()
        if not route.startswith(("api/", "admin/", "accounts/", "_allauth/", "dev/"))
        and _module(pattern).startswith(OURS)
    }


def _module(pattern: URLPattern) -> str:
    return str(getattr(pattern.callback, "__module__", ""))


@pytest.fixture(scope="module")
def operations() -> set[str]:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return {
        operation["operationId"]
        for path in schema["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    }


def test_every_page_is_in_the_table() -> None:
    assert page_names() - NOT_ACTIONS == set(ACTIONS)


@pytest.mark.parametrize("page", sorted(ACTIONS))
def test_every_action_of_a_page_has_its_operation(page: str, operations: set[str]) -> None:
    assert set(ACTIONS[page]) <= operations
