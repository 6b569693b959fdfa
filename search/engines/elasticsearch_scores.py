"""How well a document answers a term: constants, so that pages stay in order while others change.

A whole name counts most, then all words together in a name, then each word by where it stands;
popularity, nearness in time and nearness in space lift what is equal.
"""

from datetime import datetime
from typing import Any

from search.engines.elasticsearch_filters import Clause, all_of, has_piece, has_words
from search.request import SearchRequest
from search.terms import Piece, Term

WHOLE_NAME = 100.0
TOGETHER = 8.0
WORDS = 6.0
WEIGHTS = {"words_a": 1.0, "words_b": 0.4, "words_c": 0.2, "words_d": 0.1}
LARGEST_BOOST = 3.0
POPULARITY_LIFT = 0.1
DATE_LIFT = 0.3
DISTANCE_LIFT = 0.5


def scored(request: SearchRequest, *, today: datetime) -> Clause:
    """The query that scores what the filters let through; `today` is where nearness in time is
    measured from, the same for all pages of a search."""
    return {
        "function_score": {
            "query": _text(request.term),
            "functions": _lifts(request, today),
            "score_mode": "sum",
            "boost_mode": "multiply",
            "max_boost": LARGEST_BOOST,
        }
    }


def _text(term: Term) -> Clause:
    wanted = [piece for piece in term.pieces if not piece.excluded]
    ways = [_each_word(wanted)] if wanted else []
    if term.collapsed:
        ways.append(_worth(WHOLE_NAME, {"term": {"collapsed": term.collapsed}}))
    if len(wanted) > 1:
        words = tuple(word for piece in wanted for word in piece.words)
        together = has_words(words, "words_a", unfinished=wanted[-1].unfinished)
        ways.append(_worth(TOGETHER, together))
    return {"dis_max": {"queries": ways}} if ways else {"match_all": {}}


def _each_word(wanted: list[Piece]) -> Clause:
    share = WORDS / len(wanted)
    return {"bool": {"should": [_best_place(piece, share) for piece in wanted]}}


def _best_place(piece: Piece, share: float) -> Clause:
    places = [_worth(share * weight, has_piece(piece, field)) for field, weight in WEIGHTS.items()]
    return {"dis_max": {"queries": places}}


def _worth(points: float, clause: Clause) -> Clause:
    return {"constant_score": {"filter": clause, "boost": round(points, 4)}}


def _lifts(request: SearchRequest, today: datetime) -> list[dict[str, Any]]:
    popularity = {"field": "popularity", "modifier": "ln1p", "missing": 0}
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
