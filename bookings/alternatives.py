"""What a refused claim offers instead: an equal block, same price level, side by side."""

import random
from collections.abc import Callable, Sequence

from django.db import transaction

from bookings import ticket_lock
from bookings.errors import TicketsUnavailable
from bookings.free_blocks import free_blocks, tickets_of
from bookings.models import Booking
from events.models import Event, Section, Ticket
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import DomainError


class TakenInRedis(TicketsUnavailable):
    """Refused by the ticket lock, before Postgres was asked anything."""

    def __init__(self, refused: ticket_lock.Refused) -> None:
        super().__init__(ticket_ids=refused.ticket_ids)
        self.kin = refused.kin
        self.block = refused.block


def offered(
    refusal: TicketsUnavailable,
    *,
    wanted: Sequence[int],
    hold: Callable[[Sequence[int]], Booking],
    wants_hold: bool,
) -> TicketsUnavailable:
    """The refusal with its alternative, which `hold` has held already where that was asked for.

    A crowd refused by the ticket lock costs Postgres one transaction a second: whoever comes first
    looks for a block, the others are offered the same one, or none while it is being looked for.
    """
    if not isinstance(refusal, TakenInRedis):
        block = _found(wanted)
    else:
        block = refusal.block or _found_for_all(refusal, wanted)
    alternative: dict[str, object] | None = {"ticket_ids": block} if block else None
    if block and wants_hold:
        alternative = _held(block, hold)
    return TicketsUnavailable(ticket_ids=refusal.data["ticket_ids"], alternative=alternative)


def _held(
    block: Sequence[int], hold: Callable[[Sequence[int]], Booking]
) -> dict[str, object] | None:
    try:
        booking = hold(block)
    except DomainError:
        return None  # gone too, or one hold too many: the fan hears of the first refusal only
    return {"ticket_ids": list(block), "booking": booking.reference}


def _found_for_all(refusal: TakenInRedis, wanted: Sequence[int]) -> list[int]:
    """An equal block, looked for by one of the refused in a second; empty for the rest of them."""
    if refusal.kin is None or not ticket_lock.may_look(refusal.kin, len(wanted)):
        return []
    return _found(wanted)


@transaction.atomic  # one transaction instead of one for each of its queries
def _found(wanted: Sequence[int]) -> list[int]:
    """An equal block, read now and remembered for a second; empty where there is none."""
    kin = list(
        Ticket.objects.filter(pk__in=wanted)
        .order_by()  # distinct would count the default order's columns
        .values_list("event_id", "price_level_id", "section__kind")
        .distinct()
    )
    if len(kin) != 1:
        return []
    event_id, price_level_id, kind = kin[0]
    pick = _neighbours if kind == Section.Kind.SEATED else _standing_places
    block = pick(event_id, price_level_id, len(wanted))
    if block:
        ticket_lock.remember_block((event_id, price_level_id), block)
    return block


def _neighbours(event_id: int, price_level_id: int, quantity: int) -> list[int]:
    event = Event.objects.only("seat_map_id").get(pk=event_id)
    if event.seat_map_id is None:
        return []
    sections = set(
        Section.objects.filter(price_levels=price_level_id, kind=Section.Kind.SEATED).values_list(
            "pk", flat=True
        )
    )
    blocks = free_blocks(
        event_id=event_id,
        seat_map_id=event.seat_map_id,
        section_ids=sections,
        quantity=quantity,
    )
    if not blocks:
        return []
    return tickets_of(random.choice(blocks), event_id)  # spreads a crowd; nothing secret


def _standing_places(event_id: int, price_level_id: int, quantity: int) -> list[int]:
    free = Ticket.objects.free_at(database_now()).filter(
        event_id=event_id, price_level_id=price_level_id, seat__isnull=True
    )
    found = list(free.order_by("pk").values_list("pk", flat=True)[: quantity * 20])
    start = random.randrange(max(len(found) - quantity, 0) + 1)
    return found[start : start + quantity] if len(found) >= quantity else []
