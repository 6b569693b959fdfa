"""Prices and places of imported events: levels, standing sections, who opens when."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max

from events.importers.listing import Offer
from events.importers.planning import PlannedEvent
from events.models import Event, PriceLevel, PriceLevelSection, SaleWindow, SeatMap, Section

MAP_NAME = "Listing "
LONGEST_KEY = 90
WIDTH, BAND, GAP, TOP = 1000, 150, 20, 140

DrawnSections = Mapping[int, Mapping[str, int]]


@dataclass(slots=True)
class Stock:
    """The rows of one event's stock on their way into the database."""

    event: Event
    planned: PlannedEvent
    seat_map: SeatMap | None = None
    sections: dict[str, Section] = field(default_factory=dict)
    levels: dict[str, PriceLevel] = field(default_factory=dict)
    opened_at: datetime | None = None

    @property
    def map_id(self) -> int | None:
        """The map just made, or the venue's own; none without offers."""
        if self.seat_map is not None:
            return self.seat_map.pk
        return self.planned.drawn_map_id if self.planned.listing.offers else None


def drawn_sections(map_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Of each of these maps: the ids of its sections by folded name."""
    found: dict[int, dict[str, int]] = {map_id: {} for map_id in map_ids}
    rows = Section.objects.filter(seat_map_id__in=found)
    for map_id, name, pk in rows.values_list("seat_map_id", "name", "pk"):
        found[map_id][name.strip().casefold()] = pk
    return found


def is_imported_map(seat_map: SeatMap) -> bool:
    """Whether the map was made from a listing's offers, for one event."""
    return seat_map.name.startswith(MAP_NAME)


def make_maps(stocks: Sequence[Stock]) -> None:
    """A seat map of one standing section per offer for each event whose venue has no seats drawn.

    Before the events are saved, which point to their maps.
    """
    standing = [stock for stock in stocks if _needs_map(stock)]
    versions = _next_versions(standing)
    for stock in standing:
        stock.seat_map = _map(stock, version=versions[_venue_id(stock), map_name(stock.planned)])
    SeatMap.objects.bulk_create(stock.seat_map for stock in standing if stock.seat_map)
    for stock in standing:
        with_places = [offer for offer in stock.planned.listing.offers if offer.places]
        stock.sections = {
            offer.name: standing_section(stock.seat_map, offer, position)
            for position, offer in enumerate(with_places)
        }
    Section.objects.bulk_create(
        section for stock in standing for section in stock.sections.values()
    )


def _needs_map(stock: Stock) -> bool:
    venue, offers = stock.planned.venue, stock.planned.listing.offers
    assert venue is not None
    return venue.drawn_map_id is None and any(offer.places for offer in offers)


def _venue_id(stock: Stock) -> int:
    assert stock.planned.venue is not None
    return stock.planned.venue.id


def _next_versions(stocks: Sequence[Stock]) -> dict[tuple[int, str], int]:
    wanted = {(_venue_id(stock), map_name(stock.planned)): 1 for stock in stocks}
    last = (
        SeatMap.objects.filter(name__in={name for _, name in wanted})
        .order_by()
        .values_list("venue_id", "name")
        .annotate(last=Max("version"))
    )
    return wanted | {(venue_id, name): version + 1 for venue_id, name, version in last}


def map_name(planned: PlannedEvent) -> str:
    """What the map of this listing is called; long keys are cut and told apart by a digest."""
    key = planned.key
    if len(key) > LONGEST_KEY:
        key = f"{key[:80]}…{hashlib.blake2b(key.encode(), digest_size=4).hexdigest()}"
    return f"{MAP_NAME}{key}"


def _map(stock: Stock, *, version: int) -> SeatMap:
    places = sum(1 for offer in stock.planned.listing.offers if offer.places)
    return SeatMap(
        venue_id=_venue_id(stock),
        name=map_name(stock.planned),
        version=version,
        width=WIDTH,
        height=map_height(places),
        stage={"label": "Stage", "shape": [[300, 30], [700, 30], [700, 90], [300, 90]]},
    )


def map_height(sections: int) -> int:
    """How tall a map of so many standing sections is: bands below the stage."""
    return TOP + sections * (BAND + GAP) + GAP


def standing_section(seat_map: SeatMap | None, offer: Offer, position: int) -> Section:
    """An unsaved floor for the offer's places, a band across the map."""
    top, left, right = TOP + position * (BAND + GAP), 60, WIDTH - 60
    return Section(
        seat_map=seat_map,
        name=offer.name,
        kind=Section.Kind.STANDING,
        position=position,
        capacity=offer.places or 0,
        outline=[[left, top], [right, top], [right, top + BAND], [left, top + BAND]],
        label_x=WIDTH / 2,
        label_y=top + BAND / 2,
    )


def make_levels(stocks: Sequence[Stock], drawn: DrawnSections) -> None:
    """Price levels with their sections. The listed price is all in: fee and tax are 0."""
    for stock in stocks:
        stock.levels = {
            offer.name: PriceLevel(
                event=stock.event,
                name=offer.name,
                position=position,
                face_minor=offer.price_minor,
            )
            for position, offer in enumerate(stock.planned.listing.offers)
        }
    PriceLevel.objects.bulk_create(level for stock in stocks for level in stock.levels.values())
    PriceLevelSection.objects.bulk_create(
        PriceLevelSection(event=stock.event, price_level=stock.levels[name], section_id=section_id)
        for stock in stocks
        for name, section_id in _sections_of(stock, drawn)
    )


def _sections_of(stock: Stock, drawn: DrawnSections) -> Iterable[tuple[str, int]]:
    """(offer, section id): the sections just made, or those that staff drew, by name."""
    venue = stock.planned.venue
    if venue is None or venue.drawn_map_id is None:
        yield from ((name, section.pk) for name, section in stock.sections.items())
        return
    by_name = drawn[venue.drawn_map_id]
    for offer in stock.planned.listing.offers:
        section_id = by_name.get(offer.name.casefold())
        if section_id is None:
            stock.planned.notes.append(
                f"offer {offer.name!r} has no section of that name on the venue's map"
            )
        else:
            yield offer.name, section_id


def make_windows(stocks: Sequence[Stock], now: datetime) -> None:
    """A general sale per group of offers that open together; one group is the whole event.

    What has no `validFrom` is open since `opened_at`, or from now.
    """
    windows: list[SaleWindow] = []
    through = SaleWindow.price_levels.through
    named: list[tuple[SaleWindow, PriceLevel]] = []
    for stock in stocks:
        groups = stock.planned.sale_groups()
        for opens_at, names in groups:
            window = SaleWindow(event=stock.event, opens_at=opens_at or stock.opened_at or now)
            windows.append(window)
            if len(groups) > 1:
                named += [(window, stock.levels[name]) for name in names]
    SaleWindow.objects.bulk_create(windows)
    through.objects.bulk_create(
        through(salewindow_id=window.pk, pricelevel_id=level.pk) for window, level in named
    )
