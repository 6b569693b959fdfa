"""What is still free: the tiny feed of one event, and figures for many.

Nothing here decides a sale. Reading never fails for want of Redis, and goes on from the last
copy while Postgres is away.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson
from django.db import connection
from django.utils import timezone

from events.free_places import IS_FREE, PAYING
from ticketmaster.core.shared_copies import Copy, shared_copies, shared_copy

FEED_SECONDS = 1.0
SUMMARY_SECONDS = 2
FEW_SHARE = 10  # one in ten
FEW_PLACES = 20

Summary = dict[str, Any]

FEED = f"""
SELECT t.section_id, s.kind = 'standing', string_agg(
    CASE WHEN {IS_FREE} THEN '1' ELSE '0' END, '' ORDER BY t.position)
FROM events_ticket t
JOIN events_section s ON s.id = t.section_id
{PAYING}
WHERE t.event_id = %s
GROUP BY s.position, t.section_id, s.kind
ORDER BY s.position, t.section_id
"""

# Open to everybody: a presale's code is not everybody's. `events.sale_state` is the same rule for
# windows that were read already.
OPEN_TO_ALL = """e.status = 'on_sale' AND e.starts_at > clock_timestamp() AND EXISTS (
    SELECT 1 FROM events_salewindow w WHERE w.event_id = e.id AND w.kind = 'general'
    AND w.opens_at <= clock_timestamp()
    AND (w.closes_at IS NULL OR w.closes_at > clock_timestamp()))"""

SUMMARIES = f"""
SELECT e.id, {OPEN_TO_ALL}, e.ticket_total, count(t.id) FILTER (WHERE {IS_FREE})
FROM events_event e
LEFT JOIN events_ticket t
  ON t.event_id = e.id AND e.status = 'on_sale' AND t.status IN ('available', 'reserved')
{PAYING}
WHERE e.id = ANY(%s)
GROUP BY e.id
"""


def feed_of(*, event_id: int) -> dict[str, Any]:
    """Free or not, one character per ticket: {"version", "as_of", "sections", "standing"}.

    `sections` has a string of 1 (free) and 0 for each seated section in the drawing's order,
    `standing` the number of free places of each standing one; keys are section ids. Computed at
    most once a second per event however many ask. Raises TemporarilyUnavailable where neither
    the database nor a copy can be reached.
    """
    feed: dict[str, Any] = orjson.loads(feed_bytes(event_id=event_id))
    return feed


def feed_bytes(*, event_id: int) -> bytes:
    """The feed as compact JSON; it starts with its version, see `version_of`."""
    return feed_copy(event_id=event_id).content


def feed_copy(*, event_id: int) -> Copy:
    """The same with the moment of its making, from which on it serves for FEED_SECONDS."""

    def make(last: bytes | None) -> bytes:
        return _feed(event_id, last)

    return shared_copy(f"availability:{event_id}", make, fresh_seconds=FEED_SECONDS)


def version_of(feed: bytes) -> str:
    """The version inside `feed_bytes`, without parsing the rest: an ETag."""
    return feed[len(b'{"version":"') :].split(b'"', 1)[0].decode()


def summary_of(event_ids: Iterable[int]) -> dict[int, Summary]:
    """For each event {"state", "available", "total"}, at most 2 s old; one query for all.

    `state` is available, few (a tenth or at most 20 places left), sold_out, or not_on_sale while
    no general sale window is open.
    """
    keys = {f"summary:{event_id}": event_id for event_id in event_ids}

    def make(missing: list[str]) -> dict[str, bytes]:
        found = _summaries([keys[key] for key in missing])
        return {f"summary:{event_id}": orjson.dumps(row) for event_id, row in found.items()}

    copies = shared_copies(keys, make, fresh_seconds=SUMMARY_SECONDS)
    return {keys[key]: orjson.loads(content) for key, content in copies.items()}


def _feed(event_id: int, last: bytes | None) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(FEED, [event_id])
        rows = cursor.fetchall()
    sections = {str(section): free for section, is_standing, free in rows if not is_standing}
    standing = {str(section): free.count("1") for section, is_standing, free in rows if is_standing}
    content = {"sections": sections, "standing": standing}
    version = hashlib.blake2b(orjson.dumps(content), digest_size=12).hexdigest()
    if last is not None and version_of(last) == version:
        return last  # the same version, so the same bytes, its `as_of` included
    return orjson.dumps({"version": version, "as_of": timezone.now().isoformat(), **content})


def _summaries(event_ids: list[int]) -> dict[int, Summary]:
    with connection.cursor() as cursor:
        cursor.execute(SUMMARIES, [event_ids])
        rows = cursor.fetchall()
    return {
        event_id: {
            "state": state_of(is_open, available, total),
            "available": available,
            "total": total,
        }
        for event_id, is_open, total, available in rows
    }


def state_of(is_open: bool, available: int, total: int) -> str:
    """The state in a summary of an event with these figures."""
    if not is_open or total == 0:
        return "not_on_sale"
    if available == 0:
        return "sold_out"
    if available <= FEW_PLACES or available * FEW_SHARE <= total:
        return "few"
    return "available"
