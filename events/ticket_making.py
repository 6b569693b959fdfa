"""Making the tickets of an event in bulk: one statement for all its seats and standing places."""

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from events.errors import NothingToSell, SectionsWithoutPrice
from events.locks import lock_seat_map, own_ticket_making
from events.maps.versions import freeze
from events.models import Event, PriceLevelSection, Seat, Section

MAKE = """
INSERT INTO events_ticket (event_id, section_id, seat_id, price_level_id, position, status)
SELECT %(event)s, place.section_id, place.seat_id, priced.price_level_id, place.position,
       'available'
FROM (
    SELECT section.position AS section_position, section.id AS section_id, seat.id AS seat_id,
           seat.position
    FROM events_section section
    JOIN events_seat seat ON seat.section_id = section.id
    WHERE section.seat_map_id = %(seat_map)s AND section.kind = 'seated'
    UNION ALL
    SELECT section.position, section.id, NULL, number
    FROM events_section section
    CROSS JOIN LATERAL generate_series(0, section.capacity - 1) AS number
    WHERE section.seat_map_id = %(seat_map)s AND section.kind = 'standing'
) place
JOIN events_pricelevelsection priced
  ON priced.section_id = place.section_id AND priced.event_id = %(event)s
ORDER BY place.section_position, place.section_id, place.position
"""


def make_tickets(event_id: int) -> int:
    """One ticket for each place of the event's map, at its section's price; how many there are.

    Their ids follow each other in drawing order, without a gap. Freezes the map. The caller owns
    the event, which has no tickets yet. Raises NothingToSell, SectionsWithoutPrice.
    """
    seat_map_id = _map_ready_to_sell(event_id)
    seat_map = lock_seat_map(seat_map_id)
    freeze(seat_map)
    own_ticket_making()
    with connection.cursor() as cursor:
        cursor.execute(MAKE, {"event": event_id, "seat_map": seat_map_id})
        return cursor.rowcount


def _map_ready_to_sell(event_id: int) -> int:
    seat_map_id = Event.objects.values_list("seat_map_id", flat=True).get(pk=event_id)
    sections = Section.objects.filter(seat_map_id=seat_map_id)
    has_seats = Exists(Seat.objects.filter(section=OuterRef("pk")))
    if seat_map_id is None or not sections.filter(Q(capacity__gte=1) | has_seats).exists():
        raise NothingToSell
    priced = PriceLevelSection.objects.filter(event_id=event_id, section=OuterRef("pk"))
    missing = list(sections.filter(~Exists(priced)).values_list("name", flat=True))
    if missing:
        raise SectionsWithoutPrice(
            f"No price level for: {', '.join(missing[:10])}.", sections=missing
        )
    return seat_map_id
