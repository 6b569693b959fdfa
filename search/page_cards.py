"""Cards of the search page: an event's card with what the search adds to it."""

from collections.abc import Sequence
from typing import Any

from events.cities import kilometres_between
from events.listing import Listed
from events.models import Venue
from events.presentation import event_cards
from search.highlighting import highlighted
from search.places import Point
from search.request import KILOMETRES, SearchRequest


def search_cards(
    rows: Sequence[Listed], asked: SearchRequest, *, unit: str
) -> list[dict[str, Any]]:
    """Names with the words that were asked for marked, and how far away each event is."""
    cards = event_cards(rows)
    for card, row in zip(cards, rows, strict=True):
        card["name_html"] = highlighted(row.event.name, asked.term)
        card["distance_text"] = distance_text(row.event.venue, asked.points, unit=unit)
    return cards


def distance_text(venue: Venue, points: Sequence[Point], *, unit: str) -> str:
    """`800 m`, `3.2 km`, `14 mi` from the nearest point asked for; blank where unknown."""
    if not points or venue.latitude is None or venue.longitude is None:
        return ""
    kilometres = min(
        kilometres_between(venue.latitude, venue.longitude, point.latitude, point.longitude)
        for point in points
    )
    away = kilometres / KILOMETRES[unit]
    # The point of a visitor is rounded to about a kilometre: nothing finer would be true.
    return f"under 1 {unit}" if away < 1 else f"{away:.0f} {unit}"
