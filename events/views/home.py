"""The home page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from events.listing import listable, listed
from events.models import Event
from events.presentation import event_card
from events.selectors import (
    coming_events,
    just_announced_events,
    opening_soon_events,
    popular_events,
    weekend_events,
)
from ticketmaster.core.public import Freshness, public_page, render_public

PER_SECTION = 8
SECTIONS = (
    ("Popular", "popular", popular_events),
    ("This weekend", "this-weekend", weekend_events),
    ("On sale soon", "on-sale-soon", opening_soon_events),
    ("Just announced", "just-announced", just_announced_events),
    ("Coming up", "coming-up", coming_events),
)


@public_page(Freshness(shared=5, kept=5))
def home(request: HttpRequest) -> HttpResponse:
    """What is on, in a few short lists; those with nothing in them are left out."""
    sections = [section for section in _sections() if section["events"]]
    return render_public(request, "events/home.html", {"sections": sections})


def _sections() -> list[dict[str, Any]]:
    now = timezone.now()
    ids = {
        slug: list(found(now=now).prefetch_related(None).values_list("pk", flat=True)[:PER_SECTION])
        for _, slug, found in SECTIONS
    }
    wanted = {event_id for found in ids.values() for event_id in found}
    rows = listed(list(listable(Event.objects.filter(pk__in=wanted))), now=now)
    cards = {row.event.pk: event_card(row) for row in rows}
    return [
        {
            "title": title,
            "slug": slug,
            "events": [cards[event_id] for event_id in ids[slug] if event_id in cards],
        }
        for title, slug, _ in SECTIONS
    ]
