"""Updates: a listing that comes again changes what it changed, and costs little."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from events import moments
from events.importers import restocking
from events.models import Event, Performer, Ticket
from tests.importers.conftest import counts, listing, offer, the_event
from ticketmaster.core.models import AuditRecord


@pytest.fixture
def heard():
    """Ids of events of which a change was announced."""
    ids = []

    def hear(event_id=None, event_ids=(), **_):
        ids.extend([event_id] if event_id else event_ids)

    moments.event_changed.connect(hear)
    moments.events_changed.connect(hear)
    yield ids
    moments.event_changed.disconnect(hear)
    moments.events_changed.disconnect(hear)


def test_an_unchanged_listing_changes_nothing_and_announces_nothing(run_import, heard):
    run_import(listing())
    before = Event.objects.values().get()
    heard.clear()

    report = run_import(listing())

    assert counts(report).startswith("0 created, 0 updated, 1 unchanged, 0 skipped")
    assert Event.objects.values().get() == before
    assert heard == []


def test_text_time_performers_and_genre_are_updated(run_import, heard):
    run_import(listing())
    heard.clear()

    report = run_import(
        listing(
            name="The Show, second try",
            description="Now with strings.",
            startDate="2031-06-02T21:00",
            endDate="2031-06-02T23:00",
            performer=["The Orchestra", {"name": "The Band", "alternateName": "Bandits"}],
            genre="Swing",
        )
    )

    event = the_event()
    assert counts(report).startswith("0 created, 1 updated, 0 unchanged")
    assert event.name == "The Show, second try"
    assert event.description == "Now with strings."
    assert event.starts_at == datetime(2031, 6, 3, 1, 0, tzinfo=UTC)
    assert event.ends_at == datetime(2031, 6, 3, 3, 0, tzinfo=UTC)
    billed = [billing.performer.name for billing in event.billing.all()]
    assert billed == ["The Orchestra", "The Band"]
    assert Performer.objects.get(name="The Band").aliases.get().name == "Bandits"
    assert event.category.slug == "swing"
    assert set(heard) == {event.pk}
    audited = AuditRecord.objects.filter(subject="event", subject_id=event.pk, action="import")
    assert audited.last().details == {
        "changed": ["name", "description", "dates", "category", "billing", "aliases"]
    }


def test_only_a_new_alias_is_an_update(run_import, heard):
    run_import(listing())
    heard.clear()

    report = run_import(listing(performer={"name": "the band", "alternateName": "TB"}))

    assert counts(report).startswith("0 created, 1 updated, 0 unchanged")
    assert Performer.objects.get().aliases.get().name == "TB"
    assert heard == [the_event().pk]


def test_a_cancelled_listing_cancels_the_event_for_good(run_import):
    run_import(listing(), on_sale=True)
    cancelled = []
    receiver = lambda event_id, **_: cancelled.append(event_id)  # noqa: E731 - held by name
    moments.event_cancelled.connect(receiver)

    run_import(listing(eventStatus="https://schema.org/EventCancelled"))
    report = run_import(listing())
    moments.event_cancelled.disconnect(receiver)

    assert the_event().status == "cancelled"
    assert cancelled == [the_event().pk]
    assert "row 1: was cancelled here and stays so" in report


def test_a_postponed_event_comes_back_with_its_new_date(run_import):
    run_import(listing(), on_sale=True)

    run_import(listing(eventStatus="EventPostponed"))
    assert the_event().status == "postponed"
    run_import(listing(eventStatus="EventRescheduled", startDate="2031-07-01T20:00"))

    assert the_event().status == "on_sale"
    assert the_event().starts_at == datetime(2031, 7, 2, 0, 0, tzinfo=UTC)
    assert Ticket.objects.count() == 50


def test_a_date_put_right_brings_an_ended_listing_back(run_import):
    run_import(listing(startDate="2021-06-01T20:00"))
    assert the_event().status == "ended"

    run_import(listing())

    assert the_event().status == "scheduled"


def test_a_dry_run_reports_the_same_and_writes_nothing(run_import):
    run_import(listing())
    before = list(Event.objects.values())
    rows = [listing(name="Renamed"), listing(identifier="new"), listing(name=None)]

    report = run_import(*rows, dry_run=True, on_sale=True)

    assert report.splitlines()[:2] == [
        "Dry run: nothing was written. It would be:",
        "1 created, 1 updated, 0 unchanged, 1 skipped, 0 put on sale",
    ]
    assert list(Event.objects.values()) == before


def test_statements_do_not_grow_with_the_rows(run_import):
    def statements(rows):
        with CaptureQueriesContext(connection) as captured:
            run_import(*rows)
        return len(captured)

    def rows(first, count):
        return [
            listing(identifier=f"e{number}", name=f"Evening {number}", performer=f"Band {number}")
            for number in range(first, first + count)
        ]

    few = statements(rows(0, 5))
    many = statements(rows(100, 200))
    unchanged = statements(rows(100, 200))
    few_changed = statements([{**row, "offers": offer(price=9)} for row in rows(0, 5)])
    many_changed = statements([{**row, "offers": offer(price=9)} for row in rows(100, 200)])

    assert many <= few + 5
    assert unchanged <= 20
    locks = 200 - 5  # the events' locks are taken one by one
    assert many_changed <= few_changed + locks + 10


def test_a_change_that_the_database_refuses_costs_only_its_row(run_import, monkeypatch):
    rows = [listing(identifier=key) for key in ("a", "bad", "z")]
    run_import(*rows)
    make_levels = restocking.make_levels

    def refuse_one(stocks, drawn):
        make_levels(stocks, drawn)
        if any(stock.planned.key == "bad" for stock in stocks):
            raise IntegrityError("duplicate key")

    monkeypatch.setattr(restocking, "make_levels", refuse_one)

    report = run_import(*[{**row, "offers": offer(price=33)} for row in rows])

    assert counts(report).startswith("0 created, 2 updated, 0 unchanged, 1 skipped")
    assert "row 2: the database refused it: duplicate key" in report
    prices = Event.objects.order_by("source_key").values_list(
        "source_key", "price_levels__face_minor"
    )
    assert list(prices) == [("a", 3300), ("bad", 2000), ("z", 3300)]
