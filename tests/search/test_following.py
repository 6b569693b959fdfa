"""What rows learn from the sale a moment later: availability, accessible seats, popularity."""

from datetime import timedelta

from django.utils import timezone

from bookings.holds import hold_tickets
from bookings.models import Booking, BookingLine
from events.models import SaleWindow
from search.availability import refresh_moved, refresh_round
from search.models import SearchRow
from search.popularity import demand_of, fold_in_demand
from search.rows import popularity_of, write_search_rows
from tests.factories import on_sale_event, tickets_of


def test_a_sale_writes_no_row_and_is_seen_by_the_next_refresh(fan):
    event = on_sale_event(rows="A", seats_per_row=2)
    before = SearchRow.objects.get(pk=event.pk)

    hold_tickets(user=fan, ticket_ids=[ticket.pk for ticket in tickets_of(event)])
    untouched = SearchRow.objects.get(pk=event.pk)
    refresh_moved()
    after = SearchRow.objects.get(pk=event.pk)

    assert (before.availability, after.availability) == ("few", "sold_out")
    assert untouched.version == before.version
    assert after.version > before.version


def test_a_window_that_closes_by_the_clock_is_seen(db):
    event = on_sale_event()
    past = timezone.now() - timedelta(minutes=1)
    SaleWindow.objects.filter(event=event).update(closes_at=past)
    SearchRow.objects.filter(pk=event.pk).update(availability="available", turns_at=past)

    refresh_moved()

    row = SearchRow.objects.get(pk=event.pk)
    assert (row.availability, row.turns_at) == ("not_on_sale", None)


def test_the_round_catches_what_nobody_told(db):
    event = on_sale_event()
    SearchRow.objects.filter(pk=event.pk).update(availability="sold_out")

    ends = refresh_round(0)

    assert ends is None
    assert SearchRow.objects.get(pk=event.pk).availability == "few"


def test_a_row_that_is_right_is_not_written_again(db):
    event = on_sale_event()
    version = SearchRow.objects.get(pk=event.pk).version

    refresh_moved()

    assert SearchRow.objects.get(pk=event.pk).version == version


def test_what_sells_becomes_popular_and_falls_back(fan):
    event = on_sale_event(popularity=20)
    booking = hold_tickets(user=fan, ticket_ids=[tickets_of(event)[0].pk])
    stored = Booking.objects.filter(reference=booking.reference)
    stored.update(status="confirmed", confirmed_at=timezone.now())
    assert BookingLine.objects.count() == 1

    fold_in_demand()
    risen = SearchRow.objects.get(pk=event.pk)
    write_search_rows([event.pk])
    kept = SearchRow.objects.get(pk=event.pk)
    stored.update(confirmed_at=timezone.now() - timedelta(days=8))
    fold_in_demand()
    fallen = SearchRow.objects.get(pk=event.pk)

    assert (risen.demand, risen.popularity) == (8, 26)
    assert (kept.demand, kept.popularity) == (8, 26)
    assert (fallen.demand, fallen.popularity) == (0, 20)


def test_demand_and_popularity_stay_between_0_and_100():
    assert [demand_of(tickets) for tickets in (0, 10, 5_000, 10**9)] == [0, 28, 100, 100]
    assert [popularity_of(known=known, demand=40) for known in (0, 50, 100, 980)] == [
        40, 70, 100, 100,
    ]  # fmt: skip
