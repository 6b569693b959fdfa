"""Staff take tickets out of sale and put them back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.models import Booking
from events import blocking
from events.errors import TicketsNotBlockable, TicketsNotBlocked
from events.models import Ticket
from tests.factories import UserFactory, on_sale_event, tickets_of
from ticketmaster.core.errors import InvalidInput, NotFound
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db


def hold(tickets, *, seconds, booking_status="reserved"):
    """The tickets held by a stranger until so many seconds from now."""
    until = timezone.now() + timedelta(seconds=seconds)
    booking = Booking.objects.create(
        user=UserFactory.create(),
        event_id=tickets[0].event_id,
        status=booking_status,
        total_minor=4500 * len(tickets),
        currency="USD",
        expires_at=until,
        ticket_limit=8,
    )
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(
        status="reserved", booking=booking, reserved_until=until
    )
    return booking


def sell(ticket):
    booking = Booking.objects.create(
        user=UserFactory.create(),
        event_id=ticket.event_id,
        status="confirmed",
        total_minor=4500,
        currency="USD",
        confirmed_at=timezone.now(),
        ticket_limit=8,
    )
    Ticket.objects.filter(pk=ticket.pk).update(status="sold", booking=booking)


def statuses(event):
    return list(Ticket.objects.filter(event=event).order_by("pk").values_list("status", flat=True))


def test_blocked_tickets_are_out_of_sale_and_the_reason_is_kept(event, staff):
    a1, a2, *_ = tickets_of(event)

    count = blocking.block_tickets(
        event_id=event.pk, ticket_ids=[a2.pk, a1.pk], actor_id=staff.pk, reason="camera"
    )

    assert count == 2
    assert statuses(event) == ["blocked"] * 2 + ["available"] * 18
    rows = AuditRecord.objects.filter(subject="ticket").order_by("subject_id")
    assert list(rows.values_list("subject_id", "action", "before", "after", "actor_id")) == [
        (a1.pk, "block", "available", "blocked", staff.pk),
        (a2.pk, "block", "available", "blocked", staff.pk),
    ]
    assert {str(row.details) for row in rows} == {"{'reason': 'camera'}"}


def test_unblocked_tickets_are_on_sale_again(event, staff):
    a1, a2, *_ = tickets_of(event)
    blocking.block_tickets(event_id=event.pk, ticket_ids=[a1.pk, a2.pk], actor_id=staff.pk)

    count = blocking.unblock_tickets(event_id=event.pk, ticket_ids=[a1.pk], actor_id=staff.pk)

    assert count == 1
    assert statuses(event) == ["available", "blocked"] + ["available"] * 18


def test_a_held_and_a_sold_ticket_are_refused_by_id_and_nothing_changes(event, staff):
    a1, a2, a3, *_ = tickets_of(event)
    hold([a1], seconds=60)
    sell(a2)
    before = statuses(event)

    with pytest.raises(TicketsNotBlockable) as refusal:
        blocking.block_tickets(
            event_id=event.pk, ticket_ids=[a1.pk, a2.pk, a3.pk], actor_id=staff.pk
        )

    assert refusal.value.data == {"ticket_ids": [a1.pk, a2.pk]}
    assert statuses(event) == before
    assert not AuditRecord.objects.filter(subject="ticket").exists()


def test_a_lapsed_hold_can_be_blocked(event, staff):
    a1, *_ = tickets_of(event)
    hold([a1], seconds=-1)

    blocking.block_tickets(event_id=event.pk, ticket_ids=[a1.pk], actor_id=staff.pk)

    a1.refresh_from_db()
    assert (a1.status, a1.booking_id, a1.reserved_until) == ("blocked", None, None)
    assert AuditRecord.objects.get(subject="ticket").before == "reserved"


def test_a_lapsed_hold_that_is_being_paid_cannot_be_blocked(event, staff):
    a1, *_ = tickets_of(event)
    booking = hold([a1], seconds=-1, booking_status="paying")

    with pytest.raises(TicketsNotBlockable):
        blocking.block_tickets(event_id=event.pk, ticket_ids=[a1.pk], actor_id=staff.pk)

    a1.refresh_from_db()
    assert (a1.status, a1.booking_id) == ("reserved", booking.pk)


def test_a_ticket_that_is_not_blocked_cannot_be_unblocked(event, staff):
    a1, a2, *_ = tickets_of(event)
    blocking.block_tickets(event_id=event.pk, ticket_ids=[a1.pk], actor_id=staff.pk)

    with pytest.raises(TicketsNotBlocked) as refusal:
        blocking.unblock_tickets(event_id=event.pk, ticket_ids=[a1.pk, a2.pk], actor_id=staff.pk)

    assert refusal.value.data == {"ticket_ids": [a2.pk]}
    assert statuses(event) == ["blocked"] + ["available"] * 19


def test_tickets_of_another_event_are_not_found(event, staff):
    stranger = tickets_of(on_sale_event())[0]

    with pytest.raises(NotFound):
        blocking.block_tickets(event_id=event.pk, ticket_ids=[stranger.pk], actor_id=staff.pk)

    stranger.refresh_from_db()
    assert stranger.status == "available"


def test_no_tickets_is_no_request(event, staff):
    with pytest.raises(InvalidInput):
        blocking.block_tickets(event_id=event.pk, ticket_ids=[], actor_id=staff.pk)


def test_blocking_locks_the_event_then_the_tickets_in_the_order_of_their_ids(event, staff):
    tickets = tickets_of(event)[:3]

    with CaptureQueriesContext(connection) as queries:
        blocking.block_tickets(
            event_id=event.pk, ticket_ids=[t.pk for t in reversed(tickets)], actor_id=staff.pk
        )

    statements = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert statements[0] == f"SELECT pg_advisory_xact_lock_shared(1, {event.pk})"
    assert statements[1].endswith('ORDER BY "events_ticket"."id" FOR NO KEY UPDATE')
    assert statements[2] == "SELECT clock_timestamp()"
