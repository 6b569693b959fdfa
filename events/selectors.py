"""What the public may read of the catalogue, each in few queries."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, QuerySet
from django.urls import reverse
from django.utils.text import slugify

from events.models import (
    Category,
    Event,
    EventPerformer,
    Performer,
    PriceLevelSection,
    Segment,
    Ticket,
    Venue,
)
from events.querysets import EventQuerySet, TicketQuerySet
from ticketmaster.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class City:
    """A city with venues: its name as most venues write it, ISO country and slug."""

    name: str
    region: str
    country: str
    slug: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A segment, or a genre within one. `slug` is what search takes as `type`."""

    name: str
    slug: str
    segment: str
    genre: str


def event_for_public(event_id: int) -> Event:
    """The event with all that its page shows, in five queries. NotFound for drafts.

    Prefetched: `billing` with performers and their facts, `price_levels`, `sale_windows`.
    """
    billing = EventPerformer.objects.select_related("performer").prefetch_related(
        "performer__facts"
    )
    events = Event.objects.public().select_related("venue", "category", "seat_map")
    wanted = events.prefetch_related(
        Prefetch("billing", queryset=billing), "price_levels", "sale_windows"
    )
    event = wanted.filter(pk=event_id).first()
    if event is None:
        raise NotFound("There is no such event.")
    return event


def coming_events(*, now: datetime) -> EventQuerySet:
    """What is coming, soonest first, with what lists show."""
    return Event.objects.coming(now).with_listing().order_by("starts_at", "pk")


def popular_events(*, now: datetime) -> EventQuerySet:
    """What is coming, the most wanted first."""
    return coming_events(now=now).order_by("-popularity", "starts_at", "pk")


def just_announced_events(*, now: datetime) -> EventQuerySet:
    """What is coming, the newest announcement first."""
    return coming_events(now=now).order_by("-announced_at", "-pk")


def opening_soon_events(*, now: datetime) -> EventQuerySet:
    """What cannot be bought yet, the next sale to open first; each has `opens_next_at`."""
    return Event.objects.coming(now).with_listing().opening_soon(now)


def weekend_events(*, now: datetime) -> EventQuerySet:
    """What is on between Friday 17:00 and Sunday 24:00, venue time, soonest first."""
    return Event.objects.coming(now).this_weekend(now).with_listing().order_by("starts_at", "pk")


def performer_for_public(performer_id: int) -> Performer:
    """The performer with facts and aliases. Raises NotFound."""
    wanted = Performer.objects.filter(pk=performer_id).prefetch_related("facts", "aliases")
    performer = wanted.first()
    if performer is None:
        raise NotFound("There is no such performer.")
    return performer


def events_of_performer(performer_id: int, *, now: datetime) -> EventQuerySet:
    """Their coming events, soonest first."""
    return coming_events(now=now).filter(billing__performer_id=performer_id)


def other_dates(event: Event, *, now: datetime) -> list[Event]:
    """Up to four more coming events of who plays first at this one, soonest first, with venue.

    One query; needs `billing` prefetched.
    """
    billing = list(event.billing.all())
    if not billing:
        return []
    others = Event.objects.coming(now).filter(billing__performer_id=billing[0].performer_id)
    wanted = others.exclude(pk=event.pk).select_related("venue").order_by("starts_at", "pk")
    return list(wanted[:4])


def venue_for_public(venue_id: int) -> Venue:
    """The venue. Raises NotFound."""
    venue = Venue.objects.filter(pk=venue_id).first()
    if venue is None:
        raise NotFound("There is no such venue.")
    return venue


def events_at_venue(venue_id: int, *, now: datetime) -> EventQuerySet:
    """What is coming there, soonest first."""
    return coming_events(now=now).filter(venue_id=venue_id)


def city_slug(name: str) -> str:
    """The city's name in an address: new-york, sao-paulo, 東京."""
    return slugify(name) or slugify(name, allow_unicode=True)


def city_for_public(*, country: str, slug: str) -> City:
    """The city of that country whose name has this slug. NotFound without a venue there."""
    venues = Venue.objects.filter(country=country.upper())
    rows = venues.values("city", "region").annotate(venues=Count("pk")).order_by("-venues", "city")
    spelt = [row for row in rows if city_slug(row["city"]) == slug.lower()]
    if not spelt:
        raise NotFound("We know no venue in that city.")
    return City(
        name=spelt[0]["city"],
        region=spelt[0]["region"],
        country=country.upper(),
        slug=slug.lower(),
        spellings=tuple(dict.fromkeys(row["city"] for row in spelt)),
    )


def pages_that_list() -> list[str]:
    """The paths of the home page, and of every kind and every city that events are listed under."""
    kinds = [value for value in Segment.values if value != Segment.OTHER]
    kinds += Category.objects.exclude(genre="").order_by("slug").values_list("slug", flat=True)
    places = Venue.objects.order_by().values_list("country", "city").distinct()
    cities = sorted({(country.lower(), city_slug(city)) for country, city in places})
    return [
        reverse("events:home"),
        *(reverse("events:category", args=[slug]) for slug in kinds),
        *(reverse("events:city", args=[*city]) for city in cities if all(city)),
    ]


def events_in_city(city: City, *, now: datetime) -> EventQuerySet:
    """What is coming there, soonest first."""
    there = coming_events(now=now).filter(venue__country=city.country)
    return there.filter(venue__city__in=city.spellings)


def kind_for_public(slug: str) -> Kind:
    """The segment or genre with this slug. Raises NotFound."""
    if slug in Segment.values:
        segment = Segment(slug)
        return Kind(name=segment.label, slug=slug, segment=slug, genre="")
    category = Category.objects.filter(slug=slug).first()
    if category is None:
        raise NotFound("There is no such category.")
    return Kind(
        name=str(category), slug=category.slug, segment=category.segment, genre=category.genre
    )


def events_of_kind(slug: str, *, now: datetime) -> EventQuerySet:
    """The coming events of that segment or genre, soonest first."""
    return coming_events(now=now).of_kind(slug)


def tickets_for_list(
    *, event_id: int, section_id: int | None = None, status: str = ""
) -> TicketQuerySet:
    """The event's tickets by id, which is the drawing's order, each with `shown_status`.

    Section, seat and price level come along. `status` filters by what is shown: a lapsed hold
    reads and counts as available.
    """
    tickets = Ticket.objects.filter(event_id=event_id).select_related(
        "section", "seat", "price_level"
    )
    if section_id is not None:
        tickets = tickets.filter(section_id=section_id)
    if status:
        tickets = tickets.shown_as(status)
    return tickets.with_shown_status().order_by("pk")


def priced_sections(event_id: int) -> QuerySet[PriceLevelSection]:
    """Each section of the event's map with its price level, in the drawing's order."""
    priced = PriceLevelSection.objects.filter(event_id=event_id)
    return priced.select_related("section", "price_level").order_by(
        "section__position", "section_id"
    )
