"""The feed, the figures for lists, and their going on without Redis or Postgres."""

import gzip
import random
from datetime import timedelta

import pytest
import redis
from django.db import OperationalError
from django.utils import timezone

from bookings.models import Booking
from events import availability
from events.models import Section, Ticket
from tests.conftest import forget_redis_keys
from tests.factories import EventFactory, UserFactory, on_sale_event, tickets_of
from ticketmaster.core import shared_copies
from ticketmaster.core.errors import TemporarilyUnavailable
from ticketmaster.core.redis import GuardedRedis

pytestmark = pytest.mark.django_db


def reserve(tickets, *, seconds, booking_status="reserved"):
    until = timezone.now() + timedelta(seconds=seconds)
    booking = Booking.objects.create(
        user=UserFactory.create(),
        event_id=tickets[0].event_id,
        status=booking_status,
        total_minor=4500,
        currency="USD",
        expires_at=until,
        ticket_limit=8,
    )
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(
        status="reserved", booking=booking, reserved_until=until
    )


def block(tickets):
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(status="blocked")


def section_id(event, name):
    return str(Section.objects.get(seat_map_id=event.seat_map_id, name=name).pk)


def feed_now(event):
    """The feed as it is this moment, no copy."""
    forget_redis_keys()
    return availability.feed_of(event_id=event.pk)


@pytest.fixture
def redis_away(monkeypatch):
    """A Redis at which nobody listens; how often it was really asked."""
    asked = []

    class Away(redis.Connection):
        def connect(self, *_, **__):
            asked.append(1)
            raise redis.ConnectionError("away")

    client = GuardedRedis(connection_pool=redis.ConnectionPool(Away))
    monkeypatch.setattr(shared_copies, "get_redis_connection", lambda _: client)
    monkeypatch.setattr("ticketmaster.core.redis.FIRST_REST_SECONDS", 3600.0)
    return asked


def test_the_feed_has_a_character_per_seat_and_a_number_per_floor(mixed_event):
    tickets = tickets_of(mixed_event)
    block([tickets[1], tickets[2], tickets[25]])

    feed = availability.feed_of(event_id=mixed_event.pk)

    assert feed["sections"] == {section_id(mixed_event, "Stalls"): "1001" + "1" * 16}
    assert feed["standing"] == {section_id(mixed_event, "Floor"): 39}
    assert set(feed) == {"version", "as_of", "sections", "standing"}


def test_held_seats_are_taken_until_their_hold_ends_and_free_from_then_on(event):
    tickets = tickets_of(event)
    reserve(tickets[:2], seconds=60)
    reserve(tickets[2:4], seconds=-1)
    reserve(tickets[4:6], seconds=-1, booking_status="paying")

    [seats] = availability.feed_of(event_id=event.pk)["sections"].values()

    assert seats == "001100" + "1" * 14


def test_an_event_without_tickets_has_an_empty_feed():
    feed = availability.feed_of(event_id=EventFactory.create().pk)

    assert (feed["sections"], feed["standing"]) == ({}, {})


def test_looking_again_within_the_second_asks_nothing(event, django_assert_num_queries):
    with django_assert_num_queries(1):
        first = availability.feed_bytes(event_id=event.pk)
    with django_assert_num_queries(0):
        assert availability.feed_bytes(event_id=event.pk) == first
        shared_copies.forget()  # another process, which has only Redis
        assert availability.feed_bytes(event_id=event.pk) == first


def test_a_change_shows_once_the_copy_is_a_second_old(event, monkeypatch):
    before = availability.feed_of(event_id=event.pk)
    block(tickets_of(event)[:1])
    now = shared_copies.time.time()
    monkeypatch.setattr(shared_copies, "LOOK_SECONDS", 0)

    monkeypatch.setattr(shared_copies.time, "time", lambda: now + 0.9)
    assert availability.feed_of(event_id=event.pk) == before
    monkeypatch.setattr(shared_copies.time, "time", lambda: now + 1.1)
    after = availability.feed_of(event_id=event.pk)

    assert next(iter(after["sections"].values())) == "0" + "1" * 19
    assert after["version"] != before["version"]


def test_the_same_availability_is_the_same_bytes_however_late(event, monkeypatch):
    before = availability.feed_bytes(event_id=event.pk)
    now = shared_copies.time.time()
    monkeypatch.setattr(shared_copies, "LOOK_SECONDS", 0)
    monkeypatch.setattr(shared_copies.time, "time", lambda: now + 30)

    assert availability.feed_bytes(event_id=event.pk) == before


def test_the_version_is_read_without_parsing(event):
    content = availability.feed_bytes(event_id=event.pk)

    version = availability.version_of(content)
    assert version == availability.feed_of(event_id=event.pk)["version"]
    assert len(version) == 24


def test_twenty_thousand_seats_at_their_most_random_fit_in_five_kilobytes():
    event = on_sale_event(rows="1-100", seats_per_row=200)
    ids = list(Ticket.objects.filter(event=event).values_list("pk", flat=True))
    Ticket.objects.filter(pk__in=random.Random(7).sample(ids, 10_000)).update(status="blocked")

    content = availability.feed_bytes(event_id=event.pk)

    assert len(ids) == 20_000
    assert len(gzip.compress(content)) <= 5_000


def test_without_redis_the_feed_is_made_once_a_second_in_each_process(
    event, redis_away, django_assert_num_queries
):
    with django_assert_num_queries(1):
        first = availability.feed_bytes(event_id=event.pk)
        assert availability.feed_bytes(event_id=event.pk) == first

    shared_copies.local.clear()
    availability.feed_bytes(event_id=event.pk)

    assert len(redis_away) == 1  # it rests after a failure


def test_without_postgres_the_last_feed_serves_on(event, monkeypatch):
    before = availability.feed_bytes(event_id=event.pk)
    now = shared_copies.time.time()
    shared_copies.forget()
    monkeypatch.setattr(shared_copies.time, "time", lambda: now + 300)
    asked = []

    def away(*_):
        asked.append(1)
        database_away()

    monkeypatch.setattr(availability, "_feed", away)

    assert availability.feed_bytes(event_id=event.pk) == before
    shared_copies.forget()  # another process
    assert availability.feed_bytes(event_id=event.pk) == before
    assert asked == [1]


def test_without_redis_and_postgres_the_last_feed_of_this_process_serves_on(
    event, redis_away, monkeypatch
):
    before = availability.feed_bytes(event_id=event.pk)
    now = shared_copies.time.time()
    monkeypatch.setattr(shared_copies, "LOOK_SECONDS", 0)
    monkeypatch.setattr(shared_copies.time, "time", lambda: now + 300)
    monkeypatch.setattr(availability, "_feed", database_away)

    assert availability.feed_bytes(event_id=event.pk) == before


def test_with_nothing_to_show_the_refusal_is_temporary(event, redis_away, monkeypatch):
    monkeypatch.setattr(availability, "_feed", database_away)

    with pytest.raises(TemporarilyUnavailable):
        availability.feed_bytes(event_id=event.pk)


def database_away(*_):
    raise OperationalError("server closed the connection unexpectedly")


def test_a_list_of_events_is_summed_up_in_one_query(django_assert_num_queries):
    roomy = on_sale_event(rows="A-J")
    few = on_sale_event(rows="A-J")
    block(tickets_of(few)[:90])
    sold_out = on_sale_event()
    block(tickets_of(sold_out))
    scheduled = EventFactory.create()
    ids = [roomy.pk, few.pk, sold_out.pk, scheduled.pk, 4_000_000]

    with django_assert_num_queries(1):
        figures = availability.summary_of(ids)
    with django_assert_num_queries(0):
        assert availability.summary_of(ids[:4]) == figures

    assert figures == {
        roomy.pk: {"state": "available", "available": 100, "total": 100},
        few.pk: {"state": "few", "available": 10, "total": 100},
        sold_out.pk: {"state": "sold_out", "available": 0, "total": 20},
        scheduled.pk: {"state": "not_on_sale", "available": 0, "total": 0},
    }


def test_no_events_need_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert availability.summary_of([]) == {}


def test_lapsed_holds_count_as_free_in_the_figures(event):
    tickets = tickets_of(event)
    reserve(tickets[:3], seconds=60)
    reserve(tickets[3:6], seconds=-1)
    reserve(tickets[6:9], seconds=-1, booking_status="paying")

    assert availability.summary_of([event.pk])[event.pk]["available"] == 14


def test_a_cancelled_event_has_nothing_on_sale(event):
    type(event).objects.filter(pk=event.pk).update(status="cancelled")

    assert availability.summary_of([event.pk]) == {
        event.pk: {"state": "not_on_sale", "available": 0, "total": 20}
    }


def test_figures_go_on_without_redis(event, redis_away, django_assert_num_queries):
    with django_assert_num_queries(1):
        first = availability.summary_of([event.pk])
        assert availability.summary_of([event.pk]) == first

    assert first[event.pk]["available"] == 20


@pytest.mark.parametrize(
    ("available", "total", "state"),
    [
        (0, 500, "sold_out"),
        (20, 500, "few"),
        (21, 500, "few"),
        (50, 500, "few"),
        (51, 500, "available"),
        (21, 200, "available"),
    ],
)
def test_few_is_a_tenth_or_twenty_places(available, total, state):
    assert availability.state_of("on_sale", available, total) == state


def test_a_sale_that_is_open_to_nobody_yet_reads_not_on_sale(event):
    window = event.sale_windows.get()

    for change in (
        {"opens_at": timezone.now() + timedelta(minutes=12)},
        {"opens_at": timezone.now() - timedelta(days=1), "kind": "presale", "access_code": "X"},
        {"kind": "general", "closes_at": timezone.now() - timedelta(minutes=1)},
    ):
        type(window).objects.filter(pk=window.pk).update(**change)
        forget_redis_keys()
        assert availability.summary_of([event.pk])[event.pk]["state"] == "not_on_sale"
        assert availability.summary_of([event.pk])[event.pk]["available"] == 20
