"""Events on sale, of the sizes that are measured."""

import random
from collections.abc import Iterator
from typing import Any

from benchmarks.http import request_bytes
from events.models import Event, Ticket
from tests.factories import on_sale_event, priced_event, tickets_of

SEATS_PER_ROW = 200
RESERVE = "/api/v1/booking/reserve"


def seated_event(tickets: int, **fields: Any) -> Event:
    """An event with that many seats, on sale, of which one person may have fifty."""
    return on_sale_event(**_seats(tickets), max_tickets_per_person=50, **fields)


def event_before_sale(tickets: int, **fields: Any) -> Event:
    """The same with prices and windows, its tickets not yet made."""
    return priced_event(**_seats(tickets), **fields)


def _seats(tickets: int) -> dict[str, Any]:
    per_row = min(SEATS_PER_ROW, tickets)
    return {"rows": f"1-{tickets // per_row}", "seats_per_row": per_row}


def neighbours(event: Event) -> list[list[int]]:
    """All tickets in neighbouring pairs, in the order of their ids."""
    ids = [ticket.pk for ticket in tickets_of(event)]
    return [ids[start : start + 2] for start in range(0, len(ids) - 1, 2)]


def shuffled_pairs(event: Event) -> list[list[int]]:
    """The same in random order."""
    pairs = neighbours(event)
    random.shuffle(pairs)
    return pairs


def reservations(pairs: list[list[int]], who: Iterator[str]) -> Iterator[bytes]:
    """A request for each of these sets of tickets, by somebody else each time."""
    for pair, token in zip(pairs, who, strict=False):
        yield request_bytes("POST", RESERVE, token=token, body={"ticket_ids": pair})


def count_tickets(event: Event, status: str) -> int:
    """How many of its tickets stand so in the database."""
    return Ticket.objects.filter(event=event, status=status).count()
