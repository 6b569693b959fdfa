"""The graded list: nine of ten queries answer as expected, on every engine."""

from collections import defaultdict

import pytest
from django.http import QueryDict

from search.request import search_request_from
from search.service import search_events
from tests.search.graded.catalogue import NOW, Shop
from tests.search.graded.queries import QUERIES, Graded

SHARE = 0.9
LOOKED_AT = 10


def test_nine_of_ten_graded_queries_answer_as_expected(shop: Shop):
    wrong: dict[str, list[str]] = defaultdict(list)
    asked: dict[str, int] = defaultdict(int)
    for graded in QUERIES:
        asked[graded.category] += 1
        if problem := _problem(graded, shop):
            wrong[graded.category].append(f"{graded.name}: {problem}")
    report = "\n".join(line for lines in wrong.values() for line in lines)

    assert len(QUERIES) >= 80
    assert sum(map(len, wrong.values())) <= (1 - SHARE) * len(QUERIES), report
    assert [name for name, lines in wrong.items() if len(lines) == asked[name]] == [], report


@pytest.mark.parametrize("category", sorted({graded.category for graded in QUERIES}))
def test_every_category_has_at_least_five_queries(category: str):
    assert sum(graded.category == category for graded in QUERIES) >= 5


def _problem(graded: Graded, shop: Shop) -> str:
    """What is not as expected, blank if all is."""
    query = QueryDict(mutable=True)
    query.update({"page_size": "50", **graded.query})
    found = search_events(search_request_from(query, now=NOW))
    keys = shop.keys_of(row.event.pk for row in found.events)
    top = keys[:LOOKED_AT]
    checks = [
        graded.first and (not keys or keys[0] not in graded.first.split()) and "first",
        graded.all_of is not None and set(keys) != set(graded.all_of.split()) and "all_of",
        not set(graded.has.split()) <= set(top) and "has",
        set(graded.none_of.split()) & set(top) and "none_of",
        graded.understood is not None and found.understood != graded.understood and "understood",
    ]
    failed = [str(check) for check in checks if check]
    return f"{failed}: {keys[:6]} understood {found.understood}" if failed else ""
