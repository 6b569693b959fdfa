"""generate_catalogue: any size, the same for the same seed, sellable and found."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Max, Min
from django.utils import timezone

from bookings.holds import hold_tickets
from events.generating.batches import two_at_a_time
from events.generating.catalogue import generate_catalogue
from events.generating.people import acts
from events.models import Event, Performer, PriceLevelSection, SaleWindow, Seat, Ticket, Venue
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def generate(events, tickets, *, seed=1):
    """Generate without a progress bar."""
    return generate_catalogue(events=events, tickets=tickets, seed=seed, advance=lambda done: None)


def outlines():
    """What people would notice of the events, in order of making."""
    events = Event.objects.order_by("pk").select_related("venue")
    return [
        (event.name, event.venue.name, event.starts_at, event.currency, event.popularity)
        for event in events
    ]


def test_events_are_on_sale_with_so_many_free_seats_each():
    made = generate(6, 250)

    assert (made.events, made.tickets) == (6, 1_500)
    events = Event.objects.annotate(made=Count("tickets"))
    assert [(event.status, event.made, event.ticket_total) for event in events] == [
        ("on_sale", 250, 250)
    ] * 6
    assert not Event.objects.filter(waiting_room=True).exists()
    assert not Ticket.objects.filter(seat=None).exists()
    assert set(Ticket.objects.values_list("status", flat=True)) == {"available"}
    assert SaleWindow.objects.filter(opens_at__lte=timezone.now()).count() == 6
    assert Event.objects.filter(starts_at__lte=timezone.now()).count() == 0
    assert Event.objects.filter(seat_map__frozen_at=None).count() == 0


def test_batches_that_are_written_at_once_are_told_of_in_order():
    batches = [[number] for number in range(9)]

    assert list(two_at_a_time(sum, batches)) == [([number], number) for number in range(9)]


def test_a_batch_that_fails_ends_the_run():
    with pytest.raises(ZeroDivisionError):
        list(two_at_a_time(lambda batch: 1 // batch[0], [[1], [0], [1]]))


def test_ids_of_an_events_tickets_follow_each_other():
    generate(3, 40)

    spans = Ticket.objects.values("event").annotate(span=Max("pk") - Min("pk"), n=Count("pk"))
    assert {(one["span"], one["n"]) for one in spans} == {(39, 40)}


def test_every_ticket_has_its_sections_price_and_its_maps_seat():
    generate(3, 250)

    wrong = Ticket.objects.exclude(price_level__event=F("event"))
    assert wrong.count() == 0
    assert Ticket.objects.exclude(seat__section=F("section")).count() == 0
    assert Ticket.objects.exclude(section__seat_map=F("event__seat_map")).count() == 0
    priced = set(PriceLevelSection.objects.values_list("event", "section", "price_level"))
    sold_at = set(Ticket.objects.values_list("event", "section", "price_level").distinct())
    assert sold_at == priced


def test_a_made_up_seat_can_be_held():
    generate(1, 40)
    ticket = Ticket.objects.order_by("pk")[0]

    booking = hold_tickets(user=UserFactory(), ticket_ids=[ticket.pk])

    ticket.refresh_from_db()
    assert (ticket.status, ticket.booking_id) == ("reserved", booking.pk)


def test_the_same_seed_makes_the_same_events_and_another_makes_others():
    generate(30, 0)
    first = outlines()
    Event.objects.all().delete()

    generate(30, 0)
    assert outlines() == first
    Event.objects.all().delete()
    generate(30, 0, seed=2)
    assert {outline[0] for outline in outlines()} != {outline[0] for outline in first}


def test_a_further_run_adds_what_comes_next_and_shares_houses_and_maps():
    generate(2, 30)
    venues, seats = Venue.objects.count(), Seat.objects.count()

    generate(2, 30)

    assert Event.objects.count() == 4
    assert len(set(Event.objects.values_list("source_key", flat=True))) == 4
    assert (Venue.objects.count(), Seat.objects.count()) == (venues, seats)


def test_without_tickets_events_are_listed_with_their_prices(client):
    call_command("generate_catalogue", "--events", "25", "--tickets", "0")

    assert set(Event.objects.values_list("status", flat=True)) == {"scheduled"}
    event = Event.objects.order_by("-popularity", "pk")[0]
    performer = event.performers.order_by("billing__position")[0]
    found = client.get("/api/v1/search", {"term": performer.name}).json()
    assert event.pk in [one["id"] for one in found["results"]]
    [listed] = [one for one in found["results"] if one["id"] == event.pk]
    assert listed["price_from"]["amount"] > 0
    assert listed["availability"] is None or listed["availability"]["state"] == "not_on_sale"


def test_what_is_on_sale_is_found_as_available(client):
    call_command("generate_catalogue", "--events", "4", "--tickets", "25")

    found = client.get("/api/v1/search", {"availability": "available"}).json()
    assert len(found["results"]) == 4
    assert found["results"][0]["availability"] == {
        "state": "available",
        "available": 25,
        "total": 25,
    }


def test_a_few_performers_have_most_of_the_events():
    generate(400, 0)

    popular = Performer.objects.annotate(n=Count("events")).order_by("-n")
    counts = [performer.n for performer in popular]
    assert sum(counts[: len(counts) // 5]) > sum(counts) / 2
    assert len(set(Event.objects.values_list("category__segment", flat=True))) >= 4
    assert len(set(Event.objects.values_list("venue__city", flat=True))) >= 8


def test_twenty_thousand_names_differ():
    names = [act.name.casefold() for act in acts(20_000, seed=1)]

    assert len(set(names)) == 20_000
    assert all(re.search(r"\w", name) for name in names)


@pytest.mark.parametrize("options", [("-1", "0"), ("1", "-1"), ("1", "1000001"), ("many", "0")])
def test_numbers_that_make_no_sense_are_refused(options):
    events, tickets = options

    with pytest.raises(CommandError):
        call_command("generate_catalogue", f"--events={events}", f"--tickets={tickets}")

    assert Event.objects.count() == 0
