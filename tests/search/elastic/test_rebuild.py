"""A rebuild: a new index is filled and swapped in at one go, and there is a way back (F70)."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch_document import mapping_hash
from search.request import SearchRequest
from search.sync import indices
from search.sync.comparing import compare_contents, count_of
from search.sync.indices import kept_indices, make_index, searched_index
from search.sync.models import BuiltIndex
from search.sync.rebuild import RebuildUnderWay, build_missing_index, index_is_needed, roll_back
from search.sync.reconciler import reconcile_versions
from tests.search.elastic.outage import wire_to
from tests.search.server import URL, rebuild, requests_sent, use_address

ROLLBACK_REQUESTS = 8


def command(name: str, *arguments: str) -> str:
    said = io.StringIO()
    call_command(name, *arguments, stdout=said)
    return said.getvalue()


def test_reindex_fills_a_new_index_and_searches_it(server, findable):
    event = findable(name="Evening")
    before = searched_index(server)

    said = command("reindex")

    after = searched_index(server)
    assert after.name != before.name
    assert after.mapping_hash == mapping_hash()
    assert f"Searched from now on: {after.name}, 1 documents." in said
    found = ElasticsearchEngine().find(SearchRequest(now=timezone.now()), after=None)
    assert found.event_ids == [event.pk]


def test_the_index_before_is_kept_up_to_date_and_can_be_gone_back_to(server, findable):
    findable(name="Evening")
    first = searched_index(server).name
    rebuild()
    second = searched_index(server).name
    findable(name="Later")

    with requests_sent() as sent:
        said = command("reindex", "--rollback")

    # However large the index is: what is still owed, and the alias.
    assert (sent.count("PUT _bulk"), sent.count("POST _aliases")) == (1, 1)
    assert len(sent) <= ROLLBACK_REQUESTS, sent
    assert said == f"Searched from now on: {first}.\n"
    assert searched_index(server).name == first
    assert compare_contents(server, first).events == []
    assert count_of(server, first) == 2
    assert roll_back() == second


def test_going_back_needs_something_to_go_back_to(server):
    with pytest.raises(CommandError, match="no other index"):
        command("reindex", "--rollback")


def test_a_swap_is_one_call(server, findable, monkeypatch):
    calls = []
    update = type(server.indices).update_aliases

    def counted(self, **body):
        calls.append(body["actions"])
        return update(self, **body)

    monkeypatch.setattr(type(server.indices), "update_aliases", counted)
    rebuild()

    assert [sorted(kind for action in actions for kind in action) for actions in calls] == [
        ["add", "remove"]
    ]


def test_a_rebuild_that_was_killed_leaves_nothing_behind(server, findable):
    findable(name="Evening")
    left = make_index(server)

    rebuild()

    assert not server.indices.exists(index=left.name)
    assert not BuiltIndex.objects.filter(name=left.name).exists()


def test_the_replaced_index_goes_after_a_day(server, findable):
    findable(name="Evening")
    first = searched_index(server).name
    rebuild()
    BuiltIndex.objects.filter(name=first).update(replaced_at=timezone.now() - timedelta(hours=25))

    reconcile_versions()

    assert not server.indices.exists(index=first)
    assert kept_indices() == [searched_index(server).name]


def test_if_needed_builds_only_where_there_is_nothing_to_search(server, findable, monkeypatch):
    assert index_is_needed() is False
    assert command("reindex", "--if-needed") == ""

    server.indices.delete(index=searched_index(server).name)
    assert "Searched from now on" in command("reindex", "--if-needed")
    assert searched_index(server) is not None


def test_without_elasticsearch_only_the_rows_are_written(findable, settings):
    settings.ELASTICSEARCH_URL = ""
    findable(name="Evening")

    assert command("reindex") == "1 events can be found; 1 rows.\n"
    assert command("reindex", "--if-needed") == ""
    with pytest.raises(CommandError, match="ELASTICSEARCH_URL"):
        command("reindex", "--index")


def test_status_says_which_engine_answers(server, findable, settings):
    findable(name="Evening")

    said = command("search_status")
    assert "engine: elasticsearch" in said
    assert "changes waiting: 1, the oldest " in said
    assert f"index: {searched_index(server).name} (searched, 0 documents)" in said

    server.indices.delete(index=searched_index(server).name)
    with pytest.raises(CommandError):
        command("search_status")

    settings.ELASTICSEARCH_URL = ""
    said = command("search_status")
    assert said == "rows: 1\nengine: postgres (ELASTICSEARCH_URL is not set)\n"


def test_two_rebuilds_at_once_are_refused(server, findable, monkeypatch):
    findable(name="Evening")

    def another(index: str) -> list[str]:
        with pytest.raises(RebuildUnderWay):
            rebuild()
        return []

    monkeypatch.setattr("search.sync.rebuild.smoke_problems", another)
    rebuild()


def test_a_worker_builds_an_index_that_is_missing(server, findable):
    findable(name="Evening")
    server.indices.delete(index=searched_index(server).name)

    build_missing_index()
    name = searched_index(server).name
    build_missing_index()

    assert searched_index(server).name == name
    assert count_of(server, name) == 1


def test_a_worker_without_a_server_builds_nothing(server, settings):
    with wire_to(URL) as wire:
        wire.cut()
        use_address(wire.url)
        build_missing_index()
        use_address(URL)
    settings.ELASTICSEARCH_URL = ""
    build_missing_index()

    assert BuiltIndex.objects.count() == 1


def test_the_segments_of_a_new_index_are_joined_before_it_is_searched(server, findable):
    findable(name="Evening")

    with requests_sent() as sent:
        rebuild()

    joined = [number for number, request in enumerate(sent) if request.endswith("_forcemerge")]
    assert len(joined) == 1, sent
    assert joined[0] < sent.index("POST _aliases")


def test_a_server_that_joins_segments_for_longer_is_left_to_it(server, findable, monkeypatch):
    findable(name="Evening")
    monkeypatch.setattr(indices, "LONGEST_JOINING_S", 1e-6)

    assert command("reindex").splitlines()[-1].endswith("1 documents.")
