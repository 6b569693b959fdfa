"""Free blocks of an event, read from Postgres now."""

from collections.abc import Collection

from bookings.blocks import Block, find_blocks
from bookings.layout import segments_of
from events.free_places import free_map
from events.models import Ticket


def free_blocks(
    *,
    event_id: int,
    seat_map_id: int,
    section_ids: Collection[int],
    quantity: int,
    accessible: bool = False,
) -> list[Block]:
    """The best few free blocks in these sections, best first. One query once the map is known."""
    free = {key: row for key, row in free_map(event_id).items() if key in section_ids}
    return find_blocks(segments_of(seat_map_id), free, quantity, accessible=accessible)


def tickets_of(block: Block, event_id: int) -> list[int]:
    """The block's ticket ids in the drawing's order."""
    tickets = Ticket.objects.filter(
        event_id=event_id, section_id=block.section_id, position__in=block.positions
    )
    return list(tickets.order_by("position").values_list("pk", flat=True))
