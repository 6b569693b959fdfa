"""Versions of a map: frozen once an event uses one, copied to be changed."""

from django.db import connection, transaction
from django.db.models.functions import Now

from events.locks import lock_seat_map
from events.maps.drawing import content_hash
from events.maps.writing import next_version
from events.models import SeatMap, Section
from ticketmaster.core import audit

COPY_SEATS = """
INSERT INTO events_seat (section_id, row, number, x, y, position, row_rank, accessible,
                         companion, restricted_view, aisle)
SELECT fresh.id, seat.row, seat.number, seat.x, seat.y, seat.position, seat.row_rank,
       seat.accessible, seat.companion, seat.restricted_view, seat.aisle
FROM events_seat seat
JOIN events_section old ON old.id = seat.section_id AND old.seat_map_id = %(old)s
JOIN events_section fresh ON fresh.name = old.name AND fresh.seat_map_id = %(new)s
ORDER BY fresh.position, fresh.id, seat.position
"""


def freeze(seat_map: SeatMap) -> None:
    """Make this version immutable and note its content hash. The caller has its row locked."""
    if seat_map.frozen_at is not None:
        return
    seat_map.content_hash = content_hash(seat_map)
    SeatMap.objects.filter(pk=seat_map.pk, frozen_at__isnull=True).update(
        frozen_at=Now(), content_hash=seat_map.content_hash
    )


@transaction.atomic
def new_version_of(*, seat_map_id: int, actor_id: int | None = None) -> SeatMap:
    """A copy of the map with all sections and seats, open to changes. Raises NotFound."""
    old = lock_seat_map(seat_map_id)
    new = SeatMap.objects.create(
        venue_id=old.venue_id,
        name=old.name,
        version=next_version(venue_id=old.venue_id, name=old.name),
        width=old.width,
        height=old.height,
        stage=old.stage,
    )
    Section.objects.bulk_create(_copy(section, new) for section in old.sections.all())
    with connection.cursor() as cursor:
        cursor.execute(COPY_SEATS, {"old": old.pk, "new": new.pk})
    audit.record(
        subject="seat_map",
        subject_id=new.pk,
        action="new_version",
        actor_id=actor_id,
        details={"copied_from": old.pk, "version": new.version},
    )
    return new


def _copy(section: Section, seat_map: SeatMap) -> Section:
    return Section(
        seat_map=seat_map,
        name=section.name,
        level=section.level,
        kind=section.kind,
        position=section.position,
        capacity=section.capacity,
        outline=section.outline,
        label_x=section.label_x,
        label_y=section.label_y,
    )
