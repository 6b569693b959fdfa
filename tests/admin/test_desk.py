"""The admin's first page: what waits, and what was sold today and in seven days."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from bookings.holds import hold_tickets
from bookings.models import Booking
from bookings.sold import Sold, sold_between
from events.models import Event
from payments.admin_desk import desk, sold_figures
from tests.factories import UserFactory, on_sale_event, tickets_of

pytestmark = pytest.mark.django_db

NOW = datetime(2031, 7, 14, 10, 0, tzinfo=UTC)
MIDNIGHT = NOW.replace(hour=0)


def sell(event: Event, count: int, *, at: datetime, status: str = "confirmed") -> None:
    free = [ticket.pk for ticket in tickets_of(event) if ticket.status == "available"]
    held = hold_tickets(user=UserFactory.create(), ticket_ids=free[:count])
    Booking.objects.filter(pk=held.pk).update(status=status, confirmed_at=at)


def test_today_and_seven_days_are_summed_up_by_currency() -> None:
    euros, yen = on_sale_event(currency="EUR"), on_sale_event(currency="JPY")
    sell(euros, 2, at=MIDNIGHT)
    sell(euros, 1, at=NOW - timedelta(seconds=1))
    sell(euros, 3, at=MIDNIGHT - timedelta(seconds=1))
    sell(yen, 1, at=MIDNIGHT - timedelta(days=6))
    sell(yen, 4, at=MIDNIGHT - timedelta(days=6, seconds=1))  # the eighth day
    hold_tickets(user=UserFactory.create(), ticket_ids=[tickets_of(euros)[9].pk])

    assert sold_figures(NOW) == [
        {
            "currency": "EUR",
            "today": {"tickets": "3 tickets", "amount": "€135.00"},
            "week": {"tickets": "6 tickets", "amount": "€270.00"},
        },
        {
            "currency": "JPY",
            "today": {"tickets": "0 tickets", "amount": "¥0"},
            "week": {"tickets": "1 ticket", "amount": "¥4,500"},
        },
    ]


def test_what_was_given_back_later_was_sold_all_the_same() -> None:
    event = on_sale_event(currency="EUR")
    sell(event, 2, at=MIDNIGHT, status="refunded")

    assert sold_between(since=MIDNIGHT, until=NOW) == {"EUR": Sold(2, 9000)}


def test_days_that_are_over_are_summed_up_once_an_hour_and_today_every_minute() -> None:
    event = on_sale_event(currency="EUR")
    sell(event, 1, at=MIDNIGHT)
    sold_figures(NOW)

    sell(event, 1, at=MIDNIGHT)
    sell(event, 1, at=MIDNIGHT - timedelta(days=1))

    [row] = sold_figures(NOW)
    assert row["week"]["tickets"] == "1 ticket"
    assert 0 < cache.ttl("admin-sold:today:2031-07-14") <= 60
    assert 60 < cache.ttl("admin-sold:before:2031-07-14") <= 3600
    cache.delete("admin-sold:today:2031-07-14")
    [row] = sold_figures(NOW)
    assert row["week"]["tickets"] == "2 tickets"


def test_what_was_sold_of_late_is_found_by_an_index() -> None:
    sold_of_late = Booking.objects.filter(confirmed_at__gte=MIDNIGHT, confirmed_at__lt=NOW)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "booking_sold" in sold_of_late.explain()


def test_the_page_says_what_was_sold(browser: Client) -> None:
    sell(on_sale_event(currency="EUR"), 2, at=timezone.now())

    page = browser.get("/admin/").content.decode()

    assert page.count("<strong>€90.00</strong><span>2 tickets</span>") == 2


def test_who_may_not_see_bookings_is_told_no_sums(rf: RequestFactory) -> None:
    request = rf.get("/admin/")
    request.user = UserFactory.create(is_staff=True)

    assert desk(request, {}) == {"desk": []}


def test_looking_often_does_not_keep_old_counts_for_longer(browser: Client) -> None:
    browser.get("/admin/")
    kept = cache.get("admin-desk")
    cache.set("admin-desk", kept, 3)

    browser.get("/admin/")

    assert cache.ttl("admin-desk") <= 3
