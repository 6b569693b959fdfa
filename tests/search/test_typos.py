"""Typos: single edits of real names find who was meant, and exact names are left alone."""

import random
from collections.abc import Iterator

import pytest
from django.http import QueryDict

from events.models import Performer
from search.folding import fold
from search.request import search_request_from
from search.service import SearchResult, search_events
from search.typos import repairs_of
from tests.search.graded.catalogue import NOW, Shop

EDITS = 200


def ask(term: str) -> SearchResult:
    query = QueryDict(mutable=True)
    query.update({"term": term, "page_size": "50"})
    return search_events(search_request_from(query, now=NOW))


def edits() -> Iterator[tuple[str, str]]:
    """A name and the same with one letter swapped, dropped, replaced or doubled, not the first."""
    chance = random.Random(7)
    performers = Performer.objects.order_by("pk").values_list("name", flat=True)
    names = [name for name in performers if len(name) >= 5 and fold(name).isascii()]
    for _ in range(EDITS):
        name = chance.choice(names)
        text = fold(name)
        places = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i - 1].isalpha()]
        at = chance.choice([i for i in places if text[i + 1].isalpha()] or places)
        edit = chance.choice(["swap", "drop", "replace", "double"])
        if edit == "swap":
            typed = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        elif edit == "drop":
            typed = text[:at] + text[at + 1 :]
        elif edit == "replace":
            typed = text[:at] + chance.choice("aeioustnr") + text[at + 1 :]
        else:
            typed = text[:at] + text[at] + text[at:]
        yield name, typed


def test_single_edits_find_who_was_meant(shop: Shop):
    wrong, wrong_of_two = [], []
    tried = of_two = 0
    for name, typed in edits():
        found = ask(typed)
        performers = [
            {billed.performer.name for billed in row.event.billing.all()}
            for row in found.events[:3]
        ]
        tried += 1
        if not any(name in billed for billed in performers):
            wrong.append((name, typed, found.did_you_mean, performers))
        if len(name.split()) == 2:
            of_two += 1
            if not performers or name not in performers[0]:
                wrong_of_two.append((name, typed, found.did_you_mean, performers))

    assert tried == EDITS
    assert len(wrong) <= 0.1 * tried, wrong
    assert len(wrong_of_two) <= 0.15 * of_two, wrong_of_two


def test_an_exact_name_is_never_displaced(shop: Shop):
    displaced = []
    for name in Performer.objects.exclude(billing=None).values_list("name", flat=True):
        found = ask(name)
        event = found.events[0].event
        billed = {event.name, *(billed.performer.name for billed in event.billing.all())}
        if found.did_you_mean is not None or name not in billed:
            displaced.append((name, found.did_you_mean, billed))

    assert displaced == []


def test_a_repair_is_said(shop: Shop):
    assert ask("metalica").did_you_mean == "metallica"
    assert ask("hocky under $50").did_you_mean == "hockey under $50"
    assert ask("hocky under $50").understood == {"type": "hockey", "price_max": 5000}
    assert ask("metallica").did_you_mean is None


@pytest.mark.parametrize("text", ["zzzzzz", "qwxyz taylor", '"metalica"', "-metalica", "xx yy"])
def test_what_is_near_nothing_is_left_alone(shop: Shop, text: str):
    assert list(repairs_of(text)) == []


def test_initials_alone_are_not_read_as_those_of_others(shop: Shop):
    assert list(repairs_of("gnt")) == []
    assert "gnr tour" in list(repairs_of("gnt tour"))
