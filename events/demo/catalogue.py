"""Writing the demo catalogue: what is there already is left as it is."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from django.db import transaction

from events import moments
from events.demo import (
    performers,
    performers_worldwide,
    runs_music,
    runs_play,
    runs_stage,
    shows_abroad,
    shows_at_home,
    shows_overseas,
    venues,
    venues_worldwide,
)
from events.demo.runs import shows_of
from events.demo.shapes import Day, DemoPerformer, DemoShow, DemoVenue, Opening, Price
from events.importers.identities import ensure_categories
from events.maps.writing import write_layout
from events.models import (
    Event,
    EventPerformer,
    Performer,
    PerformerAlias,
    PerformerFact,
    PriceLevel,
    PriceLevelSection,
    SaleWindow,
    SeatMap,
    Section,
    Venue,
)
from events.publishing import put_on_sale

SHOWS: tuple[DemoShow, ...] = (
    *shows_at_home.SHOWS,
    *shows_abroad.SHOWS,
    *shows_overseas.SHOWS,
    *shows_of(runs_music.RUNS),
    *shows_of(runs_stage.RUNS),
    *shows_of(runs_play.RUNS),
)
VENUES: tuple[DemoVenue, ...] = (*venues.VENUES, *venues_worldwide.VENUES)
PERFORMERS: tuple[DemoPerformer, ...] = (*performers.PERFORMERS, *performers_worldwide.PERFORMERS)
KEY_PREFIX = "demo:"
LONGEST_KNOWN_HOURS = 45 * 24


def load_shows(*, now: datetime) -> Iterable[tuple[DemoShow, int | None]]:
    """Make each show that is missing, in a transaction of its own; (show, tickets made).

    None stands for a show that was there already, untouched. Dates count from `now`.
    """
    for show in SHOWS:
        if Event.objects.filter(source_key=key_of(show)).exists():
            yield show, None
        else:
            yield show, _make(show, now)


def key_of(show: DemoShow) -> str:
    """The source key of the show's event."""
    return KEY_PREFIX + show.key


@transaction.atomic
def _make(show: DemoShow, now: datetime) -> int:
    [demo_venue] = [venue for venue in VENUES if venue.name == show.venue]
    venue = _venue(demo_venue)
    seat_map = _seat_map(venue, demo_venue, show.map)
    event = _event(show, venue, seat_map, now)
    _bill(event, show.performers)
    _price(event, show.prices, seat_map)
    for opening in show.openings:
        _open(event, opening, ZoneInfo(venue.time_zone), now)
    if show.is_on_sale:
        return put_on_sale(event_id=event.pk)
    moments.event_changed.send(sender=__name__, event_id=event.pk)
    return 0


def _venue(demo: DemoVenue) -> Venue:
    found = Venue.objects.filter(
        name__iexact=demo.name, city__iexact=demo.city, region__iexact=demo.region
    ).first()
    return found or Venue.objects.create(
        name=demo.name,
        address=demo.address,
        postal_code=demo.postal_code,
        city=demo.city,
        region=demo.region,
        country=demo.country,
        latitude=demo.latitude,
        longitude=demo.longitude,
        time_zone=demo.time_zone,
        capacity=max(layout().capacity for layout in demo.maps.values()),
        travel=demo.travel,
        access=demo.access,
    )


def _seat_map(venue: Venue, demo: DemoVenue, name: str) -> SeatMap:
    found = SeatMap.objects.filter(venue=venue, name=name).order_by("-version").first()
    return found or write_layout(venue_id=venue.pk, name=name, layout=demo.maps[name]())


def _event(show: DemoShow, venue: Venue, seat_map: SeatMap, now: datetime) -> Event:
    category = (show.segment, show.genre)
    starts_at = starts_at_of(show, now=now, zone=ZoneInfo(venue.time_zone))
    return Event.objects.create(
        name=show.name,
        description=show.description,
        venue=venue,
        seat_map=seat_map,
        category_id=ensure_categories([category])[category],
        status=Event.Status.SCHEDULED,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=show.minutes),
        doors_at=starts_at - timedelta(minutes=show.doors),
        currency=show.currency,
        max_tickets_per_person=show.limit,
        waiting_room=show.room is not None,
        refund_rule=show.refunds.rule,
        refund_hours=show.refunds.hours,
        refund_policy=show.refunds.text,
        popularity=show.popularity,
        source_key=key_of(show),
        announced_at=now - _known_for(show),
    )


def _known_for(show: DemoShow) -> timedelta:
    """How long ago it was announced: all at once would leave "just announced" to one file."""
    return timedelta(hours=crc32(show.key.encode()) % LONGEST_KNOWN_HOURS)


def starts_at_of(show: DemoShow, *, now: datetime, zone: ZoneInfo) -> datetime:
    """When it starts if loaded now. In UTC: a night in which clocks change is not cut by it."""
    return datetime.combine(_date(show.day, now, zone), show.at, zone).astimezone(UTC)


def opens_at_of(opening: Opening, *, now: datetime, zone: ZoneInfo) -> datetime:
    """When that sale opens if loaded now."""
    if opening.day is None:
        return now + (opening.after or timedelta())
    return datetime.combine(_date(opening.day, now, zone), opening.at, zone).astimezone(UTC)


def _date(day: Day, now: datetime, zone: ZoneInfo) -> date:
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    ahead = (day.weekday - tomorrow.weekday()) % 7
    return tomorrow + timedelta(days=ahead, weeks=day.weeks)


def _bill(event: Event, names: Iterable[str]) -> None:
    for position, name in enumerate(names):
        performer = Performer.objects.filter(name__iexact=name).first() or _performer(name)
        EventPerformer.objects.create(event=event, performer=performer, position=position)


def _performer(name: str) -> Performer:
    [demo] = [one for one in PERFORMERS if one.name == name]
    performer = Performer.objects.create(name=name, description=demo.description)
    PerformerFact.objects.bulk_create(
        PerformerFact(performer=performer, position=position, label=label, value=value)
        for position, (label, value) in enumerate(demo.facts)
    )
    PerformerAlias.objects.bulk_create(
        PerformerAlias(performer=performer, name=alias) for alias in demo.aliases
    )
    return performer


def _price(event: Event, prices: Iterable[Price], seat_map: SeatMap) -> None:
    """Each section gets the first price that is for it."""
    left = list(Section.objects.filter(seat_map=seat_map))
    for position, price in enumerate(prices):
        level = PriceLevel.objects.create(
            event=event,
            name=price.name,
            position=position,
            face_minor=price.face,
            fee_minor=price.fee,
            tax_minor=price.tax,
        )
        mine = [
            section
            for section in left
            if not price.where or {section.name, section.level} & set(price.where)
        ]
        PriceLevelSection.objects.bulk_create(
            PriceLevelSection(event=event, price_level=level, section=section) for section in mine
        )
        left = [section for section in left if section not in mine]


def _open(event: Event, opening: Opening, zone: ZoneInfo, now: datetime) -> None:
    SaleWindow.objects.create(
        event=event,
        kind=SaleWindow.Kind.PRESALE if opening.code else SaleWindow.Kind.GENERAL,
        name=opening.name,
        opens_at=opens_at_of(opening, now=now, zone=zone),
        access_code=opening.code,
        limit_per_person=opening.limit,
    )
