"""Sold demo tickets: held and paid for like any others, through the sandbox."""

import random
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle

from django.db import connection
from django.db.models.functions import Now

from bookings.holds import hold_tickets
from bookings.models import Booking
from events.demo.catalogue import SHOWS, key_of
from events.demo.shapes import DemoShow
from events.models import Event, Ticket
from payments.checkout import confirm_booking
from ticketmaster.accounts.models import User
from ticketmaster.core import audit
from ticketmaster.core.models import AuditRecord

CARD = "pm_card_visa"
AT_ONCE = 4
SOLD = "demo tickets sold"


@dataclass(frozen=True, slots=True)
class Purchase:
    """One booking to be: who buys which tickets, neighbours where there are seats."""

    user: User
    ticket_ids: tuple[int, ...]


def sell_demo_tickets(buyers: Sequence[User]) -> int:
    """Sell what each show's `sold` asks for, and say how many bookings that took.

    A show is sold once: an event marked as done is left alone ever after, so that a second run
    changes nothing. Refusals of Stripe or the domain propagate; running again goes on from there.
    """
    done = 0
    for show in SHOWS:
        event = Event.objects.get(source_key=key_of(show))
        if show.sold and show.is_on_sale and not _is_marked(event):
            done += _sell(event, show, buyers)
            audit.record(subject="event", subject_id=event.pk, action=SOLD)
    return done


def _is_marked(event: Event) -> bool:
    marks = AuditRecord.objects.filter(subject="event", subject_id=event.pk, action=SOLD)
    return marks.exists()


def _sell(event: Event, show: DemoShow, buyers: Sequence[User]) -> int:
    paid = _pay_what_is_held(event, buyers)
    sold = Ticket.objects.filter(event=event, status=Ticket.Status.SOLD).count()
    free = list(
        Ticket.objects.filter(event=event, status=Ticket.Status.AVAILABLE)
        .in_drawing_order()
        .values_list("pk", flat=True)
    )
    parties = list(_parties(free, show.sold - sold, most=show.limit, dice=random.Random(show.key)))
    # Each buyer's share stays within the limit: a party each, nobody twice.
    users = _in_turn(buyers, seed=show.key)
    purchases = [Purchase(user, party) for user, party in zip(users, parties, strict=False)]
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return paid + sum(pool.map(_buy, purchases))


def _pay_what_is_held(event: Event, buyers: Sequence[User]) -> int:
    """Pay for what an interrupted run left held, so that its buyers are free to buy."""
    held = Booking.objects.filter(
        event=event, user__in=buyers, status=Booking.Status.RESERVED, expires_at__gt=Now()
    )
    for booking in held:
        _pay(booking)
    return len(held)


def _in_turn(buyers: Sequence[User], *, seed: str) -> Iterable[User]:
    order = list(buyers)
    random.Random(seed).shuffle(order)
    return cycle(order)


def _parties(
    free: Sequence[int], wanted: int, *, most: int, dice: random.Random
) -> Iterator[tuple[int, ...]]:
    """Groups of neighbours: the whole room in order when nearly all is wanted, else here and there.

    Neighbours here are tickets that follow each other in the drawing.
    """
    scattered = wanted < len(free) * 0.8
    blocks = [tuple(free[start : start + most]) for start in range(0, len(free), most)]
    if scattered:
        dice.shuffle(blocks)
    left = wanted
    for block in blocks:
        if left <= 0:
            return
        size = min(left, len(block), dice.randint(2, most) if scattered else most)
        yield block[:size]
        left -= size


def _buy(purchase: Purchase) -> int:
    """Hold and pay; 1 for the sum. Gives this thread's connection back."""
    try:
        _pay(hold_tickets(user=purchase.user, ticket_ids=purchase.ticket_ids))
    finally:
        connection.close()
    return 1


def _pay(booking: Booking) -> None:
    assert booking.user_id is not None
    confirm_booking(user_id=booking.user_id, reference=booking.reference, payment_method=CARD)
