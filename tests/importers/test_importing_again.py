"""Importing again: what changed is updated, what was sold is left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.holds import hold_tickets
from events import moments
from events.importers import restocking
from events.models import (
    Category,
    Event,
    Performer,
    PriceLevel,
    SaleWindow,
    SeatMap,
    Ticket,
    Venue,
)
from tests.factories import small_map
from tests.importers.conftest import listing, offer
from ticketmaster.core.models import AuditRecord


def the_event():
    return Event.objects.get(source_key="show-1")


def counts(report):
    return report.splitlines()[0]


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


def test_the_same_listing_twice_in_a_file_is_one_event(run_import):
    report = run_import(listing(), listing(name="Corrected"))

    assert counts(report).startswith("1 created, 1 updated")
    assert "row 2: the same event as row 1: updates it" in report
    assert the_event().name == "Corrected"


def test_without_identifier_name_venue_and_start_make_the_event(run_import):
    anonymous = listing(identifier=None)
    run_import(anonymous)

    report = run_import(anonymous, {**anonymous, "startDate": "2031-06-02T20:00"})

    assert counts(report).startswith("1 created, 0 updated, 1 unchanged")


def test_offers_of_one_name_stay_apart(run_import):
    report = run_import(listing(offers=[offer(), offer(price=99)]))

    names = [level.name for level in the_event().price_levels.all()]
    assert names == ["Floor", "Floor 2"]
    assert "two offers are named 'Floor': the later one is 'Floor 2'" in report


def test_genres_of_two_segments_get_slugs_of_their_own(run_import):
    run_import(
        listing(identifier="1", genre="Comedy"),
        listing(identifier="2", genre="Improv"),
        listing(identifier="3", genre="improv!", **{"@type": "ComedyEvent"}),
        listing(identifier="4", genre="hip hop"),
        listing(identifier="5", genre="Hip-Hop"),
        listing(identifier="6", genre="ジャズ"),
    )

    slugs = dict(Category.objects.values_list("genre", "slug"))
    assert slugs["Comedy"] == "concert-comedy"
    assert (slugs["Improv"], slugs["improv!"]) == ("improv", "comedy-improv")
    assert slugs["hip hop"] == "hip-hop"
    assert "Hip-Hop" not in slugs
    assert slugs["ジャズ"].startswith("genre-")


def test_a_venue_known_by_one_row_gives_its_clock_to_the_next(run_import):
    known = listing(
        location={
            "name": "Barn",
            "address": {"addressLocality": "Tinytown"},
            "geo": {"latitude": 45.5, "longitude": -122.6},
        }
    )
    same = listing(
        identifier="2", location={"name": "BARN", "address": {"addressLocality": "tinytown"}}
    )

    report = run_import(known, same)

    assert counts(report).startswith("2 created")
    assert Venue.objects.get().time_zone == "America/Los_Angeles"
    assert Venue.objects.get().country == "US"


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
