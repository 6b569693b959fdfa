"""What somebody who began to type probably means: performers, events, venues and cities."""

import json
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse

from events.selectors import city_slug
from search.documents import beginning_of, whole_words
from search.engines.postgres_plans import Plan, read
from search.folding import collapse, fold
from search.models import Name
from search.remembering import remembered
from search.request import COMING
from search.terms import LONGEST_TERM
from search.typos import repairs_of

EACH = 5
# Nights of one show come one after another: so many are read to find five different ones.
NIGHTS = 25
BEHIND_ALL = "\U0010ffff"
GROUPS = {"performers": Name.Kind.PERFORMER, "venues": Name.Kind.VENUE, "cities": Name.Kind.CITY}

# The operators of text_pattern_ops, since a LIKE with a parameter is planned without its index.
# Thousands of names begin like "the": what is shown is read of the best alone.
NAMES = """
SELECT n.kind, n.key, n.shown, n.detail FROM (
    SELECT n.id, row_number() OVER (
        PARTITION BY n.kind
        ORDER BY s.exact DESC, s.whole DESC, n.popularity DESC, n.coming DESC, n.id) AS place
    FROM (
        SELECT name_id, bool_or(whole) AS whole,
            bool_or(text = %(begins)s OR text = %(joined)s) AS exact
        FROM search_namestart
        WHERE (text ~>=~ %(begins)s AND text ~<~ %(behind)s)
           OR (text ~>=~ %(joined)s AND text ~<~ %(behind_joined)s)
        GROUP BY name_id
    ) s JOIN search_name n ON n.id = s.name_id AND n.coming > 0
) best JOIN search_name n ON n.id = best.id WHERE place <= %(each)s ORDER BY n.kind, place
"""
# So short beginnings are those of many names and typed by many: remembered for some seconds.
SHORT = 4

# What half a word means is mostly among what is popular; else the index of names has it. Neither
# reads more rows than so many: of a name in more of them the nights written first are suggested.
POPULAR_ROWS = GATHERED_ROWS = 1_000
COMING_ROWS = "status = ANY(%(statuses)s) AND starts_at > %(now)s"
POPULAR = f"""
SELECT event_id, title, city FROM (
    SELECT event_id, title, city, document FROM search_searchrow
    WHERE {COMING_ROWS} ORDER BY popularity DESC, starts_at, event_id LIMIT %(popular_rows)s
) popular WHERE document @@ %(in_names)s::tsquery LIMIT %(nights)s
"""
GATHERED = f"""
SELECT event_id, title, city FROM (
    SELECT event_id, title, city, popularity, starts_at, document FROM search_searchrow
    WHERE ts_filter(document, '{{a}}') @@ %(gathered)s::tsquery AND {COMING_ROWS}
    LIMIT %(gathered_rows)s
) found WHERE document @@ %(in_names)s::tsquery
ORDER BY popularity DESC, starts_at, event_id LIMIT %(nights)s
"""
SHOWN = """
SELECT e.id, e.name, e.starts_at, v.time_zone, v.name, v.city
FROM events_event e JOIN events_venue v ON v.id = e.venue_id
WHERE e.id = ANY(%(ids)s) AND e.status = ANY(%(statuses)s) AND e.starts_at > %(now)s
"""

Suggestion = dict[str, Any]
Suggestions = dict[str, list[Suggestion]]


def suggest(text: str, *, now: datetime) -> Suggestions:
    """At most five performers, events, venues and cities each, the best first.

    Names are found from any of their words on. Where nothing begins like this, what is a typo
    away is suggested. Empty groups for a text without letters or figures.
    """
    asked = text[:LONGEST_TERM]
    found = _beginning_with(asked, now)
    if any(found.values()):
        return found
    for repaired in repairs_of(asked):
        found = _beginning_with(repaired, now)
        if any(found.values()):
            break
    return found


def _beginning_with(text: str, now: datetime) -> Suggestions:
    begins = fold(text)
    if not begins:
        return {"performers": [], "events": [], "venues": [], "cities": []}
    names = _names(begins, collapse(text))
    return {
        "performers": names["performers"],
        "events": _events(begins, now),
        "venues": names["venues"],
        "cities": names["cities"],
    }


def _names(begins: str, joined: str) -> Suggestions:
    """Whole names first, then those that begin so, then by popularity."""
    values: dict[str, str | int] = {
        "begins": begins,
        "behind": begins + BEHIND_ALL,
        "joined": joined,
        "behind_joined": joined + BEHIND_ALL,
        "each": EACH,
    }
    rows = remembered(
        ("names", begins, joined),
        lambda: _rows(NAMES, values),
        is_worth_it=lambda rows: len(begins) <= SHORT,
    )
    found: Suggestions = {group: [] for group in GROUPS}
    groups = {kind: group for group, kind in GROUPS.items()}
    for kind, key, shown, detail in rows:
        where = json.loads(detail) if isinstance(detail, str) else detail
        found[groups[kind]].append(_suggestion(kind, key, shown, where))
    return found


def _suggestion(kind: str, key: str, shown: str, detail: dict[str, str]) -> Suggestion:
    if kind == Name.Kind.CITY:
        address = reverse("events:city", args=[detail["country"].lower(), city_slug(shown)])
        return {"id": key, "name": shown, "url": address, **detail}
    address = reverse(f"events:{kind}", args=[int(key)])
    return {"id": int(key), "name": shown, "url": address, **detail}


def _events(begins: str, now: datetime) -> list[Suggestion]:
    """The most popular events whose names or performers have these words, one night of each."""
    ids = remembered(
        ("nights", begins),
        lambda: _nights(_rows_beginning(begins, now))[:EACH],
        is_worth_it=lambda ids: len(begins) <= SHORT,
    )
    values = {"ids": ids, "now": now, "statuses": list(COMING)}
    shown = {row[0]: row for row in _rows(SHOWN, values)} if ids else {}
    return [_night(*shown[pk]) for pk in ids if pk in shown]


def _rows_beginning(begins: str, now: datetime) -> list[tuple[Any, ...]]:
    """Id, title and city of each of these events, the most popular first."""
    values = {
        "in_names": beginning_of(begins, weight="A"),
        "gathered": _telling(begins),
        "now": now,
        "statuses": list(COMING),
        "nights": NIGHTS,
        "popular_rows": POPULAR_ROWS,
        "gathered_rows": GATHERED_ROWS,
    }
    rows = read(Plan.WALK, Plan.OWN, lambda: _rows(POPULAR, values))
    if len(rows) == NIGHTS or len(_nights(rows)) >= EACH:
        return rows
    return read(Plan.GATHER, Plan.OWN, lambda: _rows(GATHERED, values))


def _nights(rows: list[tuple[Any, ...]]) -> list[int]:
    """One event of each title in each city."""
    nights = {(title, city): pk for pk, title, city in reversed(rows)}
    return list(reversed(nights.values()))


def _telling(begins: str) -> str:
    """The tsquery literal without a last word of which only a letter or two are there, where others
    are before it: the index would read all words that begin so."""
    before, _, last = begins.rpartition(" ")
    return whole_words(before) if before and len(last) <= 2 else beginning_of(begins)


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _night(
    pk: int, name: str, starts_at: datetime, time_zone: str, venue: str, city: str
) -> Suggestion:
    return {
        "id": pk,
        "name": name,
        "url": reverse("events:event", args=[pk]),
        "starts_at": starts_at,
        "time_zone": time_zone,
        "venue": venue,
        "city": city,
    }
