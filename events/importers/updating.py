"""Bringing an event to what its listing says now, without touching what was sold."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from events.importers.comparing import Changes, Status, changes_of, moved_doors, stored_events
from events.importers.identities import ensure_categories, ensure_performers, ensure_venues
from events.importers.listing import Offer
from events.importers.planning import PlannedEvent
from events.importers.restocking import Change, rebill, rebuild_windows, replace_stock
from events.importers.stock import (
    drawn_sections,
    is_imported_map,
    map_height,
    standing_section,
)
from events.locks import lock_seat_map, own_event, own_ticket_making
from events.maps.drawing import content_hash
from events.models import (
    Event,
    PriceLevel,
    PriceLevelSection,
    SeatMap,
    Section,
)
from events.publishing import (
    announce_change,
    cancel_event,
    postpone_event,
    reschedule_event,
)
from ticketmaster.core import audit

ADD_PLACES = """
INSERT INTO events_ticket (event_id, section_id, price_level_id, position, status)
SELECT %(event)s, %(section)s, %(level)s, place.position, 'available'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS place(position)
ORDER BY place.position
"""


@transaction.atomic
def update_event(planned: PlannedEvent, *, now: datetime) -> list[str]:
    """Apply the listing to its event; what changed, by name, empty when nothing did.

    Has the event alone meanwhile. Price changes count for new holds; tickets once made stay.
    What cannot be followed is added to the plan's notes. Sends `event_changed` if anything
    changed, and cancels through `events.publishing.cancel_event`.
    """
    _ensure_venue(planned)
    performers, with_new_aliases = ensure_performers(planned.listing.acts)
    event_id = Event.objects.values_list("pk", flat=True).get(source_key=planned.key)
    own_event(event_id)
    event = stored_events([planned.key])[planned.key]
    drawn = drawn_sections([planned.drawn_map_id] if planned.drawn_map_id else [])
    changes = changes_of(event, planned, drawn=drawn, now=now)
    planned.notes += changes.notes
    changed = changes.names() + (["aliases"] if with_new_aliases else [])
    if not changed:
        return []
    _write_fields(event, planned, changes)
    _write_status_and_dates(event, planned, changes)
    one = Change(event, planned, changes)
    if changes.billing:
        rebill([one], performers)
    made = replace_stock([one]) if changes.stock else []
    _write_prices(event, changes)
    for name, places in changes.grown.items():
        _grow(event, planned, name, places)
    if changes.windows or changes.stock:
        rebuild_windows([one], made, now)
    audit.record(
        subject="event", subject_id=event.pk, action="import", details={"changed": changed}
    )
    announce_change(event.pk)
    return changed


def _ensure_venue(planned: PlannedEvent) -> None:
    place = planned.listing.place
    planned.venue = ensure_venues([(place, planned.time_zone)])[place.key]


def _write_fields(event: Event, planned: PlannedEvent, changes: Changes) -> None:
    fields = dict(changes.fields)
    if changes.venue and planned.venue is not None:
        fields["venue_id"] = planned.venue.id
        if event.ticket_total and event.seat_map and not is_imported_map(event.seat_map):
            planned.notes.append("moved to another venue with its seats already on sale")
    if changes.category:
        key = (planned.listing.segment, planned.listing.genre)
        fields["category_id"] = ensure_categories([key])[key]
    if changes.stock:
        fields["currency"] = planned.listing.currency
    if fields:
        Event.objects.filter(pk=event.pk).update(**fields)


def _write_status_and_dates(event: Event, planned: PlannedEvent, changes: Changes) -> None:
    """By the functions that own the status; those of events that are over only get the dates."""
    starts_at, ends_at, doors_at = planned.starts_at, planned.ends_at, moved_doors(event, planned)
    coming = event.status in (Status.SCHEDULED, Status.ON_SALE)
    if changes.status == Status.SCHEDULED or (changes.dates and coming and not changes.status):
        reschedule_event(event_id=event.pk, starts_at=starts_at, ends_at=ends_at, doors_at=doors_at)
    elif changes.dates:
        Event.objects.filter(pk=event.pk).update(
            starts_at=starts_at, ends_at=ends_at, doors_at=doors_at
        )
    if changes.status == Status.CANCELLED:
        cancel_event(event_id=event.pk, reason="The promoter's listing says so.")
    elif changes.status == Status.POSTPONED:
        postpone_event(event_id=event.pk)


def _write_prices(event: Event, changes: Changes) -> None:
    for name, price_minor in changes.prices.items():
        PriceLevel.objects.filter(event=event, name__iexact=name).update(
            face_minor=price_minor, fee_minor=0, tax_minor=0
        )


def _grow(event: Event, planned: PlannedEvent, name: str, places: int) -> None:
    """More standing places for an offer, or its first, while the event is on sale.

    The map belongs to this event alone, so its floor grows in place and its hash with it.
    """
    assert event.seat_map_id is not None
    seat_map = lock_seat_map(event.seat_map_id)
    level = _level(event, planned, name)
    given = PriceLevelSection.objects.filter(event=event, price_level=level).first()
    section = given.section if given else _new_section(event, planned, level, seat_map)
    first = section.capacity if given else 0
    Section.objects.filter(pk=section.pk).update(capacity=places)
    own_ticket_making()
    with connection.cursor() as cursor:
        cursor.execute(
            ADD_PLACES,
            {
                "event": event.pk,
                "section": section.pk,
                "level": level.pk,
                "first": first,
                "last": places - 1,
            },
        )
    Event.objects.filter(pk=event.pk).update(ticket_total=F("ticket_total") + places - first)
    SeatMap.objects.filter(pk=seat_map.pk).update(content_hash=content_hash(seat_map))


def _level(event: Event, planned: PlannedEvent, name: str) -> PriceLevel:
    found = PriceLevel.objects.filter(event=event, name__iexact=name).first()
    if found is not None:
        return found
    position, offer = _offer(planned, name)
    return PriceLevel.objects.create(
        event=event, name=name, position=position, face_minor=offer.price_minor
    )


def _offer(planned: PlannedEvent, name: str) -> tuple[int, Offer]:
    """The offer of this name, and its place in the listing."""
    offers = enumerate(planned.listing.offers)
    return next((at, one) for at, one in offers if one.name.casefold() == name.casefold())


def _new_section(
    event: Event, planned: PlannedEvent, level: PriceLevel, seat_map: SeatMap
) -> Section:
    _, offer = _offer(planned, level.name)
    section = standing_section(seat_map, offer, position=seat_map.sections.count())
    section.save()
    PriceLevelSection.objects.create(event=event, price_level=level, section=section)
    seat_map.height = map_height(seat_map.sections.count())
    SeatMap.objects.filter(pk=seat_map.pk).update(height=seat_map.height)
    return section
