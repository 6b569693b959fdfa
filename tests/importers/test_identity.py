"""Identity: which rows, offers, genres and venues are the same one, and which are two."""

from events.models import Category, Venue
from tests.importers.conftest import counts, listing, offer, the_event


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
