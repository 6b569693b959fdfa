"""Makers of test rows. `on_sale_event` is the short way to something that can be bought."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from events.maps.geometry import centre, rectangle
from events.maps.plans import LayoutPlan, SectionPlan
from events.maps.rows import rows_and_numbers
from events.maps.writing import write_layout
from events.models import (
    Category,
    Event,
    EventPerformer,
    Performer,
    PerformerFact,
    PriceLevel,
    PriceLevelSection,
    SaleWindow,
    SeatMap,
    Section,
    Ticket,
    Venue,
)
from events.publishing import put_on_sale
from ticketmaster.accounts.models import User

PASSWORD = "tickets-please"


class UserFactory(DjangoModelFactory[User]):
    """A fan who can sign in with PASSWORD."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"fan{n}@example.org")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        kwargs.setdefault("password", PASSWORD)
        if kwargs.pop("is_superuser", False):
            return User.objects.create_superuser(**kwargs)
        return User.objects.create_user(**kwargs)


class VenueFactory(DjangoModelFactory[Venue]):
    """A hall in London."""

    class Meta:
        model = Venue

    name = factory.Sequence(lambda n: f"Hall {n}")
    address = "1 Long Street"
    postal_code = "N1 1AA"
    city = "London"
    region = "England"
    country = "GB"
    latitude = 51.5
    longitude = -0.12
    time_zone = "Europe/London"


class CategoryFactory(DjangoModelFactory[Category]):
    """Rock concerts, the same row however often it is asked for."""

    class Meta:
        model = Category
        django_get_or_create = ("slug",)

    segment = "concert"
    genre = "Rock"
    slug = "rock"


class PerformerFactory(DjangoModelFactory[Performer]):
    """A band."""

    class Meta:
        model = Performer

    name = factory.Sequence(lambda n: f"The Band {n}")
    description = "Four friends with guitars."


class PerformerFactFactory(DjangoModelFactory[PerformerFact]):
    """Where a band is from."""

    class Meta:
        model = PerformerFact

    performer = factory.SubFactory(PerformerFactory)
    label = "From"
    value = "Leeds"


class SeatMapFactory(DjangoModelFactory[SeatMap]):
    """A map without sections."""

    class Meta:
        model = SeatMap

    venue = factory.SubFactory(VenueFactory)
    name = factory.Sequence(lambda n: f"Layout {n}")


class SectionFactory(DjangoModelFactory[Section]):
    """A seated section without seats."""

    class Meta:
        model = Section

    seat_map = factory.SubFactory(SeatMapFactory)
    name = factory.Sequence(lambda n: f"Section {n}")
    position = factory.Sequence(lambda n: n)


class EventFactory(DjangoModelFactory[Event]):
    """A scheduled event in thirty days, without map, prices or windows."""

    class Meta:
        model = Event

    name = factory.Sequence(lambda n: f"Evening {n}")
    description = "A long evening."
    venue = factory.SubFactory(VenueFactory)
    category = factory.SubFactory(CategoryFactory)
    status = Event.Status.SCHEDULED
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))
    currency = "USD"


class PriceLevelFactory(DjangoModelFactory[PriceLevel]):
    """45.00 all in: 40.00, a fee of 4.00 and a tax of 1.00."""

    class Meta:
        model = PriceLevel

    event = factory.SubFactory(EventFactory)
    name = "Standard"
    face_minor = 4000
    fee_minor = 400
    tax_minor = 100


class SaleWindowFactory(DjangoModelFactory[SaleWindow]):
    """A general sale that opened yesterday and closes when the event starts."""

    class Meta:
        model = SaleWindow

    event = factory.SubFactory(EventFactory)
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))


def small_map(
    *,
    venue: Venue | None = None,
    rows: str = "A-B",
    seats_per_row: int | Sequence[int] = 10,
    standing: int = 0,
    accessible_rows: Sequence[str] = (),
    name: str = "Main",
) -> SeatMap:
    """A map with the seated section "Stalls" (none for blank `rows`) and, with `standing`
    places, the standing section "Floor", drawn after it."""
    sections = []
    if rows:
        sections.append(
            rows_and_numbers(
                name="Stalls",
                rows=rows,
                seats_per_row=seats_per_row,
                accessible_rows=accessible_rows,
                top_centre=(0, 40),
            )
        )
    if standing:
        floor = rectangle(-100, 400, 100, 500)
        sections.append(
            SectionPlan(
                name="Floor", level="", outline=floor, label=centre(floor), capacity=standing
            )
        )
    layout = LayoutPlan(
        stage_label="Stage", stage=rectangle(-50, 0, 50, 20), sections=tuple(sections)
    )
    venue_id = (venue or VenueFactory.create()).pk
    return write_layout(venue_id=venue_id, name=name, layout=layout)


def priced_event(
    *,
    seat_map: SeatMap | None = None,
    rows: str = "A-B",
    seats_per_row: int | Sequence[int] = 10,
    standing: int = 0,
    accessible_rows: Sequence[str] = (),
    prices: dict[str, int] | None = None,
    performers: Sequence[Performer] = (),
    window: bool = True,
    **fields: Any,
) -> Event:
    """A scheduled event with a map, a price level "Standard" (45.00) for all sections and a
    general sale window that is open (none with `window=False`).

    `prices` (section name to face price in minor units, no fee or tax) makes a level of its own
    for each section instead. Without `performers` one is made. `fields` are the event's.
    """
    seat_map = seat_map or small_map(
        venue=fields.pop("venue", None),
        rows=rows,
        seats_per_row=seats_per_row,
        standing=standing,
        accessible_rows=accessible_rows,
    )
    event = EventFactory.create(seat_map=seat_map, venue=seat_map.venue, **fields)
    for position, performer in enumerate(performers or [PerformerFactory.create()]):
        EventPerformer.objects.create(event=event, performer=performer, position=position)
    _price(event, prices)
    if window:
        SaleWindowFactory.create(event=event)
    return event


def on_sale_event(**arguments: Any) -> Event:
    """A `priced_event` whose tickets can be bought now; 20 seats in rows A and B by default."""
    event = priced_event(**arguments)
    put_on_sale(event_id=event.pk)
    event.refresh_from_db()
    return event


def tickets_of(event: Event, section: str = "") -> list[Ticket]:
    """The event's tickets in drawing order, or those of one section by name."""
    tickets = Ticket.objects.filter(event=event).in_drawing_order()
    return list(tickets.filter(section__name=section) if section else tickets)


def _price(event: Event, prices: dict[str, int] | None) -> None:
    assert event.seat_map is not None
    sections = list(event.seat_map.sections.all())
    if prices is None:
        standard = PriceLevelFactory.create(event=event)
        levels = {section.pk: standard for section in sections}
    else:
        levels = {
            section.pk: PriceLevelFactory.create(
                event=event,
                name=section.name,
                position=position,
                face_minor=prices[section.name],
                fee_minor=0,
                tax_minor=0,
            )
            for position, section in enumerate(sections)
        }
    PriceLevelSection.objects.bulk_create(
        PriceLevelSection(event=event, section=section, price_level=levels[section.pk])
        for section in sections
    )
