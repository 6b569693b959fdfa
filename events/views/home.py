"""The home page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from events.front_page import Candidate, candidates, picked
from events.listing import listed_by_id
from events.models import Segment
from events.presentation import event_cards
from events.querysets import EventQuerySet
from events.selectors import (
    coming_events,
    just_announced_events,
    opening_soon_events,
    popular_events,
    weekend_events,
)
from ticketmaster.core.public import Freshness, public_page, render_public


class Section(NamedTuple):
    """A list of the home page; `more` is the search that shows all of it."""

    title: str
    slug: str
    found: Callable[..., EventQuerySet]
    more: str


SECTIONS = (
    Section("Popular", "popular", popular_events, "sort=popularity"),
    Section("This weekend", "this-weekend", weekend_events, "date=this-weekend"),
    Section("On sale soon", "on-sale-soon", opening_soon_events, "availability=not_on_sale"),
    Section("Just announced", "just-announced", just_announced_events, ""),
    Section("Coming up", "coming-up", coming_events, "sort=date"),
)


@public_page(Freshness(shared=5, kept=5))
def home(request: HttpRequest) -> HttpResponse:
    """What is on, in a few short lists; those with nothing in them are left out."""
    sections = [section for section in _sections(timezone.now()) if section["events"]]
    kinds = [choice for choice in Segment.choices if choice[0] != Segment.OTHER]
    return render_public(request, "events/home.html", {"sections": sections, "kinds": kinds})


def _sections(now: datetime) -> list[dict[str, Any]]:
    ids: dict[str, list[int]] = {}
    shown: set[Candidate] = set()
    for section in SECTIONS:
        chosen = picked(candidates(section.found(now=now)), above=shown)
        says_something_new = not shown.issuperset(chosen)
        if section.found != coming_events or says_something_new:
            ids[section.slug] = [one.event_id for one in chosen]
            shown.update(chosen)
    wanted = [one.event_id for one in shown]
    row_of = listed_by_id(wanted, now=now)
    return [
        {
            "title": section.title,
            "slug": section.slug,
            "more": section.more,
            "events": event_cards([row_of[pk] for pk in ids.get(section.slug, []) if pk in row_of]),
        }
        for section in SECTIONS
    ]
