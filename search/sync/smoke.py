"""Ten searches that a good index answers: events by their own names, kinds, towns and days."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import QueryDict

from search.engines.elasticsearch import ElasticsearchEngine, EngineFailed
from search.models import SearchRow
from search.request import search_request_from

EVENTS = 3
# Whether it finds, not how fast: an index just filled is cold, and its server busy.
PATIENCE_S = 30.0


def smoke_problems(index: str) -> list[str]:
    """What this index does not answer as it should; empty for a good one."""
    engine, problems = ElasticsearchEngine(index, within_s=PATIENCE_S), []
    for text in _searches():
        try:
            found = engine.find(search_request_from(QueryDict(text)), after=None)
        except EngineFailed as error:
            problems.append(f"{text}: {error}")
        else:
            if not found.event_ids:
                problems.append(f"Nothing found for {text}.")
    return problems


def _searches() -> Iterator[str]:
    rows = SearchRow.objects.exclude(title="").order_by("-popularity", "-pk")[:EVENTS]
    for row in rows:
        for wish in (
            {"term": f'"{row.title}"'[:200]},
            {"type": row.segment},
            {"venue": str(row.venue_id), "sort": "price"},
        ):
            yield urlencode({**wish, "status": row.status, "date": _days_around(row)})


def _days_around(row: SearchRow) -> str:
    return f"{row.wall_clock.date()}..{row.wall_clock_ends.date()}"
