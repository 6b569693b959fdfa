"""The events of the browser tests: believable ones to buy, and those with difficult names."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone

from bookings.waiting_room.models import WaitingRoom
from events.maps.club import club
from events.maps.plans import LayoutPlan
from events.maps.theatre import theatre
from events.maps.writing import write_layout
from events.models import Category, Event, Performer, PriceLevel, PriceLevelSection, Ticket, Venue
from events.publishing import put_on_sale
from search.rows import write_search_rows
from search.vocabulary import learn_due_names
from tests.factories import (
    PASSWORD,
    CategoryFactory,
    EventFactory,
    PerformerFactFactory,
    PerformerFactory,
    SaleWindowFactory,
    UserFactory,
    VenueFactory,
    on_sale_event,
    priced_event,
)
from ticketmaster.accounts.models import User
from ticketmaster.accounts.person import person_of

THEATRE_PRICES = {"Stalls": 5800, "Boxes": 6600, "Circle": 4400, "Balcony": 2600}
CLUB_PRICES = {"Floor": 2200, "Balcony": 3100}
LONG_NAME = "The Los Angeles Philharmonic plays Mahler 8 with 350 voices"
GERMAN_NAME = "Donaudampfschifffahrtsgesellschaftskapitänsmützen: Die Abschiedsvorstellung"
ARABIC_NAME = "أمسية موسيقية مع أوركسترا القاهرة"


FANS = 60


def build(file: str) -> None:
    """Migrate an empty database, collect the static files, make events and fans, and write
    {name: event id} to the file."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    make_fans(FANS)
    made = {name: make() for name, make in MAKERS.items()}
    write_search_rows(list(made.values()))
    learn_due_names()
    Path(file).write_text(json.dumps(made))


def make_fans(count: int) -> None:
    """buyer1@example.org … with PASSWORD; one hash for all, since hashing is slow on purpose."""
    hashed = make_password(PASSWORD)
    addresses = [f"buyer{n}@example.org" for n in range(1, count + 1)]
    User.objects.bulk_create(
        User(email=address, person=person_of(address), password=hashed) for address in addresses
    )
    UserFactory.create(email="staff@example.org", is_superuser=True)


def _in_a_house(
    layout: LayoutPlan, prices: dict[str, int], *, venue: Venue, fields: dict[str, object]
) -> Event:
    """On sale, with one price for each level of the house."""
    seat_map = write_layout(venue_id=venue.pk, name="House", layout=layout)
    event = EventFactory.create(seat_map=seat_map, venue=venue, **fields)
    SaleWindowFactory.create(event=event)
    for position, (name, face) in enumerate(prices.items()):
        level = PriceLevel.objects.create(
            event=event, name=name, position=position, face_minor=face, fee_minor=400, tax_minor=100
        )
        PriceLevelSection.objects.bulk_create(
            PriceLevelSection(event=event, section=section, price_level=level)
            for section in seat_map.sections.filter(level=name)
        )
    put_on_sale(event_id=event.pk)
    return event


def _billed(event: Event, name: str, words: str, **facts: str) -> None:
    performer = PerformerFactory.create(name=name, description=words)
    for position, (label, value) in enumerate(facts.items()):
        PerformerFactFactory.create(
            performer=performer, label=label, value=value, position=position
        )
    event.performers.through.objects.create(event=event, performer=performer, position=0)


def _play() -> Category:
    return CategoryFactory.create(segment="theatre", genre="Drama", slug="drama")


def _theatre() -> int:
    venue = VenueFactory.create(
        name="The Albion", address="14 Catherine Street", postal_code="WC2B 5LA"
    )
    event = _in_a_house(
        theatre(),
        THEATRE_PRICES,
        venue=venue,
        fields={
            "name": "The Winter’s Tale",
            "description": "A king’s jealousy, a statue that breathes, and a bear.\n\n"
            "Two hours and fifty minutes with one interval.",
            "category": _play(),
            "currency": "GBP",
        },
    )
    _billed(event, "Albion Players", "The house’s own company.", Founded="1987", From="London")
    return event.pk


def _club() -> int:
    venue = VenueFactory.create(name="Cellar Nine", address="9 Wharf Lane", city="Leeds")
    event = _in_a_house(
        club(standing=60), CLUB_PRICES, venue=venue, fields={"name": "Tin Lanterns"}
    )
    _billed(event, "Tin Lanterns", "Five players, three accordions.", From="Leeds")
    return event.pk


def _hall() -> int:
    """Rows A to H of twelve: where tests of paying take their seats from."""
    return on_sale_event(rows="A-H", seats_per_row=12, name="Evening of Strings").pk


def _room() -> int:
    """Two rows, where somebody else takes seats while a fan looks."""
    return on_sale_event(name="Small Room Session").pk


def _coming() -> int:
    """Not on sale before two days from now."""
    event = priced_event(name="Harbour Lights", window=False)
    SaleWindowFactory.create(event=event, opens_at=timezone.now() + timedelta(days=2))
    return event.pk


def _drawn() -> int:
    """Behind a waiting room that opens in twenty minutes."""
    return _behind_room("Lighthouse Choir", opens_at=timezone.now() + timedelta(minutes=20))


def _queued() -> int:
    """Behind an open one with room for one."""
    return _behind_room("Lantern Parade", admit_per_second=0.01, most_inside=1)


def _behind_room(name: str, **settings: Any) -> int:
    event = on_sale_event(name=name, waiting_room=True)
    WaitingRoom.objects.create(event=event, **settings)
    return event.pk


def _sold_out() -> int:
    """Its tickets stand as blocked, which fans see as gone."""
    event = on_sale_event(rows="A", name="Last Waltz")
    Ticket.objects.filter(event=event).update(status=Ticket.Status.BLOCKED)
    return event.pk


def _priceless() -> int:
    """Announced: neither map nor price."""
    return EventFactory.create(name="An Evening to Be Announced").pk


MAKERS: dict[str, Callable[[], int]] = {
    "theatre": _theatre,
    "club": _club,
    "hall": _hall,
    "room": _room,
    "coming": _coming,
    "drawn": _drawn,
    "queued": _queued,
    "sold_out": _sold_out,
    "priceless": _priceless,
    "long": lambda: on_sale_event(name=LONG_NAME).pk,
    "short": lambda: on_sale_event(name="U2", performers=[Performer.objects.create(name="U2")]).pk,
    "german": lambda: on_sale_event(name=GERMAN_NAME, currency="EUR").pk,
    "arabic": lambda: on_sale_event(name=ARABIC_NAME, description=ARABIC_NAME).pk,
}
