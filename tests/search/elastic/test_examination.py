"""The examination of a new index: a bad one is not swapped in (F70)."""

import pytest

from search.engines.elasticsearch_document import document_maker
from search.models import SearchRow
from search.sync.comparing import count_of
from search.sync.indices import kept_indices, searched_index
from search.sync.rebuild import RebuildFailed, rebuild_index
from tests.search.server import bring_up_to_date, rebuild


@pytest.fixture
def few_rounds(monkeypatch):
    monkeypatch.setattr("search.sync.rebuild.ROUNDS", 2)
    monkeypatch.setattr("search.sync.rebuild.ROUND_S", 0.01)


def refusal_of_rebuild(server) -> str:
    """Why the new index was refused; the one that is searched stays."""
    before, kept = searched_index(server).name, kept_indices()
    with pytest.raises(RebuildFailed) as refused:
        rebuild_index(tell=lambda line: None)
    assert searched_index(server).name == before
    assert kept_indices() == kept
    return str(refused.value)


def test_one_document_too_few_is_not_swapped_in(server, findable, few_rounds, monkeypatch):
    events = [findable(name=f"Night {number}").pk for number in range(5)]
    bring_up_to_date()
    monkeypatch.setattr(
        "search.sync.rebuild._versions", lambda: iter([dict.fromkeys(events[1:], 1)])
    )

    assert "4 documents for 5 rows" in refusal_of_rebuild(server)


def test_empty_documents_are_not_swapped_in(server, findable, few_rounds, monkeypatch):
    """The fault of the newer packages: every document indexed empty."""
    for number in range(3):
        findable(name=f"Night {number}")
    bring_up_to_date()
    monkeypatch.setattr(document_maker(), "_prepared_fields", [])

    assert "3 documents of 3 are empty" in refusal_of_rebuild(server)


def test_documents_older_than_their_rows_are_not_swapped_in(
    server, findable, few_rounds, monkeypatch
):
    event = findable(name="Evening")
    bring_up_to_date()
    monkeypatch.setattr(
        "search.sync.rebuild._sample", lambda: {event.pk: SearchRow.objects.get().version + 1}
    )

    older = f"1 documents are older than their rows, {event.pk} among them"
    assert older in refusal_of_rebuild(server)


def test_an_index_that_finds_nothing_is_not_swapped_in(server, findable, few_rounds, monkeypatch):
    findable(name="Evening")
    bring_up_to_date()
    monkeypatch.setattr("search.sync.smoke._searches", lambda: iter(["term=nobody+is+called+so"]))

    assert "Nothing found for" in refusal_of_rebuild(server)


def test_an_index_that_finds_slowly_is_swapped_in(server, findable, monkeypatch):
    """A server that was just filled is busy: the examination waits longer than a search may."""
    findable(name="Evening")
    monkeypatch.setattr("search.engines.elasticsearch.SEARCH_S", 0.000_1)

    rebuild()

    assert count_of(server, searched_index(server).name) == 1
