"""Who may hold how much, and when: limits per person, sale windows, presales."""

from datetime import timedelta

import pytest

from bookings.errors import HoldLimitReached, SaleClosed, SaleNotOpen, TicketLimitReached
from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import Event, SaleWindow
from events.publishing import cancel_event
from tests.bookings.helpers import ids, lapse, states
from tests.factories import UserFactory, on_sale_event, priced_event, tickets_of
from ticketmaster.accounts.models import User
from ticketmaster.core.clock import database_now

pytestmark = pytest.mark.django_db


def test_more_tickets_than_one_person_may_have(fan: User) -> None:
    event = on_sale_event(max_tickets_per_person=4)
    hold_tickets(user=fan, ticket_ids=ids(event, 3))

    with pytest.raises(TicketLimitReached) as refusal:
        hold_tickets(user=fan, ticket_ids=ids(event, 2, start=10))

    assert refusal.value.data == {"limit": 4, "held": 3}
    assert states(event) == {"reserved": 3, "available": 17}


def test_two_accounts_of_one_inbox_count_as_one_person() -> None:
    event = on_sale_event(max_tickets_per_person=4)
    one = UserFactory.create(email="jo.smith@gmail.com")
    two = UserFactory.create(email="josmith+tickets@gmail.com")
    hold_tickets(user=one, ticket_ids=ids(event, 4))

    with pytest.raises(TicketLimitReached):
        hold_tickets(user=two, ticket_ids=ids(event, 1, start=10))


def test_a_fourth_live_hold_is_refused(event: Event, fan: User) -> None:
    for start in range(3):
        hold_tickets(user=fan, ticket_ids=ids(event, 1, start=start))

    with pytest.raises(HoldLimitReached):
        hold_tickets(user=fan, ticket_ids=ids(event, 1, start=10))


def test_five_lapsed_holds_bring_a_pause_that_says_when_it_ends(event: Event, fan: User) -> None:
    for start in range(5):
        lapse(hold_tickets(user=fan, ticket_ids=ids(event, 1, start=start)))

    with pytest.raises(HoldLimitReached) as refusal:
        hold_tickets(user=fan, ticket_ids=ids(event, 1, start=10))

    assert "retry_at" in refusal.value.data


def test_lapsed_alternatives_do_not_count_towards_the_pause(event: Event, fan: User) -> None:
    for start in range(5):
        lapse(hold_tickets(user=fan, ticket_ids=ids(event, 1, start=start)))
    Booking.objects.filter(user=fan).update(is_alternative=True)

    booking = hold_tickets(user=fan, ticket_ids=ids(event, 1, start=10))

    assert booking.status == Booking.Status.RESERVED


def test_before_the_sale_and_after_it(fan: User) -> None:
    event = on_sale_event()
    window = SaleWindow.objects.get(event=event)
    now = database_now()

    SaleWindow.objects.filter(pk=window.pk).update(opens_at=now + timedelta(hours=1))
    with pytest.raises(SaleNotOpen):
        hold_tickets(user=fan, ticket_ids=ids(event, 1))

    SaleWindow.objects.filter(pk=window.pk).update(
        opens_at=now - timedelta(hours=2), closes_at=now - timedelta(hours=1)
    )
    with pytest.raises(SaleClosed):
        hold_tickets(user=fan, ticket_ids=ids(event, 1))

    assert states(event) == {"available": 20}


def test_a_presale_asks_for_its_code(fan: User) -> None:
    event = on_sale_event()
    SaleWindow.objects.filter(event=event).update(kind="presale", access_code="EARLY-BIRD")

    for wrong in ("", "early", "EARLY-BIRD2"):
        with pytest.raises(SaleNotOpen):
            hold_tickets(user=fan, ticket_ids=ids(event, 1), access_code=wrong)
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 1), access_code=" early-bird ")

    assert booking.status == Booking.Status.RESERVED


def test_a_listed_person_needs_no_code(fan: User, other_fan: User) -> None:
    event = on_sale_event()
    window = SaleWindow.objects.get(event=event)
    SaleWindow.objects.filter(pk=window.pk).update(kind="presale", access_code="EARLY")
    window.people.create(user=fan)

    assert hold_tickets(user=fan, ticket_ids=ids(event, 1)).status == "reserved"
    with pytest.raises(SaleNotOpen):
        hold_tickets(user=other_fan, ticket_ids=ids(event, 1, start=5))


def test_a_window_sells_only_its_price_levels(fan: User) -> None:
    event = on_sale_event(standing=5, prices={"Stalls": 4000, "Floor": 2000})
    floor = event.price_levels.get(sections__name="Floor")
    SaleWindow.objects.get(event=event).price_levels.add(floor)
    [standing] = [ticket.pk for ticket in tickets_of(event, "Floor")][:1]

    with pytest.raises(SaleNotOpen):
        hold_tickets(user=fan, ticket_ids=ids(event, 1))

    assert hold_tickets(user=fan, ticket_ids=[standing]).total_minor == 2000


def test_a_cancelled_event_sells_nothing(event: Event, fan: User) -> None:
    cancel_event(event_id=event.pk)

    with pytest.raises(SaleClosed):
        hold_tickets(user=fan, ticket_ids=ids(event, 1))


def test_an_event_that_is_not_on_sale_has_nothing_to_hold(fan: User) -> None:
    event = priced_event()

    assert tickets_of(event) == []
