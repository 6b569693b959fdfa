"""Searching: one request in, live events out, whichever engine found them."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from events.listing import Listed, listed_by_id
from events.models import Event
from search.engines import choosing
from search.engines.postgres_filters import filtered
from search.engines.postgres_plans import is_any
from search.facet_values import FacetValue
from search.facets import labelled
from search.request import COMING, SearchRequest
from search.terms import term_from
from search.typos import repairs_of
from search.understanding import Chip, Understood, understand, without_small_talk
from ticketmaster.core.errors import InvalidInput
from ticketmaster.core.pagination import read_cursor, sign_cursor

SALT = "search"

Find = Callable[..., choosing.Answer]


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """A page of events with their live figures, and what was found altogether.

    `total` is counted to 10,000; with `total_is_least` there may be more. `did_you_mean` is the
    term that was searched for instead of one that found nothing. `understood` is what words were
    read as, by parameter, `chips` the same for pages. `degraded`: Postgres stands in for
    Elasticsearch. `restarted`: another engine than that of the page before answers, and orders by
    relevance differently: this is the first page again. `asked` is the request as it was answered,
    its words read as filters and its typos repaired.
    """

    events: list[Listed]
    total: int
    total_is_least: bool
    next_cursor: str | None
    facets: dict[str, list[FacetValue]]
    facets_approx: bool
    engine: str
    degraded: bool
    restarted: bool
    did_you_mean: str | None
    understood: dict[str, str | int]
    chips: tuple[Chip, ...]
    asked: SearchRequest


@dataclass(frozen=True)
class _Attempt:
    """A way to take what was asked."""

    meaning: Understood
    did_you_mean: str | None = None


def search_events(request: SearchRequest, *, find: Find = choosing.find) -> SearchResult:
    """The events a request asks for, a page of them.

    Words are read as filters first; what finds nothing so is searched for as text, and what finds
    nothing then without its typos. Rows are read from the catalogue after the engine named them:
    price, status and availability are live. Raises InvalidInput for a cursor that is not ours or
    was made for another order.
    """
    cursor = read_cursor(request.cursor, salt=SALT, length=2)
    attempts = _attempts(request)
    first = next(attempts)
    attempt, answer = first, _ask(first, cursor, find)
    none_found = answer
    while not answer.found.total:
        following = next(attempts, None)
        if following is None:
            attempt, answer = first, none_found
            break
        if answer.degraded:  # nobody waits for a slow server twice
            find = choosing.stand_in
        attempt, answer = following, _ask(following, cursor, find)
    asked = attempt.meaning.request
    if cursor is not None and cursor[0] != asked.sort:
        raise InvalidInput("That cursor belongs to another order.", attr="cursor")
    return _result(attempt, answer)


def _attempts(request: SearchRequest) -> Iterator[_Attempt]:
    """The request with its words understood, as text alone, without small talk, without typos."""
    meaning = understand(request) if request.term else Understood(request, {})
    yield _Attempt(meaning)
    if meaning.values:
        yield _Attempt(Understood(request, {}))
    if plain := without_small_talk(request):
        yield _Attempt(understand(plain) if plain.term else Understood(plain, {}))
    if not meaning.request.term:
        return
    kept = " ".join(chip.text for chip in meaning.chips)
    for text in repairs_of(request.term.text, kept=kept):
        repaired = replace(request, term=term_from(text))
        for repaired_meaning in (understand(repaired), Understood(repaired, {})):
            if _finds_any(repaired_meaning.request):
                yield _Attempt(repaired_meaning, text)
                return


def _finds_any(request: SearchRequest) -> bool:
    rows = filtered(request)
    return is_any(rows) if request.term else rows.exists()


def _ask(attempt: _Attempt, cursor: list[Any] | None, find: Find) -> choosing.Answer:
    asked = attempt.meaning.request
    after = cursor[1] if cursor is not None and cursor[0] == asked.sort else None
    return find(asked, after=after)


def _result(attempt: _Attempt, answer: choosing.Answer) -> SearchResult:
    asked, found = attempt.meaning.request, answer.found
    next_cursor = None
    if found.key is not None:
        next_cursor = sign_cursor([asked.sort, found.key], salt=SALT)
    return SearchResult(
        events=_in_order(asked, found.event_ids),
        total=found.total,
        total_is_least=found.total_relation == "gte",
        next_cursor=next_cursor,
        facets=labelled(found.facets),
        facets_approx=found.facets_approx,
        engine=answer.engine,
        degraded=answer.degraded,
        restarted=answer.restarted,
        did_you_mean=attempt.did_you_mean,
        understood=attempt.meaning.values,
        chips=attempt.meaning.chips,
        asked=asked,
    )


def _in_order(request: SearchRequest, ids: list[int]) -> list[Listed]:
    """These events in this order; those that a stale index named by mistake are left out."""
    wanted = request.statuses or COMING
    rows = listed_by_id(ids, now=request.now)
    found = [rows[event_id] for event_id in ids if event_id in rows]
    return [row for row in found if _is_wanted(row.event, wanted, request.now)]


def _is_wanted(event: Event, statuses: Collection[str], now: datetime) -> bool:
    return event.status in statuses and (event.status not in COMING or event.starts_at > now)
