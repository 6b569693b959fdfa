"""The one gate in front of every hold, whether it comes from a page or an app.

Without a waiting room it costs a look at the process's memory. With one, a pass that is forged,
cut, expired or of another event is refused before anybody is asked; one that was let in is checked
in Redis, and in Postgres the first time and while Redis is away: sales go on for who is inside.
"""

import contextlib
import functools
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import redis
from django.db import connection

from bookings.waiting_room import books, line, tuning
from bookings.waiting_room.errors import WaitingRoomRequired
from bookings.waiting_room.rooms import behind_rooms
from bookings.waiting_room.tokens import Pass, read_pass

EVENT_OF = "SELECT event_id FROM events_ticket WHERE id = %s"


@contextmanager
def entered_for_tickets(ticket_ids: Sequence[int], *, account: int, shown: str) -> Iterator[None]:
    """Around a hold of these tickets. Raises WaitingRoomRequired where `shown` lets nobody in."""
    behind = behind_rooms()
    if not behind:
        yield
        return
    concerned = _events_of(ticket_ids) & behind
    with _entered(concerned.pop() if concerned else 0, account=account, shown=shown):
        yield


@contextmanager
def entered_for_event(event_id: int, *, account: int, shown: str) -> Iterator[None]:
    """The same around a hold at this event."""
    with _entered(event_id if event_id in behind_rooms() else 0, account=account, shown=shown):
        yield


@contextmanager
def _entered(event_id: int, *, account: int, shown: str) -> Iterator[None]:
    if not event_id:
        yield
        return
    check(event_id, account=account, shown=shown)
    began = time.perf_counter()
    try:
        yield
    finally:
        tuning.note_hold(event_id, seconds=time.perf_counter() - began)


def _events_of(ticket_ids: Sequence[int]) -> set[int]:
    """The events of these tickets; unknown ones have none, and the hold refuses them."""
    events = set()
    for ticket_id in ticket_ids:
        with contextlib.suppress(LookupError):
            events.add(_event_of(ticket_id))
    return events


@functools.lru_cache(maxsize=100_000)
def _event_of(ticket_id: int) -> int:
    """The event of a ticket, which never changes.

    LookupError for an unknown one, which is not remembered: its number may be a ticket's tomorrow.
    """
    with connection.cursor() as cursor:
        cursor.execute(EVENT_OF, [ticket_id])
        row = cursor.fetchone()
    if row is None:
        raise LookupError(ticket_id)
    event_id: int = row[0]
    return event_id


def check(event_id: int, *, account: int, shown: str) -> None:
    """Let this account reserve at an event behind a room, or raise WaitingRoomRequired.

    The first account that reserves with a pass owns it; for everybody else it is worth nothing.
    """
    entry = read_pass(shown, event_id=event_id)
    if entry is None:
        raise WaitingRoomRequired(event_id=event_id)
    try:
        answer = line.enter(event_id, entry.visitor, account)
    except redis.RedisError:
        answer = line.Entered("lost", is_new=False, restored=0)
    if answer.word == "ok":
        allowed = not answer.is_new or books.bind(entry, account=account)
    elif answer.word == "lost" or _was_inside(entry, answer):
        allowed = books.bind(entry, account=account) and _again_inside(entry, answer)
    else:
        allowed = False
    if not allowed:
        raise WaitingRoomRequired(event_id=event_id)


def _was_inside(entry: Pass, answer: line.Entered) -> bool:
    """Redis was lost after this pass was given, and the checkpoint had missed it."""
    return answer.word == "outside" and entry.admitted_at < answer.restored


def _again_inside(entry: Pass, answer: line.Entered) -> bool:
    """Counted inside again, if the cap allows; while the line is lost there is nothing to count."""
    if answer.word == "lost":
        return True
    return line.take_back_inside(entry.event_id, entry.visitor, until_s=entry.expires_at)
