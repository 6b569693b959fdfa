"""Live writes: a rebuild loses none and fails no search (F70), and each is found at once."""

import os
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from events.generating.catalogue import generate_catalogue
from events.models import Event
from search.engines.elasticsearch import ElasticsearchEngine
from search.request import SearchRequest
from search.rows import write_search_rows
from search.sync.comparing import compare_contents
from search.sync.indices import alias, searched_index
from search.sync.models import IndexChange
from search.sync.relay import relay_index_changes
from search.terms import term_from
from tests.search.server import bring_up_to_date, elasticsearch_in_use, rebuild, requests_sent

LONG = os.environ.get("SEARCH_LONG") == "1"
EVENTS = 100_000 if LONG else 1_000
UPDATES_PER_SECOND = 200
WRITES, SEARCHES = 20, 10  # at least so many while an index is built


class Background:
    """Something repeated in a thread of its own until told to end; remembers what went wrong."""

    def __init__(self, once: Callable[[], None], *, pause_s: float) -> None:
        self.problems: list[BaseException] = []
        self.done = 0
        self._once, self._pause_s = once, pause_s
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._end.wait(self._pause_s):
            try:
                self._once()
                self.done += 1
            except Exception as problem:  # noqa: BLE001 - the test asserts that there was none
                self.problems.append(problem)
        connection.close()

    def __enter__(self) -> "Background":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_under_load_loses_no_write_and_fails_no_search(settings):
    """Requirement 18; SEARCH_LONG=1 takes 100,000 events."""
    generate_catalogue(events=EVENTS, tickets=0, seed=4, advance=lambda count: None)
    with elasticsearch_in_use(settings) as client:
        events = list(Event.objects.order_by("pk").values_list("pk", flat=True))
        changed: list[int] = []

        def change() -> None:
            event_id = events[len(changed) % len(events)]
            Event.objects.filter(pk=event_id).update(name=f"Renamed {len(changed)}")
            write_search_rows([event_id])
            changed.append(event_id)

        def search() -> None:
            found = ElasticsearchEngine().find(SearchRequest(now=timezone.now()), after=None)
            assert len(found.event_ids) == 20

        with (
            Background(change, pause_s=1 / UPDATES_PER_SECOND) as writing,
            Background(search, pause_s=0.02) as searching,
            Background(lambda: relay_index_changes() and None, pause_s=0.3) as relaying,
        ):
            # A quick machine has built it before anybody writes: it builds another.
            while not (writing.done > WRITES and searching.done > SEARCHES):
                before = searched_index(client).name
                rebuild()
                assert searched_index(client).name != before
                assert [writing.problems, searching.problems] == [[], []]

        assert [writing.problems, searching.problems, relaying.problems] == [[], [], []]
        while IndexChange.objects.exists():
            bring_up_to_date()
        client.indices.refresh(index=alias())
        assert compare_contents(client, alias()).events == []
        last = changed[-1]
        document = client.get(index=alias(), id=str(last))["_source"]
        assert document["title"] == f"renamed {len(changed) - 1}"


def test_a_change_is_found_after_one_run_of_the_relay_and_one_refresh(server, findable, settings):
    """Requirement 14: both come each second; benchmarks/search_elastic.py measures how long that
    takes."""
    event = findable(name="Evening")
    bring_up_to_date()
    Event.objects.filter(pk=event.pk).update(name="Fresh")
    write_search_rows([event.pk])

    with requests_sent() as sent:
        relay_index_changes()
    assert sent.count("PUT _bulk") == 1
    server.indices.refresh(index=alias())

    fresh = SearchRequest(now=timezone.now(), term=term_from("fresh"), sort="relevance")
    assert ElasticsearchEngine().find(fresh, after=None).event_ids == [event.pk]
    index = searched_index(server).name
    kept = server.indices.get_settings(index=index)[index]["settings"]["index"]
    assert kept["refresh_interval"] == "1s"
    relaying = settings.CELERY_BEAT_SCHEDULE["relay changes to the search index"]
    assert relaying["schedule"] == 1.0
