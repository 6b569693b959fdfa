"""What must hold of every document that is found, as unscored clauses.

Values of a request are values here, never parts of a query language: there is no query_string, no
script and no wildcard.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from events.models import Venue
from search.dates import DateFilter, Span
from search.models import SearchRow
from search.request import COMING, Named, Place, Point, SearchRequest
from search.terms import Piece, Term

Clause = dict[str, Any]
# Scripts that the server takes apart letter by letter; others it keeps as words, like ourselves.
LETTER_BY_LETTER = 0x2E80


@dataclass(frozen=True)
class Clauses:
    """What a request asks for. Facets leave their own choice aside, so `kinds` and `places` stand
    apart from the `rest`; `points` are those of the places that no facet shows. Each of the three
    is one clause or none."""

    rest: list[Clause]
    kinds: list[Clause]
    places: list[Clause]
    points: list[Clause]

    @property
    def all(self) -> list[Clause]:
        """Every filter of the request."""
        return [*self.rest, *self.kinds, *self.places]


def clauses_of(request: SearchRequest) -> Clauses:
    """All filters of a request, made once for its page and its counts: some read the catalogue."""
    near = [_near(point) for point in request.points]
    places = [*near, *(_in_city(place) for place in request.places)]
    return Clauses(
        rest=_rest(request),
        kinds=[any_of(_is_kind(slug) for slug in request.types)] if request.types else [],
        places=[any_of(places)] if places else [],
        points=[any_of(near)] if near else [],
    )


def _rest(request: SearchRequest) -> list[Clause]:
    clauses = [_status(request), *_terms(request.term), *_price(request), *_sale(request)]
    clauses += [none_of([_is_kind(slug) for slug in request.types_not])] * bool(request.types_not)
    if request.dates:
        clauses.append(any_of(_on(date, request) for date in request.dates))
    if request.performers:
        clauses.append(_performed_by(request.performers))
    if request.venues:
        clauses.append(_at_venue(request.venues))
    return clauses


def any_of(clauses: Iterable[Clause]) -> Clause:
    """At least one of them holds."""
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def all_of(clauses: Iterable[Clause]) -> Clause:
    """Each of them holds."""
    return {"bool": {"filter": list(clauses)}}


def none_of(clauses: Iterable[Clause]) -> Clause:
    """None of them holds."""
    return {"bool": {"must_not": list(clauses)}}


def _status(request: SearchRequest) -> Clause:
    """Coming events; of those statuses that look back, past ones too."""
    statuses = request.statuses or COMING
    coming = [status for status in statuses if status in COMING]
    other = [status for status in statuses if status not in COMING]
    later = {"range": {"starts_at": {"gt": request.now.isoformat()}}}
    return any_of(
        [all_of([{"terms": {"status": coming}}, later])] * bool(coming)
        + [{"terms": {"status": other}}] * bool(other)
    )


def _terms(term: Term) -> Iterator[Clause]:
    """All that the term wants, or all of it as one word; and nothing it excludes."""
    wanted = [has_piece(piece, "anything") for piece in term.pieces if not piece.excluded]
    excluded = [has_piece(piece, "anything") for piece in term.pieces if piece.excluded]
    if len(wanted) > 1 and term.collapsed:
        yield any_of([all_of(wanted), has_words((term.collapsed,), "anything", unfinished=True)])
    else:
        yield from wanted
    if excluded:
        yield none_of(excluded)


def has_piece(piece: Piece, field: str) -> Clause:
    """The piece's words one after another, or their joined spelling."""
    ways = [has_words(piece.words, field, unfinished=piece.unfinished)]
    if piece.joined:
        ways.append(has_words((piece.joined,), field, unfinished=piece.unfinished))
    return ways[0] if len(ways) == 1 else any_of(ways)


def has_words(words: tuple[str, ...], field: str, *, unfinished: bool) -> Clause:
    """These folded words in this order, the last perhaps only begun."""
    text = " ".join(words)
    if len(words) > 1 or any(ord(letter) >= LETTER_BY_LETTER for letter in text):
        return {"match_phrase_prefix" if unfinished else "match_phrase": {field: text}}
    return {"prefix" if unfinished else "term": {field: text}}


def _is_kind(slug: str) -> Clause:
    return any_of([{"term": {"segment": slug}}, {"term": {"category": slug}}])


def _price(request: SearchRequest) -> Iterator[Clause]:
    if request.price_min is not None:
        yield {"range": {"price_to": {"gte": request.price_min}}}
    if request.price_max is not None:
        yield {"range": {"price_from": {"lte": request.price_max}}}


def _sale(request: SearchRequest) -> Iterator[Clause]:
    if request.availabilities:
        yield {"terms": {"availability": list(request.availabilities)}}
    if request.accessible is not None:
        yield {"term": {"accessible": request.accessible}}


def _performed_by(performers: Named) -> Clause:
    names = list(performers.names)
    return any_of(
        [
            {"terms": {"performer_ids": list(performers.ids)}},
            {"terms": {"performers": names}},
            {"terms": {"aliases": names}},
        ]
    )


def _at_venue(venues: Named) -> Clause:
    ids, names = list(venues.ids), list(venues.names)
    return any_of([{"terms": {"venue_id": ids}}, {"terms": {"venue_name": names}}])


def _near(point: Point) -> Clause:
    centre = {"lat": point.latitude, "lon": point.longitude}
    return {"geo_distance": {"distance": f"{point.radius_km}km", "location": centre}}


def _in_city(place: Place) -> Clause:
    """A city of that name; where there is none, a region or country of that name."""
    city = {"term": {"city": place.city}}
    if place.within:
        return all_of([city, _in_region(place.within)])
    if SearchRow.objects.filter(city=place.city).exists():
        return city
    return _in_region(place.city)


def _in_region(name: str) -> Clause:
    return any_of([{"term": {"region": name}}, {"term": {"country": name}}])


def _on(date: DateFilter, request: SearchRequest) -> Clause:
    if date.fixed is not None:
        return _within(date.fixed)
    zones: dict[Span, list[str]] = defaultdict(list)
    for zone in Venue.objects.order_by().values_list("time_zone", flat=True).distinct():
        local_now = request.now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        zones[_besides_now(date.span_at(local_now), local_now, request)].append(zone)
    return any_of(
        all_of([_within(span), {"terms": {"time_zone": names}}]) for span, names in zones.items()
    )


def _besides_now(span: Span, local_now: datetime, request: SearchRequest) -> Span:
    """Coming events begin after now anyway. Without it zones of one calendar day share a span: two
    or three ranges to look through, not one for each zone's clock."""
    only_coming = set(request.statuses) <= set(COMING)
    return Span(None, span.end) if only_coming and span.start == local_now else span


def _within(span: Span) -> Clause:
    """On the venue's clock; an event of several days by any of them."""
    clauses = []
    if span.start is not None:
        moment = span.start.replace(tzinfo=UTC).isoformat()
        clauses.append({"range": {"wall_clock_ends": {"gte": moment}}})
    if span.end is not None:
        moment = span.end.replace(tzinfo=UTC).isoformat()
        clauses.append({"range": {"wall_clock": {"lt": moment}}})
    return all_of(clauses)
