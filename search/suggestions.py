"""What somebody who began to type probably means: performers, events, venues and cities."""

import json
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse

from events.models import Event
from events.selectors import city_slug
from search.documents import beginning_of_names
from search.engines.postgres_expressions import matches_query
from search.engines.postgres_pages import BROAD, BY_POPULARITY
from search.engines.postgres_plans import Plan, estimate, read
from search.folding import collapse, fold
from search.models import Name, SearchRow
from search.request import COMING
from search.terms import LONGEST_TERM
from search.typos import repairs_of

EACH = 5
# Nights of one show come one after another: so many are read to find five different ones.
LOOKED_AT = 25
BEHIND_ALL = "\U0010ffff"
GROUPS = {"performers": Name.Kind.PERFORMER, "venues": Name.Kind.VENUE, "cities": Name.Kind.CITY}

# The operators of text_pattern_ops, since a LIKE with a parameter is planned without its index.
NAMES = """
SELECT kind, key, shown, detail FROM (
    SELECT n.kind, n.key, n.shown, n.detail, row_number() OVER (
        PARTITION BY n.kind
        ORDER BY bool_or(s.text = %(begins)s OR s.text = %(joined)s) DESC, bool_or(s.whole) DESC,
            n.popularity DESC, n.coming DESC, n.id) AS place
    FROM search_namestart s JOIN search_name n ON n.id = s.name_id AND n.coming > 0
    WHERE (s.text ~>=~ %(begins)s AND s.text ~<~ %(behind)s)
       OR (s.text ~>=~ %(joined)s AND s.text ~<~ %(behind_joined)s)
    GROUP BY n.id
) best WHERE place <= %(each)s ORDER BY kind, place
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
    with connection.cursor() as cursor:
        cursor.execute(NAMES, values)
        rows = cursor.fetchall()
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
    rows = SearchRow.objects.filter(
        matches_query(beginning_of_names(begins)), status__in=COMING, starts_at__gt=now
    )
    plans = (Plan.WALK, Plan.GATHER) if estimate(rows) > BROAD else (Plan.GATHER, Plan.WALK)
    wanted = rows.order_by(*BY_POPULARITY).values_list("event_id", "title", "city")[:LOOKED_AT]
    nights = {(title, city): pk for pk, title, city in reversed(read(*plans, lambda: list(wanted)))}
    ids = list(reversed(nights.values()))[:EACH]
    events = Event.objects.public().select_related("venue").in_bulk(ids)
    return [
        {
            "id": pk,
            "name": events[pk].name,
            "url": events[pk].get_absolute_url(),
            "starts_at": events[pk].starts_at,
            "time_zone": events[pk].venue.time_zone,
            "venue": events[pk].venue.name,
            "city": events[pk].venue.city,
        }
        for pk in ids
        if pk in events
    ]
