"""How well a document answers a term: constants, so that pages stay in order while others change.

A whole name counts most, then each word by where it stands, more when they stand together and in
the title; popularity, nearness in time and nearness in space lift what is equal.
"""

from datetime import datetime
from typing import Any

from search.engines.elasticsearch_filters import Clause, all_of, has_piece, has_words
from search.request import SearchRequest
from search.terms import Piece, Term

WHOLE_NAME = 100.0
WORDS = 6.0
TOGETHER = 2.0
IN_TITLE = 1.5
ANYTHING = 0.1
WEIGHTS = {"words_a": 1.0, "words_b": 0.4, "words_c": 0.2, "words_d": 0.1}
LARGEST_BOOST = 3.0
POPULARITY_LIFT = 0.1
# Small: among equals only, as Postgres orders them by date.
DATE_LIFT = 0.05
DISTANCE_LIFT = 0.05


def scores(request: SearchRequest, *, today: datetime) -> dict[str, list[Clause]]:
    """The clauses whose scores add up, by whether they match whatever is found (`must`, which is
    cheaper) or need not; `today` is where nearness in time is measured from, the same for all
    pages of a search."""
    lifted = {
        "function_score": {
            "query": {"bool": {"should": _text(request.term)}},
            "functions": _lifts(request, today),
            "score_mode": "sum",
            "boost_mode": "multiply",
            "max_boost": LARGEST_BOOST,
        }
    }
    name = request.term.collapsed
    whole = [_worth(WHOLE_NAME, {"term": {"collapsed": name}})] if name else []
    if len(pieces_wanted(request.term)) == 1:
        return {"must": [lifted], "should": whole}
    return {"should": [lifted, *whole]}


def most_points(*, popularity_lift: float) -> float:
    """What an event of that popularity has at most for a single word that is not its whole name,
    where no point is asked for."""
    lift = 1 + POPULARITY_LIFT * popularity_lift + DATE_LIFT
    return (WORDS * max(WEIGHTS.values()) + IN_TITLE) * min(lift, LARGEST_BOOST)


def pieces_wanted(term: Term) -> list[Piece]:
    """What is to be found, without what is to be left out."""
    return [piece for piece in term.pieces if not piece.excluded]


def _text(term: Term) -> list[Clause]:
    """A single word stands somewhere in whatever is found; several may be there as one name."""
    wanted = pieces_wanted(term)
    clauses = [_worth(ANYTHING, {"match_all": {}})] if len(wanted) != 1 else []
    if wanted:
        clauses += [*_each_word(wanted), _worth(IN_TITLE, all_of(_in_title(wanted)))]
    if len(wanted) > 1:
        words = tuple(word for piece in wanted for word in piece.words)
        together = has_words(words, "words_a", unfinished=wanted[-1].unfinished)
        clauses.append(_worth(TOGETHER, together))
    return clauses


def _in_title(wanted: list[Piece]) -> list[Clause]:
    """The main act's own evening, before those where it plays along."""
    return [has_piece(piece, "title") for piece in wanted]


def _each_word(wanted: list[Piece]) -> list[Clause]:
    share = WORDS / len(wanted)
    return [_best_place(piece, share) for piece in wanted]


def _best_place(piece: Piece, share: float) -> Clause:
    places = [_worth(share * weight, has_piece(piece, field)) for field, weight in WEIGHTS.items()]
    return {"dis_max": {"queries": places}}


def _worth(points: float, clause: Clause) -> Clause:
    return {"constant_score": {"filter": clause, "boost": round(points, 4)}}


def _lifts(request: SearchRequest, today: datetime) -> list[dict[str, Any]]:
    popularity = {"field": "popularity_lift", "missing": 0}
    soon = {"origin": today.isoformat(), "offset": "14d", "scale": "60d", "decay": 0.6}
    lifts: list[dict[str, Any]] = [
        {"weight": 1, "filter": all_of([])},
        {"weight": POPULARITY_LIFT, "field_value_factor": popularity},
        {"weight": DATE_LIFT, "gauss": {"starts_at": soon}},
    ]
    if request.points:
        here = {"lat": request.points[0].latitude, "lon": request.points[0].longitude}
        near = {"origin": here, "offset": "5km", "scale": "30km", "decay": 0.6}
        lifts.append({"weight": DISTANCE_LIFT, "gauss": {"location": near}})
    return lifts
