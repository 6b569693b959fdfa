"""Rows reach Elasticsearch: in order, once, and never back from the dead (F68, F69, R15)."""

import random

from django.db import transaction
from django.utils import timezone

from events.models import Event
from events.moments import event_changed
from search.engines.elasticsearch import ElasticsearchEngine
from search.models import SearchRow
from search.request import SearchRequest
from search.rows import write_search_rows
from search.sync.bulk import operations_for, write_documents
from search.sync.comparing import compare_contents, compare_versions, versions_in
from search.sync.indices import alias, kept_indices
from search.sync.models import IndexChange
from search.sync.reconciler import reconcile_contents, reconcile_versions
from search.sync.relay import relay_index_changes
from tests.search.server import bring_up_to_date


def found() -> list[int]:
    everything = SearchRequest(now=timezone.now(), page_size=100)
    return ElasticsearchEngine().find(everything, after=None).event_ids


def change(event_id: int, **fields: object) -> None:
    Event.objects.filter(pk=event_id).update(**fields)
    event_changed.send(sender="test", event_id=event_id)


def test_a_change_is_relayed_with_the_version_of_its_row(server, findable):
    event = findable(name="Evening")

    done = bring_up_to_date()

    assert (done.delivered, done.postponed, done.parked) == (1, 0, 0)
    assert found() == [event.pk]
    row = SearchRow.objects.get(pk=event.pk)
    assert versions_in(server, alias(), [event.pk]) == {event.pk: row.version}
    assert not IndexChange.objects.exists()


def test_changes_of_one_event_are_one_write(server, findable):
    event = findable(name="First")
    for name in ("Second", "Third"):
        change(event.pk, name=name)

    done = bring_up_to_date()

    assert done.delivered == 3
    document = server.get(index=alias(), id=str(event.pk))
    assert document["_source"]["title"] == "third"


def test_a_change_that_was_undone_owes_nothing(server, findable):
    event = findable(name="Kept")
    bring_up_to_date()

    with transaction.atomic():
        change(event.pk, name="Undone")
        assert IndexChange.objects.count() == 1
        transaction.set_rollback(True)

    assert not IndexChange.objects.exists()
    assert relay_index_changes().delivered == 0


def test_an_event_that_is_withdrawn_is_gone(server, findable):
    event = findable()
    bring_up_to_date()

    change(event.pk, status="draft")
    bring_up_to_date()

    assert found() == []


def test_a_late_write_does_not_bring_a_deleted_event_back(server, findable):
    """Requirement 16: the delete is remembered for an hour (gc_deletes)."""
    event = findable()
    late = operations_for({event.pk: 0}, indices=kept_indices())
    bring_up_to_date()
    change(event.pk, status="draft")
    bring_up_to_date()

    answer = server.bulk(operations=late, require_alias=True, refresh=True)

    assert [item["index"]["status"] for item in answer["items"]] == [409]
    assert found() == []
    settings = next(iter(server.indices.get_settings(index=alias()).body.values()))
    assert settings["settings"]["index"]["gc_deletes"] == "1h"


def test_shuffled_and_repeated_batches_end_as_the_rows_are(server, findable):
    """Requirement 15: 1,000 updates of 20 events, 30 % delivered twice, in any order."""
    events = [findable(name=f"Night {number}") for number in range(20)]
    operations = []
    for round_ in range(50):
        for event in events:
            Event.objects.filter(pk=event.pk).update(popularity=round_)
        write_search_rows([event.pk for event in events])
        lines = operations_for({event.pk: 0 for event in events}, indices=kept_indices())
        operations += list(zip(lines[::2], lines[1::2], strict=True))
    draw = random.Random(5)
    operations += draw.sample(operations, 300)
    draw.shuffle(operations)

    conflicts = 0
    for start in range(0, len(operations), 100):
        lines = [line for pair in operations[start : start + 100] for line in pair]
        items = server.bulk(operations=lines, require_alias=True)["items"]
        statuses = [item["index"]["status"] for item in items]
        assert set(statuses) <= {200, 201, 409}
        conflicts += statuses.count(409)

    assert conflicts > 300
    server.indices.refresh(index=alias())
    drift = compare_contents(server, alias())
    assert (drift.compared, [*drift.missing, *drift.extra]) == (20, [])
    IndexChange.objects.all().delete()
    assert compare_contents(server, alias()).events == []


def test_a_younger_version_there_counts_as_delivered(server, findable):
    event = findable()
    bring_up_to_date()
    _write_behind_our_back(server, event.pk, version=10**9)
    change(event.pk, name="Newer")

    done = relay_index_changes()

    assert (done.delivered, done.conflicts, done.postponed) == (1, 1, 0)
    assert not IndexChange.objects.exists()


def test_a_document_that_is_refused_is_put_aside_and_the_others_go_on(server, findable):
    good, bad = findable(), findable()
    # Nothing in the catalogue can be like this; a point beyond the pole is refused.
    SearchRow.objects.filter(pk=bad.pk).update(latitude=400)

    done = bring_up_to_date()

    assert (done.delivered, done.parked) == (1, 1)
    assert found() == [good.pk]
    parked = IndexChange.objects.get()
    assert parked.event_id == bad.pk
    assert parked.parked_at is not None
    assert "latitude" in parked.last_error


def test_what_cannot_be_delivered_waits_and_nothing_is_lost(server, findable, monkeypatch):
    event = findable()
    monkeypatch.setattr("search.sync.relay.client_for_writes", lambda: NoServer())

    done = relay_index_changes()

    assert (done.delivered, done.postponed) == (0, 1)
    waiting = IndexChange.objects.get()
    assert waiting.tries == 1
    assert waiting.due_at > waiting.created_at

    monkeypatch.undo()
    IndexChange.objects.update(due_at=timezone.now())
    bring_up_to_date()
    assert found() == [event.pk]


class NoServer:
    """Refuses every bulk as a server that is overrun does."""

    def bulk(self, operations, require_alias):
        items = [
            {"index": {**line["index"], "status": 429, "error": {"type": "overrun"}}}
            for line in operations[::2]
        ]
        return {"items": items}


def test_ten_deleted_and_ten_corrupted_documents_are_repaired_in_one_pass(server, findable):
    """F69."""
    events = [findable(name=f"Night {number}").pk for number in range(30)]
    bring_up_to_date()
    for event_id in events[:10]:
        server.delete(index=alias(), id=str(event_id))
    for event_id in events[10:15]:
        server.update(index=alias(), id=str(event_id), doc={"title": "bent"})
    for event_id in events[15:20]:
        server.index(index=alias(), id=str(event_id), document={})
    server.index(index=alias(), id="999999999", document={"event_id": 999999999, "title": "ghost"})
    server.indices.refresh(index=alias())

    drift = reconcile_versions()

    assert sorted(drift.events) == sorted([*events[:20], 999999999])
    bring_up_to_date()
    assert compare_contents(server, alias()).events == []
    assert sorted(found()) == sorted(events)


def test_a_document_bent_at_its_own_version_is_found_field_by_field(server, findable):
    event = findable(name="True")
    bring_up_to_date()
    version = SearchRow.objects.get(pk=event.pk).version
    _write_behind_our_back(server, event.pk, version=version)
    server.indices.refresh(index=alias())

    assert compare_versions(server, alias()).events == []
    assert reconcile_contents().events == [event.pk]
    bring_up_to_date()
    assert server.get(index=alias(), id=str(event.pk))["_source"]["title"] == "true"


def test_a_change_still_owed_is_no_drift(server, findable):
    findable()

    assert reconcile_versions().events == []


def test_nothing_is_owed_without_elasticsearch(findable, settings):
    settings.ELASTICSEARCH_URL = ""
    findable()

    assert not IndexChange.objects.exists()
    assert reconcile_versions() is None


def test_writing_to_a_lost_index_makes_no_other(server, findable):
    (name,) = kept_indices()
    server.indices.delete(index=name)
    findable()

    relay_index_changes()

    assert kept_indices() == []
    assert not server.indices.exists(index=f"{name}-writes")


def test_a_batch_takes_two_queries(server, findable, django_assert_num_queries):
    events = [findable().pk for _ in range(30)]

    with django_assert_num_queries(2):
        outcome = write_documents(server, dict.fromkeys(events, 0), indices=kept_indices())

    assert outcome.written == set(events)


def test_versions_outrun_those_that_somebody_else_wrote(server, findable):
    event = findable()
    bring_up_to_date()
    theirs = SearchRow.objects.get(pk=event.pk).version + 1_000_000
    _write_behind_our_back(server, event.pk, version=theirs)
    server.indices.refresh(index=alias())

    assert reconcile_versions().events == [event.pk]
    bring_up_to_date()

    assert SearchRow.objects.get(pk=event.pk).version > theirs
    assert compare_contents(server, alias()).events == []


def _write_behind_our_back(server, event_id: int, *, version: int) -> None:
    document = {**server.get(index=alias(), id=str(event_id))["_source"], "title": "bent"}
    server.index(
        index=alias(), id=str(event_id), document=document, version=version,
        version_type="external_gte",
    )  # fmt: skip
