"""What promoters really write, read from a file with every form of every field."""

from datetime import UTC, datetime

import pytest

from events.models import Event, PerformerAlias, Venue
from tests.importers.conftest import DATA, import_file, listing


@pytest.fixture
def report(db, capsys):
    return import_file(DATA / "variants.json", capsys)


def event(key):
    return Event.objects.select_related("venue", "category", "seat_map").get(source_key=key)


def levels(one):
    return [
        (level.name, level.face_minor, level.fee_minor, level.tax_minor)
        for level in one.price_levels.all()
    ]


def places(one):
    return [(section.name, section.capacity) for section in one.seat_map.sections.all()]


def test_a_full_listing_becomes_an_event_with_levels_places_and_windows(report):
    ferries = event("spring-1")

    assert ferries.name == "The Night Ferries"
    assert ferries.description == "Two sets\nand an encore."
    assert ferries.status == "scheduled"
    assert ferries.starts_at == datetime(2031, 3, 14, 18, 30, tzinfo=UTC)
    assert ferries.ends_at == datetime(2031, 3, 14, 21, 30, tzinfo=UTC)
    assert (ferries.category.segment, ferries.category.genre) == ("concert", "Indie Rock")
    assert ferries.category.slug == "indie-rock"
    assert ferries.currency == "EUR"
    assert levels(ferries) == [("Floor", 3250, 0, 0), ("Balcony", 4500, 0, 0)]
    assert places(ferries) == [("Floor", 300), ("Balcony", 120)]
    assert ferries.tickets.count() == 0
    venue = ferries.venue
    assert (venue.name, venue.city, venue.region, venue.country, venue.time_zone) == (
        "Ostkreuz Hall", "Berlin", "BE", "DE", "Europe/Berlin"
    )  # fmt: skip
    assert (venue.address, venue.postal_code, venue.latitude) == ("Neue Straße 4", "10317", 52.5)


def test_each_opening_has_its_window_and_one_without_validfrom_is_open(report):
    first, second = event("spring-1").sale_windows.order_by("opens_at")

    assert second.opens_at == datetime(2030, 11, 1, 9, 0, tzinfo=UTC)  # 10:00 in Berlin
    assert [level.name for level in second.price_levels.all()] == ["Floor"]
    assert [level.name for level in first.price_levels.all()] == ["Balcony"]
    assert first.opens_at <= datetime.now(UTC)
    assert {first.kind, second.kind} == {"general"}


def test_performers_keep_their_order_and_aliases(report):
    talk = event("4711")

    billed = [billing.performer.name for billing in talk.billing.all()]
    assert billed == ["Una Brandt", "Ola Fisk"]
    aliases = PerformerAlias.objects.order_by("name").values_list("performer__name", "name")
    assert list(aliases) == [
        ("The Night Ferries", "Nachtfähren"),
        ("Ola Fisk", "Oley"),
        ("The Night Ferries", "TNF"),
    ]


def test_a_naive_start_is_venue_time_and_a_one_line_address_finds_its_city(report):
    talk = event("4711")

    assert (talk.venue.name, talk.venue.city, talk.venue.region) == ("The Cellar", "Portland", "ME")
    assert talk.starts_at == datetime(2031, 7, 2, 0, 0, tzinfo=UTC)  # 20:00 in Maine
    assert (talk.status, talk.category.segment, talk.category.slug) == (
        "postponed", "comedy", "comedy"
    )  # fmt: skip
    assert levels(talk) == [("Seat", 1550, 0, 0)]
    assert "row 2: address is one line: read as Portland, US" in report


def test_yen_have_no_decimals_and_a_known_city_gives_the_zone(report):
    match = event("99")

    assert (match.currency, levels(match)) == ("JPY", [("Stand", 5000, 0, 0)])
    assert (match.venue.time_zone, match.venue.country) == ("Asia/Tokyo", "JP")
    assert (match.category.segment, match.category.genre) == ("sport", "Football")


def test_dinars_have_three_decimals_and_offers_without_places_are_reported(report):
    kites = Event.objects.select_related("seat_map").get(name="Two Days of Kites")

    assert kites.source_key.startswith("listing:")
    assert kites.starts_at == datetime(2031, 8, 1, 21, 0, tzinfo=UTC)  # midnight in Kuwait
    assert kites.ends_at == datetime(2031, 8, 3, 20, 59, tzinfo=UTC)
    assert levels(kites) == [
        ("General admission", 4250, 0, 0), ("Camping", 0, 0, 0), ("Later", 1500, 0, 0)
    ]  # fmt: skip
    assert places(kites) == [("General admission", 5)]
    assert "row 4: offer 'Camping' has an inventoryLevel of 0: no places" in report
    assert "row 4: offer 'Later' has no inventoryLevel: no places" in report
    assert "row 4: startDate has no time of day: taken as 00:00 at the venue" in report


def test_cancelled_and_past_listings_are_kept_out_of_what_is_coming(report):
    assert event("called-off").status == "cancelled"
    assert event("long-ago").status == "ended"
    coming = Event.objects.coming(datetime.now(UTC)).values_list("source_key", flat=True)
    assert {"called-off", "long-ago"} & set(coming) == set()


def test_venues_are_the_same_if_name_city_and_region_are(report):
    assert event("called-off").venue == event("long-ago").venue
    assert Venue.objects.filter(name="Old Stage").count() == 1
    assert report.startswith("6 created, 0 updated, 0 unchanged, 0 skipped, 0 put on sale")


def test_an_item_list_holds_listings_with_and_without_list_items(run_import):
    held = {"@type": "ListItem", "position": 1, "item": listing(identifier="held")}
    items = [held, listing(identifier="bare"), {"@type": "ListItem", "position": 3}, 7]

    report = run_import({"@type": "ItemList", "itemListElement": items})

    assert set(Event.objects.values_list("source_key", flat=True)) == {"held", "bare"}
    assert "row 3" in report
    assert "row 4" in report
