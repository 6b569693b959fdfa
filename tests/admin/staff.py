"""What staff type into the forms of the catalogue, and what the pages say."""

from typing import Any

from django.test import Client

from events.models import SeatMap, Venue
from tests.factories import CategoryFactory

VENUE = {
    "name": "Kuppelsaal",
    "address": "Theodor-Heuss-Platz 1",
    "postal_code": "30175",
    "city": "Hannover",
    "region": "Niedersachsen",
    "country": "de",
    "latitude": "52.377",
    "longitude": "9.769",
    "time_zone": "",
    "capacity": "",
    "travel": "",
    "access": "",
}


def text_of(answer: Any) -> str:
    page: str = answer.content.decode()
    return page


def messages_of(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def step(browser: Client, what: str, pk: int, which: str, /, **data: Any) -> Any:
    return browser.post(f"/admin/events/{what}/{pk}/step/{which}/", data, follow=True)


def no_inlines(*prefixes: str) -> dict[str, str]:
    return {
        f"{prefix}-{name}": "0"
        for prefix in prefixes
        for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }


def event_fields(venue: Venue, seat_map: SeatMap, **changes: str) -> dict[str, str]:
    return {
        "name": "Mahler 8",
        "description": "With 350 voices.",
        "venue": str(venue.pk),
        "seat_map": str(seat_map.pk),
        "category": str(CategoryFactory.create().pk),
        "starts_at_0": "2031-07-14",
        "starts_at_1": "19:30",
        "doors_at_0": "2031-07-14",
        "doors_at_1": "18:30",
        "ends_at_0": "",
        "ends_at_1": "",
        "currency": "EUR",
        "max_tickets_per_person": "6",
        "refund_rule": "full",
        "refund_hours": "24",
        "refund_policy": "",
        **no_inlines("billing"),
        **changes,
    }
