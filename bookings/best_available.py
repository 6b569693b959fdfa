"""Best available: neighbouring seats for a party, or any places of a standing section."""

import random
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import OperationalError, transaction

from bookings import ticket_lock
from bookings.blocks import Block
from bookings.claimed import ClaimedTicket
from bookings.claims import Buyer, Claim, hold, hold_or_name_the_taken, refuse_taken
from bookings.errors import (
    NoBlockAvailable,
    SaleClosed,
    SaleNotOpen,
    TicketLimitReached,
    TicketsUnavailable,
)
from bookings.free_blocks import free_blocks, tickets_of
from bookings.holds import keep_in_redis, locked_in_redis
from bookings.locks import claim_named, is_clash, own_best_available
from bookings.models import Booking
from bookings.standing import hold_standing
from bookings.waiting_room import gate
from bookings.wishes import Wish
from events.models import Event, PriceLevelSection, Section
from events.sales import terms_of
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import InvalidInput, NotFound
from ticketmaster.core.ids import new_reference

TRIES = 3

BlockSource = Callable[[], list[Block]]


def hold_best_available(*, user: Buyer, wish: Wish) -> Booking:
    """Hold the best block that fits the wish: seats first, then standing places.

    Raises NotFound for an unknown event or section, InvalidInput, NoBlockAvailable, and the
    refusals of `hold_tickets`. A party is never split.
    """
    with gate.entered_for_event(wish.event_id, account=user.pk, shown=wish.waiting_room_pass):
        return _hold_wished(user, wish)


def _hold_wished(user: Buyer, wish: Wish) -> Booking:
    if not 1 <= wish.quantity <= settings.MAX_TICKETS_PER_REQUEST:
        raise InvalidInput("Ask for 1 to 50 tickets.", attr="quantity")
    event = Event.objects.public().filter(pk=wish.event_id).first()
    if event is None:
        raise NotFound("There is no such event.", attr="event_id")
    seated, standing = _sections(event, user, wish)
    booking = _hold_block(user, event, wish, seated) if seated else None
    if booking is not None:
        return booking
    for section_id in standing:
        booking = hold_standing(user=user, section_id=section_id, wish=wish)
        if booking is not None:
            return booking
    raise NoBlockAvailable


def _sections(event: Event, user: Buyer, wish: Wish) -> tuple[list[int], list[int]]:
    """The seated and the standing sections that wish and sale allow, as drawn."""
    priced = PriceLevelSection.objects.filter(event=event).select_related("price_level", "section")
    rows = list(priced.order_by("section__position", "section_id"))
    if wish.section_id is not None:
        rows = [row for row in rows if row.section_id == wish.section_id]
        if not rows:
            raise NotFound("There is no such section.", attr="section")
    terms = terms_of(event_id=event.pk, user_id=user.pk)
    sale = terms.sale_at(database_now(), access_code=wish.access_code)
    if not sale.windows:
        raise SaleClosed if sale.closed else SaleNotOpen
    _refuse_too_many(wish.quantity, [sale.limit_for([row.price_level_id]) for row in rows])
    fitting = [
        row
        for row in rows
        if sale.limit_for([row.price_level_id]) is not None
        and (wish.max_price_minor is None or row.price_level.total_minor <= wish.max_price_minor)
    ]
    seated = [row.section_id for row in fitting if row.section.kind == Section.Kind.SEATED]
    standing = [row.section_id for row in fitting if row.section_id not in seated]
    return seated, [] if wish.accessible else standing


def _refuse_too_many(quantity: int, limits: Sequence[int | None]) -> None:
    """Say that nobody may have so many, whether or not there is room for them together.

    The person's own tickets are counted later, under the person's lock.
    """
    known = [limit for limit in limits if limit is not None]
    if known and quantity > max(known):
        raise TicketLimitReached(limit=max(known), held=0)


def _hold_block(
    user: Buyer, event: Event, wish: Wish, section_ids: Sequence[int]
) -> Booking | None:
    """Three tries at one of the best five blocks, then one that no other last try disturbs."""
    assert event.seat_map_id is not None

    def blocks() -> list[Block]:
        return free_blocks(
            event_id=wish.event_id,
            seat_map_id=event.seat_map_id or 0,
            section_ids=section_ids,
            quantity=wish.quantity,
            accessible=wish.accessible,
        )

    for _ in range(TRIES):
        tickets = _pick_unlocked(blocks(), wish.event_id)
        if not tickets:
            break
        try:
            return _hold_chosen(user, wish, tickets)
        except TicketsUnavailable:
            continue
    return _hold_alone(user, wish, blocks)


def _pick_unlocked(blocks: Sequence[Block], event_id: int) -> list[int]:
    """The ticket ids of one of these blocks at random, of those under no ticket lock."""
    parties = [tickets_of(block, event_id) for block in blocks]
    locked = ticket_lock.locked_among([ticket for party in parties for ticket in party])
    unlocked = [party for party in parties if locked.isdisjoint(party)]
    return random.choice(unlocked) if unlocked else []  # spreads a crowd; nothing secret


def _claim(user: Buyer, wish: Wish) -> Claim:
    return Claim(
        buyer=user,
        event_id=wish.event_id,
        reference=new_reference(),
        access_code=wish.access_code,
    )


def _hold_chosen(user: Buyer, wish: Wish, tickets: Sequence[int]) -> Booking:
    claim, wanted = _claim(user, wish), sorted(tickets)
    with locked_in_redis(wanted, owner=claim.reference):
        booking, claimed = hold_or_name_the_taken(claim, lambda: claim_named(wanted), wanted)
    keep_in_redis(booking, claimed)
    return booking


def _hold_alone(user: Buyer, wish: Wish, blocks: BlockSource) -> Booking | None:
    """The last try, the only one that may find that nothing fits: then None."""
    try:
        booking, claimed = hold(_claim(user, wish), lambda: _claim_any(wish.event_id, blocks))
    except NoBlockAvailable:
        return None
    keep_in_redis(booking, claimed)
    return booking


def _claim_any(event_id: int, blocks: BlockSource) -> list[ClaimedTicket]:
    own_best_available(event_id)
    for _ in range(TRIES):
        found = blocks()
        for block in found:
            claimed = _claim_quietly(tickets_of(block, event_id))
            if claimed:
                return claimed
        if not found:
            break
    raise NoBlockAvailable


def _claim_quietly(wanted: Sequence[int]) -> list[ClaimedTicket]:
    """The block, locked; empty when somebody who chose those very seats was first."""
    try:
        with transaction.atomic():
            claimed = claim_named(wanted)
            refuse_taken(claimed, database_now())
            return claimed
    except TicketsUnavailable:
        return []
    except OperationalError as error:
        if not is_clash(error):
            raise
        return []
