"""The line as Postgres knows it: written down every other second, and by every first reserve.

What is through stays through: a row that is `left` never stands in line again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from bookings.waiting_room import line
from bookings.waiting_room.models import WaitingRoomEntry
from bookings.waiting_room.tokens import Pass

AT_ONCE = 5_000
MOST_ROUNDS = 20

JOINED = """
INSERT INTO bookings_waitingroomentry AS entry
    (room_id, visitor, nonce, number, in_draw, place, state, left_by, joined_at)
SELECT %s, joined.visitor, joined.nonce, joined.number, joined.in_draw, NULLIF(joined.place, 0),
    'waiting', '', joined.at
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::boolean[], %s::bigint[], %s::timestamptz[])
    AS joined (visitor, nonce, number, in_draw, place, at)
ON CONFLICT (room_id, visitor) DO UPDATE SET number = excluded.number, nonce = excluded.nonce,
    in_draw = excluded.in_draw, joined_at = excluded.joined_at,
    place = COALESCE(entry.place, excluded.place)
"""

MOVED = """
UPDATE bookings_waitingroomentry AS entry
SET state = moved.state, admitted_at = COALESCE(moved.admitted_at, entry.admitted_at),
    left_at = moved.left_at, left_by = moved.left_by
FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[])
    AS moved (visitor, state, admitted_at, left_at, left_by)
WHERE entry.room_id = %s AND entry.visitor = moved.visitor AND entry.state <> 'left'
"""

OWNED = """
UPDATE bookings_waitingroomentry AS entry SET user_id = owned.account
FROM unnest(%s::text[], %s::bigint[]) AS owned (visitor, account)
WHERE entry.room_id = %s AND entry.visitor = owned.visitor AND entry.user_id IS NULL
  AND EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = owned.account)
"""

BIND = """
INSERT INTO bookings_waitingroomentry AS entry
    (room_id, visitor, nonce, number, in_draw, state, left_by, joined_at, admitted_at, user_id)
VALUES (%s, %s, '-', 0, false, 'inside', '', %s, %s, %s)
ON CONFLICT (room_id, visitor) DO UPDATE SET user_id = excluded.user_id
WHERE entry.state <> 'left' AND (entry.user_id IS NULL OR entry.user_id = excluded.user_id)
RETURNING id
"""

BOUGHT = """
UPDATE bookings_waitingroomentry
SET state = 'left', left_by = 'bought', left_at = clock_timestamp(), bought_at = clock_timestamp()
WHERE room_id = %s AND user_id = %s AND state <> 'left'
"""


def bind(entry: Pass, *, account: int) -> bool:
    """Note who uses this pass. False when it is used up or somebody else's."""
    admitted_at = _moment(str(entry.admitted_at))
    with connection.cursor() as cursor:
        cursor.execute(BIND, [entry.event_id, entry.visitor, admitted_at, admitted_at, account])
        return cursor.fetchone() is not None


def close_bought(event_id: int, account: int) -> None:
    """Use up the place of who has bought; part of the sale's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(BOUGHT, [event_id, account])


@dataclass
class _Moves:
    """Where one visitor was last."""

    state: str = "waiting"
    admitted_at: datetime | None = None
    left_at: datetime | None = None
    left_by: str = ""


def write_down(event_id: int) -> int:
    """Write what happened in the line since the last time, and say how many records that were.

    Safe to run twice and beside itself: each record may be applied again, and is dropped by one
    alone. Raises RedisError.
    """
    written = 0
    for _ in range(MOST_ROUNDS):
        dropped, records = _oldest_records(event_id)
        if not records:
            break
        apply(event_id, records)
        if line.run("trim", event_id, dropped, len(records)):
            written += len(records)
    return written


def _oldest_records(event_id: int) -> tuple[int, list[str]]:
    """How many records were dropped before, and the next ones."""
    pipeline = line.connection().pipeline(transaction=True)
    pipeline.hget(line.key_of(event_id, "room"), "written")
    pipeline.lrange(line.key_of(event_id, "journal"), 0, AT_ONCE - 1)
    dropped, records = pipeline.execute()
    return int(dropped or 0), records


@transaction.atomic
def apply(event_id: int, records: Iterable[str]) -> None:
    """Bring the rows up to these records of the journal."""
    joins: dict[str, list[str]] = {}
    moves: dict[str, _Moves] = {}
    owners: dict[str, int] = {}
    for record in records:
        what, visitor, *words = record.split(" ")
        if what == "join":
            joins[visitor] = words
        elif what == "owner":
            owners[visitor] = int(words[1])
        else:
            _note(moves.setdefault(visitor, _Moves()), what, words)
    _write_joins(event_id, joins)
    with connection.cursor() as cursor:
        if moves:
            cursor.execute(MOVED, [*_columns(moves), event_id])
        if owners:
            cursor.execute(OWNED, [list(owners), list(owners.values()), event_id])


def _note(moves: _Moves, what: str, words: Sequence[str]) -> None:
    if what == "in":
        moves.state, moves.admitted_at = "inside", _moment(words[0])
    elif what == "away":
        moves.state = "waiting"
    else:
        moves.state, moves.left_at, moves.left_by = "left", _moment(words[0]), words[1]


def _write_joins(event_id: int, joins: dict[str, list[str]]) -> None:
    if not joins:
        return
    rows = list(joins.values())
    with connection.cursor() as cursor:
        cursor.execute(
            JOINED,
            [
                event_id,
                list(joins),
                [row[4] for row in rows],
                [int(row[1]) for row in rows],
                [row[2] == "1" for row in rows],
                [int(row[3]) for row in rows],
                [_moment(row[0]) for row in rows],
            ],
        )


def _columns(moves: dict[str, _Moves]) -> list[list[Any]]:
    rows = list(moves.values())
    return [
        list(moves),
        [row.state for row in rows],
        [row.admitted_at for row in rows],
        [row.left_at for row in rows],
        [row.left_by for row in rows],
    ]


def _moment(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC)


class Written(NamedTuple):
    """What a line is refilled with, of one entry."""

    visitor: str
    number: int
    nonce: str
    place: int | None
    state: str
    left_by: str
    account: int | None


def entries_of(event_id: int) -> Iterable[Written]:
    """Everybody who ever joined, in order of joining, in pieces."""
    rows = WaitingRoomEntry.objects.filter(room=event_id).order_by("number", "pk")
    columns = ("visitor", "number", "nonce", "place", "state", "left_by", "user_id")
    return map(Written._make, rows.values_list(*columns).iterator(chunk_size=AT_ONCE))
