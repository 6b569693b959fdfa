"""The life of an event, and the making of its tickets."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.dispatch import Signal
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events import moments, publishing
from events.errors import NothingToSell, SectionsWithoutPrice, WrongEventStatus
from events.models import Event, PriceLevelSection, Ticket
from tests.factories import EventFactory, priced_event, tickets_of
from ticketmaster.core.errors import InvalidInput, NotFound
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """Event ids that `event_changed` and `event_cancelled` were sent with, as (name, id)."""
    said: list[tuple[str, int]] = []
    listeners = []
    for name in ("event_changed", "event_cancelled"):

        def listen(*, event_id, name=name, **_):
            said.append((name, event_id))

        signal: Signal = getattr(moments, name)
        signal.connect(listen)
        listeners.append((signal, listen))
    yield said
    for signal, listen in listeners:
        signal.disconnect(listen)


def status_of(event):
    return Event.objects.values_list("status", flat=True).get(pk=event.pk)


def audit_of(event):
    rows = AuditRecord.objects.filter(subject="event", subject_id=event.pk).order_by("pk")
    return list(rows.values_list("action", "before", "after", "actor_id"))


def test_scheduling_a_draft_shows_it_and_says_who_did(staff, heard):
    event = EventFactory.create(status="draft")

    publishing.schedule_event(event_id=event.pk, actor_id=staff.pk)

    assert status_of(event) == "scheduled"
    assert audit_of(event) == [("scheduled", "draft", "scheduled", staff.pk)]
    assert heard == [("event_changed", event.pk)]


def test_an_event_on_sale_cannot_be_scheduled_again(event, heard):
    with pytest.raises(WrongEventStatus) as refusal:
        publishing.schedule_event(event_id=event.pk)

    assert refusal.value.data == {"status": "on_sale"}
    assert status_of(event) == "on_sale"
    assert heard == []


def test_an_unknown_event_is_not_found():
    with pytest.raises(NotFound):
        publishing.put_on_sale(event_id=4_000_000)


def test_going_on_sale_is_told_once_when_the_tickets_are_there(heard):
    event = priced_event()
    seen = []

    def look(*, event_id, **_):
        seen.append(Event.objects.values_list("status", "ticket_total").get(pk=event_id))

    moments.event_changed.connect(look)
    try:
        publishing.put_on_sale(event_id=event.pk)
    finally:
        moments.event_changed.disconnect(look)

    assert heard == [("event_changed", event.pk)]
    assert seen == [("on_sale", 20)]


@pytest.mark.parametrize(
    "step",
    [
        publishing.postpone_event,
        lambda event_id: publishing.reschedule_event(
            event_id=event_id, starts_at=timezone.now() + timedelta(days=90)
        ),
    ],
)
def test_a_new_date_or_none_is_told_once(event, heard, step):
    step(event_id=event.pk)

    assert heard == [("event_changed", event.pk)]


def test_a_section_without_a_price_is_named_and_nothing_is_made(heard):
    event = priced_event(standing=5)
    PriceLevelSection.objects.filter(event=event, section__name="Floor").delete()

    with pytest.raises(SectionsWithoutPrice) as refusal:
        publishing.put_on_sale(event_id=event.pk)

    assert refusal.value.data == {"sections": ["Floor"]}
    assert refusal.value.detail == "No price level for: Floor."
    assert status_of(event) == "scheduled"
    assert not Ticket.objects.filter(event=event).exists()
    assert audit_of(event) == []
    event.seat_map.refresh_from_db()
    assert event.seat_map.frozen_at is None


def test_an_event_without_places_cannot_go_on_sale():
    event = EventFactory.create()

    with pytest.raises(NothingToSell):
        publishing.put_on_sale(event_id=event.pk)

    assert status_of(event) == "scheduled"


def test_going_on_sale_twice_makes_no_second_ticket(event):
    with pytest.raises(WrongEventStatus):
        publishing.put_on_sale(event_id=event.pk)

    assert len(tickets_of(event)) == 20


def test_going_on_sale_owns_the_event_before_anything_else():
    event = priced_event()

    with CaptureQueriesContext(connection) as queries:
        publishing.put_on_sale(event_id=event.pk)

    statements = [q["sql"] for q in queries if not q["sql"].startswith("SAVEPOINT")]
    assert statements[0] == f"SELECT pg_advisory_xact_lock(1, {event.pk})"


def test_a_cancelled_event_says_so_and_keeps_its_tickets(event, staff, heard):
    publishing.cancel_event(event_id=event.pk, actor_id=staff.pk, reason="The singer is ill")

    assert status_of(event) == "cancelled"
    assert heard == [("event_changed", event.pk), ("event_cancelled", event.pk)]
    assert len(tickets_of(event)) == 20
    record = AuditRecord.objects.filter(subject="event", subject_id=event.pk).latest("pk")
    assert (record.after, record.details) == ("cancelled", {"reason": "The singer is ill"})


def test_a_receiver_that_fails_undoes_the_cancellation(event):
    def fail(**_):
        raise RuntimeError("no refund today")

    moments.event_cancelled.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            publishing.cancel_event(event_id=event.pk)
    finally:
        moments.event_cancelled.disconnect(fail)

    assert status_of(event) == "on_sale"


def test_an_ended_event_cannot_be_cancelled():
    event = EventFactory.create(status="ended")

    with pytest.raises(WrongEventStatus):
        publishing.cancel_event(event_id=event.pk)

    assert status_of(event) == "ended"


def test_a_postponed_event_is_on_sale_again_with_its_new_date(event):
    publishing.postpone_event(event_id=event.pk)
    assert status_of(event) == "postponed"
    later = datetime(2030, 5, 1, 19, 30, tzinfo=UTC)

    publishing.reschedule_event(event_id=event.pk, starts_at=later)

    event.refresh_from_db()
    assert (event.status, event.starts_at) == ("on_sale", later)
    assert len(tickets_of(event)) == 20


def test_a_postponed_event_without_tickets_is_scheduled_again():
    event = EventFactory.create(status="postponed")

    publishing.reschedule_event(
        event_id=event.pk, starts_at=datetime(2030, 5, 1, 19, 30, tzinfo=UTC)
    )

    assert status_of(event) == "scheduled"


def test_an_event_that_ended_by_a_wrong_date_comes_back_and_ends_anew(event):
    Event.objects.filter(pk=event.pk).update(status="ended")

    publishing.reschedule_event(
        event_id=event.pk, starts_at=datetime(2030, 5, 1, 19, 30, tzinfo=UTC)
    )
    assert status_of(event) == "on_sale"

    publishing.reschedule_event(event_id=event.pk, starts_at=timezone.now() - timedelta(hours=7))
    assert publishing.end_past_events() == 1
    assert status_of(event) == "ended"


def test_an_end_before_the_start_is_refused(event):
    starts_at = datetime(2030, 5, 1, 19, 30, tzinfo=UTC)

    with pytest.raises(InvalidInput) as refusal:
        publishing.reschedule_event(
            event_id=event.pk, starts_at=starts_at, ends_at=starts_at - timedelta(hours=1)
        )

    assert refusal.value.attr == "ends_at"


def test_a_cancelled_event_cannot_be_given_a_new_date():
    event = EventFactory.create(status="cancelled")
    was = event.starts_at

    with pytest.raises(WrongEventStatus):
        publishing.reschedule_event(event_id=event.pk, starts_at=was + timedelta(days=1))

    event.refresh_from_db()
    assert (event.status, event.starts_at) == ("cancelled", was)


def test_events_end_at_their_end_or_six_hours_after_their_start():
    now = timezone.now()
    over = EventFactory.create(
        starts_at=now - timedelta(hours=2), ends_at=now - timedelta(minutes=1), status="on_sale"
    )
    still_on = EventFactory.create(
        starts_at=now - timedelta(hours=7), ends_at=now + timedelta(hours=1)
    )
    no_end = EventFactory.create(starts_at=now - timedelta(hours=6, minutes=1))
    begun = EventFactory.create(starts_at=now - timedelta(hours=5))
    cancelled = EventFactory.create(starts_at=now - timedelta(days=1), status="cancelled")

    ended = publishing.end_past_events()

    assert ended == 2
    states = [status_of(event) for event in (over, still_on, no_end, begun, cancelled)]
    assert states == ["ended", "scheduled", "ended", "scheduled", "cancelled"]
    assert publishing.end_past_events() == 0


def test_a_change_of_the_catalogue_is_announced(event, heard):
    before = event.changed_at

    publishing.announce_change(event.pk)

    event.refresh_from_db()
    assert event.changed_at > before
    assert heard == [("event_changed", event.pk)]
