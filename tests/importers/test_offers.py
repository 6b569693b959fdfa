"""Offers that come again: prices and places follow the listing, what was sold is left alone."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from bookings.holds import hold_tickets
from events.models import PriceLevel, SaleWindow, SeatMap, Ticket, Venue
from tests.factories import small_map
from tests.importers.conftest import counts, listing, offer, the_event


def test_offers_before_the_sale_are_replaced(run_import):
    run_import(listing())

    run_import(
        listing(offers=[offer(price=25, inventoryLevel=60), offer(name="Balcony", price="40.00")])
    )

    event = the_event()
    levels = [(level.name, level.face_minor) for level in event.price_levels.all()]
    assert levels == [("Floor", 2500), ("Balcony", 4000)]
    capacities = [(section.name, section.capacity) for section in event.seat_map.sections.all()]
    assert capacities == [("Floor", 60), ("Balcony", 50)]
    assert SeatMap.objects.count() == 1
    assert event.sale_windows.count() == 1


def test_on_sale_makes_the_tickets_also_of_events_imported_before(run_import):
    run_import(listing())
    assert the_event().status == "scheduled"
    assert Ticket.objects.count() == 0

    report = run_import(
        listing(),
        listing(identifier="late", name="Past", startDate="2020-01-01T20:00"),
        listing(identifier="off", name="Off", eventStatus="EventCancelled"),
        listing(identifier="none", name="No places", offers=[]),
        on_sale=True,
    )

    assert counts(report) == "3 created, 0 updated, 1 unchanged, 0 skipped, 1 put on sale"
    assert "row 4: not put on sale: This event has no places to sell" in report
    assert the_event().status == "on_sale"
    assert Ticket.objects.filter(event=the_event(), status="available").count() == 50
    assert Ticket.objects.count() == 50


def test_a_new_price_counts_for_new_holds_and_more_places_are_added(run_import, fan, other_fan):
    run_import(listing(), on_sale=True)
    first = Ticket.objects.order_by("pk")[0].pk
    held = hold_tickets(user=fan, ticket_ids=[first])
    hash_before = the_event().seat_map.content_hash

    report = run_import(
        listing(
            offers=[
                offer(price=30, inventoryLevel=53),
                offer(name="Balcony", price=45, inventoryLevel=4),
            ]
        )
    )

    assert counts(report).startswith("0 created, 1 updated")
    event = the_event()
    assert held.lines.get().face_minor == 2000
    assert Ticket.objects.get(pk=first).booking_id == held.pk
    assert event.ticket_total == Ticket.objects.filter(event=event).count() == 57
    floor = Ticket.objects.filter(event=event, section__name="Floor")
    assert list(floor.order_by("position").values_list("position", flat=True)) == list(range(53))
    assert event.seat_map.sections.get(name="Floor").capacity == 53
    assert event.seat_map.content_hash != hash_before
    balcony = Ticket.objects.filter(event=event, section__name="Balcony").order_by("pk")
    later = hold_tickets(user=other_fan, ticket_ids=[floor.last().pk, balcony[0].pk])
    assert sorted(line.total_minor for line in later.lines.all()) == [3000, 4500]
    again = run_import(
        listing(
            offers=[
                offer(price=30, inventoryLevel=53),
                offer(name="Balcony", price=45, inventoryLevel=4),
            ]
        )
    )
    assert counts(again).startswith("0 created, 0 updated, 1 unchanged")


def test_fewer_places_or_offers_take_nothing_away(run_import, fan):
    run_import(listing(offers=[offer(), offer(name="VIP", price=90)]), on_sale=True)
    held = hold_tickets(user=fan, ticket_ids=[Ticket.objects.order_by("pk")[0].pk])

    report = run_import(listing(offers=offer(inventoryLevel=10)))

    assert counts(report).startswith("0 created, 0 updated, 1 unchanged")
    assert "offer 'Floor' has 10 places now, 50 are on sale: none is taken away" in report
    assert "no longer offers 'VIP': kept" in report
    assert Ticket.objects.count() == 100
    assert Ticket.objects.filter(booking=held, status="reserved").count() == 1
    assert PriceLevel.objects.count() == 2


def test_another_currency_is_refused_once_tickets_are_made(run_import):
    run_import(listing(), on_sale=True)

    report = run_import(listing(offers=offer(priceCurrency="EUR", price=99)))

    assert "now in EUR, but sold in USD: prices left alone" in report
    assert (the_event().currency, PriceLevel.objects.get().face_minor) == ("USD", 2000)


def test_validfrom_moves_the_opening_and_its_absence_does_not(run_import):
    run_import(listing())
    window = SaleWindow.objects.get()
    assert abs(window.opens_at - timezone.now()) < timedelta(minutes=1)

    run_import(listing())
    assert SaleWindow.objects.get() == window
    run_import(listing(offers=offer(validFrom="2031-01-01T10:00")))

    assert SaleWindow.objects.get().opens_at == datetime(2031, 1, 1, 15, 0, tzinfo=UTC)


def test_presales_of_staff_stay_when_offers_change(run_import):
    run_import(listing())
    SaleWindow.objects.create(
        event=the_event(), kind="presale", opens_at=timezone.now(), access_code="FRIENDS"
    )

    run_import(listing(offers=offer(price=35)))

    kinds = SaleWindow.objects.order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["general", "presale"]


def test_offers_go_to_seated_sections_by_name(run_import):
    run_import(listing())
    small_map(venue=Venue.objects.get(), rows="A-B", seats_per_row=10, standing=40)

    report = run_import(
        listing(offers=[offer(name="stalls", price=50), offer(), offer(name="Garden", price=5)]),
        on_sale=True,
    )

    assert "offer 'Garden' has no section of that name on the venue's map" in report
    by_section = Ticket.objects.values_list("section__name", "price_level__name")
    found = sorted(by_section)
    assert found == [("Floor", "Floor")] * 40 + [("Stalls", "stalls")] * 20
    assert the_event().seat_map.name == "Main"
    assert not SeatMap.objects.filter(name__startswith="Listing").exists()


def test_a_section_without_an_offer_keeps_a_seated_event_off_sale(run_import):
    run_import(listing())
    small_map(venue=Venue.objects.get(), rows="A", standing=4)

    report = run_import(listing(offers=offer(name="Stalls")), on_sale=True)

    assert "row 1: not put on sale: No price level for: Floor." in report
    assert the_event().status == "scheduled"
    assert Ticket.objects.count() == 0


def test_prices_of_seats_on_sale_follow_the_listing(run_import):
    run_import(listing())
    small_map(venue=Venue.objects.get(), rows="A")
    run_import(listing(offers=offer(name="Stalls")), on_sale=True)

    report = run_import(
        listing(offers=[offer(name="Stalls", price=77), offer(name="Pit", price=9)])
    )

    assert PriceLevel.objects.get().face_minor == 7700
    assert "offer 'Pit' is new: seats on sale keep their prices" in report
    assert Ticket.objects.count() == 10
