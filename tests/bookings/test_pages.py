"""Pages of holds and bookings: choosing before sign-in, holding, giving back, showing tickets."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from bookings.cancellation import cancel_confirmed
from bookings.confirmation import claim_for_payment, sell_tickets
from bookings.holds import hold_tickets, release_hold
from bookings.models import Admission, Booking
from events.models import Event, Ticket
from tests.bookings.helpers import ids, states
from tests.factories import PASSWORD, tickets_of
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_choice_survives_sign_in(client: Client, event: Event, fan: User) -> None:
    wanted = ids(event, 2)

    sent_away = client.get(f"/event/{event.pk}/hold", {"ticket": wanted})
    back_to = parse_qs(urlsplit(sent_away["Location"]).query)["next"][0]
    signed_in = client.post(
        f"/accounts/login/?{urlsplit(sent_away['Location']).query}",
        {"login": fan.email, "password": PASSWORD, "next": back_to},
    )
    review = client.get(signed_in["Location"])

    assert signed_in["Location"] == back_to
    assert review.status_code == 200
    assert [dict(review.context["fields"])["ticket"]] == [str(wanted[1])]
    assert review.context["total_text"] == "$90.00"
    assert states(event) == {"available": 20}


def test_a_posted_choice_survives_sign_in_too(client: Client, event: Event) -> None:
    [wanted] = ids(event, 1)

    answer = client.post(f"/event/{event.pk}/hold", {"ticket": wanted})

    assert answer.status_code == 302
    assert f"ticket%3D{wanted}" in answer["Location"]


def test_holding_leads_to_the_booking(fan_client: Client, event: Event, fan: User) -> None:
    answer = fan_client.post(f"/event/{event.pk}/hold", {"ticket": ids(event, 2)})

    booking = Booking.objects.get(user=fan)
    assert (answer.status_code, answer["Location"]) == (302, f"/booking/{booking.reference}")
    assert fan_client.get(answer["Location"]).status_code == 200
    assert states(event) == {"reserved": 2, "available": 18}


def test_standing_places_by_number(fan_client: Client, mixed_event: Event, fan: User) -> None:
    floor = tickets_of(mixed_event, "Floor")[0].section_id

    fan_client.post(f"/event/{mixed_event.pk}/hold", {f"standing-{floor}": "3"})

    held = Ticket.objects.filter(booking__user=fan)
    assert {ticket.section_id for ticket in held} == {floor}
    assert len(held) == 3


def test_best_available_from_the_page(fan_client: Client, event: Event, fan: User) -> None:
    review = fan_client.get(f"/event/{event.pk}/hold", {"quantity": "2"})
    fan_client.post(f"/event/{event.pk}/hold", {"quantity": "2"})

    assert review.status_code == 200
    assert Ticket.objects.filter(booking__user=fan).count() == 2


def test_a_seat_that_is_gone_is_told_with_another_one(fan_client: Client, event: Event) -> None:
    [gone] = ids(event, 1)
    Ticket.objects.filter(pk=gone).update(status="blocked")

    answer = fan_client.post(f"/event/{event.pk}/hold", {"ticket": gone})

    assert answer.status_code == 409
    assert answer.context["alternative"]["fields"][0][0] == "ticket"
    assert answer.context["problem"] in answer.content.decode()
    assert Booking.objects.count() == 0


def test_the_seats_that_are_left_can_be_held_at_once(fan_client: Client, event: Event) -> None:
    gone, free = ids(event, 2)
    Ticket.objects.filter(pk=gone).update(status="blocked")

    refused = fan_client.post(f"/event/{event.pk}/hold", {"ticket": [gone, free]})
    held = fan_client.post(f"/event/{event.pk}/hold", dict(refused.context["fields_left"]))

    assert [line["gone"] for line in refused.context["lines"]] == [True, False]
    assert refused.context["fields_left"] == [("ticket", str(free))]
    assert held.status_code == 302
    assert Ticket.objects.get(pk=free).status == "reserved"


def test_nothing_is_left_when_every_seat_is_gone(fan_client: Client, event: Event) -> None:
    wanted = ids(event, 2)
    Ticket.objects.filter(pk__in=wanted).update(status="blocked")

    refused = fan_client.post(f"/event/{event.pk}/hold", {"ticket": wanted})

    assert [line["gone"] for line in refused.context["lines"]] == [True, True]
    assert refused.context["fields_left"] == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "ticket=x",
        "ticket=99999999999999999999999",
        "ticket=%00",
        "quantity=-1",
        "quantity=2&max_price=cheap",
        "ticket=1&standing-1=2",
        "standing-1=2&standing-2=2",
        "standing-x=2",
    ],
)
def test_bad_choices_are_explained(fan_client: Client, event: Event, query: str) -> None:
    answer = fan_client.get(f"/event/{event.pk}/hold?{query}")

    assert answer.status_code == 400
    assert Booking.objects.count() == 0


def test_holds_need_a_csrf_token(event: Event, fan: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(fan)

    answer = client.post(f"/event/{event.pk}/hold", {"ticket": ids(event, 1)})

    assert answer.status_code == 403
    assert states(event) == {"available": 20}


def test_extend_and_give_back(fan_client: Client, event: Event, fan: User) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 2))

    for _ in range(2):  # a double click
        answer = fan_client.post(f"/booking/{booking.reference}/extend")
        assert answer["Location"] == f"/booking/{booking.reference}"
    released = fan_client.post(f"/booking/{booking.reference}/release")

    assert released["Location"] == f"/booking/{booking.reference}"
    assert fan_client.get(released["Location"]).status_code == 200
    booking.refresh_from_db()
    assert booking.status == "cancelled"
    assert booking.extended_at is not None


def test_my_bookings_by_what_is_open_and_what_is_to_come(
    fan_client: Client, event: Event, fan: User
) -> None:
    held = hold_tickets(user=fan, ticket_ids=ids(event, 1))
    bought = hold_tickets(user=fan, ticket_ids=ids(event, 2, start=5))
    claim_for_payment(booking_id=bought.pk)
    sell_tickets(booking_id=bought.pk)

    page = fan_client.get("/bookings")

    assert [card["reference"] for card in page.context["open"]] == [held.reference]
    assert [card["reference"] for card in page.context["upcoming"]] == [bought.reference]
    assert page.context["past"] == []
    assert page["Cache-Control"] == "private, no-store"


def test_a_ticket_shows_its_code_to_its_owner_only(
    fan_client: Client, event: Event, fan: User, other_fan: User
) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 1))
    claim_for_payment(booking_id=booking.pk)
    sell_tickets(booking_id=booking.pk)
    code = Admission.objects.get().code
    stranger = Client()
    stranger.force_login(other_fan)

    page = fan_client.get(f"/admission/{code}")
    pdf = fan_client.get(f"/admission/{code}.pdf")

    assert "<svg" in page.content.decode()
    assert pdf.content.startswith(b"%PDF-")
    assert pdf["Cache-Control"] == "private, no-store"
    assert stranger.get(f"/admission/{code}").status_code == 404
    assert stranger.get(f"/admission/{code}.pdf").status_code == 404


def bought(event: Event, fan: User) -> Booking:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 1, start=5))
    claim_for_payment(booking_id=booking.pk)
    return sell_tickets(booking_id=booking.pk)


@pytest.mark.parametrize(("hours_ago", "group"), [(5, "upcoming"), (7, "past")])
def test_an_evening_that_has_begun_is_coming_up_until_it_is_over(
    fan_client: Client, event: Event, fan: User, hours_ago: int, group: str
) -> None:
    booking = bought(event, fan)
    starts_at = timezone.now() - timedelta(hours=hours_ago)
    Event.objects.filter(pk=event.pk).update(starts_at=starts_at, doors_at=None, ends_at=None)

    page = fan_client.get("/bookings")

    assert [card["reference"] for card in page.context[group]] == [booking.reference]


@pytest.mark.parametrize(
    ("status", "words"), [("cancelled", "Event cancelled"), ("postponed", "Event postponed")]
)
def test_a_booking_says_what_became_of_its_event(
    fan_client: Client, event: Event, fan: User, status: str, words: str
) -> None:
    booking = bought(event, fan)
    Event.objects.filter(pk=event.pk).update(status=status)

    [row] = fan_client.get("/bookings").context["upcoming"]
    page = fan_client.get(f"/booking/{booking.reference}").content.decode()

    assert row["status_text"] == words
    assert f"event is {status}" in page
    assert ("ticket-stub" in page) == (status == "postponed")


def test_who_is_signed_in_with_another_account_is_told_with_which(
    event: Event, fan: User, other_fan: User
) -> None:
    booking = bought(event, fan)
    stranger = Client()
    stranger.force_login(other_fan)

    answer = stranger.get(f"/booking/{booking.reference}")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "You are signed in as other@example.org" in page
    assert 'href="/accounts/logout/?next=/bookings"' in page
    assert stranger.get(f"/booking/{'x' * 24}").content.decode() == page


def test_seats_given_back_and_tickets_cancelled_are_told_apart(
    fan_client: Client, event: Event, fan: User
) -> None:
    given_back = hold_tickets(user=fan, ticket_ids=ids(event, 1))
    release_hold(user_id=fan.pk, reference=given_back.reference)
    cancelled = bought(event, fan)
    Booking.objects.filter(pk=cancelled.pk).update(total_minor=0)
    cancel_confirmed(booking_id=cancelled.pk)

    rows = fan_client.get("/bookings").context["past"]

    assert [row["status_text"] for row in rows] == ["Cancelled", "Given back"]
    for booking, headline in [
        (given_back, "You gave these seats back"),
        (cancelled, "This booking is cancelled"),
    ]:
        page = fan_client.get(f"/booking/{booking.reference}").content.decode()
        assert f"<h1>{headline}</h1>" in page
        assert "Choose seats again" in page


def test_nobody_is_sent_to_choose_seats_of_what_is_not_sold_any_more(
    fan_client: Client, event: Event, fan: User
) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 1))
    release_hold(user_id=fan.pk, reference=booking.reference)
    Event.objects.filter(pk=event.pk).update(status="cancelled")

    page = fan_client.get(f"/booking/{booking.reference}").content.decode()

    assert "The event is cancelled. Nothing was charged." in page
    assert "Choose seats again" not in page
