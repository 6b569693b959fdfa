"""What is sent to Elasticsearch, without a server (F88, requirements 19 and 20)."""

import random
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import QueryDict

from search.checks import FILLED_BY_THE_SERVER, documents_are_full, full_row
from search.engines.base import FACETS
from search.engines.elasticsearch import ElasticsearchEngine, page_query
from search.engines.elasticsearch_document import (
    EventDocument,
    document_maker,
    mapping,
    mapping_hash,
)
from search.engines.elasticsearch_facets import facets_query
from search.engines.elasticsearch_filters import clauses_of
from search.engines.elasticsearch_texts import texts_of
from search.request import SearchRequest, search_request_from
from tests.factories import VenueFactory

NOW = datetime(2031, 3, 12, 18, 30, tzinfo=UTC)
CLAUSES = {
    "bool", "dis_max", "constant_score", "function_score", "term", "terms", "range", "prefix",
    "match_phrase", "match_phrase_prefix", "match_all", "geo_distance",
}  # fmt: skip
STRUCTURE = {
    "filter", "should", "must", "must_not", "minimum_should_match", "queries", "query", "boost",
    "functions", "score_mode", "boost_mode", "max_boost",
}  # fmt: skip
HOSTILE = [
    "title:(a AND b) OR *:*", "a* ?b ~c^9 [a TO z] {!x}", "'; DROP TABLE events_event; --",
    "a:b & (c|!d)", '"open', "-", "--", "()" * 200, "script: ctx.x", "\x00null", "\u202eright",
    "🎸 🎤", "%_*?", "\\\\", "AND", "NOT OR", "x" * 10_000, "word " * 200, '"" ""', "a" * 61,
]  # fmt: skip


def asked(**parameters: Any) -> SearchRequest:
    query = QueryDict(mutable=True)
    for name, value in parameters.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return search_request_from(query, now=NOW)


def bodies(request: SearchRequest) -> list[dict[str, Any]]:
    clauses = clauses_of(request)
    return [page_query(request, clauses, None, today=NOW), facets_query(clauses)]


def keys_in(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for key, value in body.items():
            yield key
            yield from keys_in(value)
    elif isinstance(body, list):
        for value in body:
            yield from keys_in(value)


def hostile_terms() -> list[str]:
    draw = random.Random(11)
    letters = string.printable + "éßøЖ東京🎸\u200f\u202e\x00"
    made = ["".join(draw.choices(letters, k=draw.randint(1, 300))) for _ in range(480)]
    return [*HOSTILE, *made]


def test_no_text_becomes_a_query_language(db):
    for term in hostile_terms():
        for body in bodies(asked(term=term)):
            keys = set(keys_in(body))
            assert not keys & {"query_string", "simple_query_string", "script", "wildcard"}
            assert not keys & {"regexp", "script_score", "script_fields", "runtime_mappings"}


def test_queries_are_built_of_few_kinds_of_clauses(db):
    request = asked(
        term='"taylor swift" -tribute live', location=["leeds", "51.5,-0.12"], date="this-weekend",
        type=["concert", "-jazz"], performer=["1", "queen"], venue="hall", price_min="1",
        price_max="9", availability="few", accessible="true", status=["on_sale", "ended"],
    )  # fmt: skip
    fields = set(mapping()["properties"]) | {"field_value_factor", "gauss", "weight"}

    def kinds(clause: Any) -> None:
        if isinstance(clause, list):
            for part in clause:
                kinds(part)
        elif isinstance(clause, dict):
            for key, value in clause.items():
                assert key in CLAUSES | STRUCTURE | fields, key
                if key in CLAUSES - {"bool", "dis_max", "constant_score", "function_score"}:
                    assert set(value) - {"distance"} <= fields
                elif key not in fields:
                    kinds(value)

    for body in bodies(request):
        kinds(body["query"])


def test_a_long_term_stays_a_small_query(db):
    for term in ("word " * 2_000, "a/b-c.d " * 500, "x" * 10_000):
        size = sum(len(str(body)) for body in bodies(asked(term=term)))
        assert size < 40_000


def test_a_sort_by_date_scores_nothing(db):
    page, _ = bodies(asked(term="x", sort="date"))

    assert set(page["query"]["bool"]) == {"filter"}


@pytest.mark.parametrize(
    ("window", "ranges"), [("today", 2), ("tonight", 1), ("this-weekend", 1), ("next-30-days", 2)]
)
def test_clocks_that_show_one_day_share_a_range(db, window, ranges):
    """It is Wednesday here and Thursday in Kathmandu and Tokyo. A range for each clock made a
    search for a window several times as dear as others."""
    for zone in ("Europe/London", "Europe/Paris", "Asia/Kathmandu", "Asia/Tokyo"):
        VenueFactory.create(time_zone=zone)

    (on,) = [clause for clause in clauses_of(asked(date=window)).rest if "time_zone" in str(clause)]

    (spans,) = on["bool"]["should"]
    assert len(spans["bool"]["should"]) == ranges


@pytest.mark.parametrize(("total", "asked_anew"), [(999, 2), (1_000, 1)])
def test_many_counts_are_remembered_and_few_are_counted_anew(db, monkeypatch, total, asked_anew):
    answer = {
        "hits": {"hits": [], "total": {"value": total}},
        "aggregations": {name: {"values": {"buckets": []}} for name in FACETS},
    }
    sent: list[int] = []

    def answered(self: ElasticsearchEngine, *bodies: Any) -> list[Any]:
        sent.append(len(bodies))
        return [answer] * len(bodies)

    monkeypatch.setattr(ElasticsearchEngine, "_ask", answered)
    engine = ElasticsearchEngine(f"index of {total}")

    for _ in range(2):
        assert engine.find(asked(type="concert"), after=None).total == total

    assert sent == [2, asked_anew]


def test_every_mapped_field_of_a_document_has_a_value():
    prepared = document_maker().prepare(full_row())

    assert set(prepared) == set(mapping()["properties"]) - FILLED_BY_THE_SERVER
    assert all(value not in (None, "", [], {}) for value in prepared.values())
    assert documents_are_full() == []


def test_an_empty_document_stops_the_site(monkeypatch):
    """As `elasticsearch` 9.4 with the package of its day prepares them."""
    monkeypatch.setattr(document_maker(), "_prepared_fields", [])

    assert [error.id for error in run_checks()] == ["search.E001"]


def test_the_packages_own_ways_of_writing_are_off(settings):
    assert settings.ELASTICSEARCH_DSL_AUTOSYNC is False
    assert settings.ELASTICSEARCH_DSL_AUTO_REFRESH is False
    assert EventDocument.django.ignore_signals is True
    receivers = [
        receiver
        for signal in (post_save, post_delete, m2m_changed)
        for kept in signal.receivers
        if (receiver := kept[1]) is not None and "django_elasticsearch_dsl" in repr(receiver)
    ]
    assert receivers == []


def test_the_mapping_is_of_the_servers_core_and_names_itself():
    types = {field["type"] for field in mapping()["properties"].values()}

    assert types == {
        *("text", "keyword", "long", "integer", "float", "date", "boolean", "geo_point")
    }
    assert mapping()["dynamic"] == "strict"
    assert mapping()["_meta"] == {"mapping_hash": mapping_hash()}
    assert len(mapping_hash()) == 12


@pytest.mark.parametrize(
    ("document", "texts"),
    [
        ("'live':1A 'queen':2A", {"A": ["live queen"], "B": [], "C": [], "D": []}),
        (
            "'ac':1A 'acdc':1A 'dc':2A 'hall':13B 'leeds':24C 'rock':35 'acdclive':1A 'live':3A",
            {"A": ["ac dc live", "acdc", "acdclive"], "B": ["hall"], "C": ["leeds"], "D": ["rock"]},
        ),
        ("'queen':1A,12A 'live':2A", {"A": ["queen live", "queen"], "B": [], "C": [], "D": []}),
        ("", {"A": [], "B": [], "C": [], "D": []}),
    ],
)
def test_the_words_of_a_row_are_read_back_from_its_tsvector(document, texts):
    assert texts_of(document) == texts
