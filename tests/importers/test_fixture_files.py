"""Files of fixtures: grounds and clubs are recognised however spelled, bad rows are named."""

import pytest
from django.core.management import CommandError, call_command

from events.importers.fixtures.clubs import match_clubs, named
from events.importers.fixtures.files import League
from events.importers.fixtures.gazetteer import Gazetteer
from events.importers.fixtures.grounds import Grounds, league_team
from events.importers.fixtures.planning import spans
from events.importers.fixtures.seasons import plain_name
from events.models import Event, Performer, Venue
from tests.importers.conftest import KEY, run

pytestmark = pytest.mark.django_db


def test_a_stadium_becomes_a_venue_with_point_capacity_and_clock(capsys):
    run(capsys)

    venue = Venue.objects.get(name="Stadion am Wehr")
    assert (venue.city, venue.country, venue.capacity) == ("München", "DE", 61_000)
    assert (venue.latitude, venue.longitude) == (48.2188, 11.6247)
    assert venue.time_zone == "Europe/Berlin"
    arizona = Venue.objects.get(name="Cactus Arena")
    assert (arizona.region, arizona.time_zone) == ("AZ", "America/Phoenix")


def test_a_club_spelled_otherwise_is_matched_and_keeps_its_accents_and_facts(capsys):
    run(capsys)

    club = Performer.objects.get(name="FC Müllerstadt 1908")
    facts = {fact.label: fact.value for fact in club.facts.all()}
    assert facts == {
        "League": "Regionalliga Probe",
        "Ground": "Stadion am Wehr",
        "City": "München",
        "Capacity": "61,000",
    }
    assert set(club.aliases.values_list("name", flat=True)) == {"Mullerstadt", "Muellerstadt"}
    home = Event.objects.get(name="FC Müllerstadt 1908 v VfL Osthafen")
    assert home.venue.name == "Stadion am Wehr"
    assert [billed.performer.name for billed in home.billing.order_by("position")] == [
        "FC Müllerstadt 1908",
        "VfL Osthafen",
    ]


def test_rows_that_cannot_be_read_are_named_and_the_others_kept(capsys):
    said = run(capsys)

    assert "de.1.json, row 5: date is '2025-02-30', not a day" in said
    assert "de.1.json, row 6: no ground known for 1. FC Nordheim" in said
    assert 'de.1.json, row 7: "no match" is no object' in said
    assert "de.1.json, row 8: time is '25:00', not a time of day" in said
    assert "de.1.json, row 9: SV Grünwald cannot play against itself" in said
    assert "stadiums, row 5: Capacity is 'lots', not a number" in said
    assert "stadiums, row 6: 153.0, 9.0 is not on Earth" in said
    assert "ballparks, row 3: no known city within 60 km" in said
    assert "parks.geojson, row 4: a feature without properties and geometry" in said
    assert "nba-teams.json, row 5: Neverland, NV is no known city" in said
    assert "cities, row 8: no city" in said
    assert "no ground known for 1. FC Nordheim" in said
    assert "no time of day, taken as 15:30, in 1 rows: 4" in said
    assert Event.objects.filter(source_key__startswith=KEY).count() == 4


def test_a_ballpark_belongs_to_the_town_its_team_is_named_after(capsys):
    run(capsys)

    assert Venue.objects.get(name="Otter Park").city == "Nap Lake"
    assert Venue.objects.get(name="Heron Field").city == "Chicago"


def test_what_somebody_wrote_into_a_venue_stays_and_what_it_lacks_is_filled_in(capsys):
    kept = {"name": "Waldstadion", "city": "Köln", "country": "DE", "time_zone": "Europe/Berlin"}
    Venue.objects.create(**kept, capacity=4_000)

    said = run(capsys)

    venue = Venue.objects.get(name="Waldstadion")
    assert (venue.capacity, venue.latitude) == (4_000, 50.9335)
    assert "1 updated" in said


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", "{broken", "Expecting property name"),
        ("a.json", "[1, 2]", "no season, league or GeoJSON"),
        ("a.json", '{"hello": 1}', "no season, league or GeoJSON"),
        ("a.csv", "a,b\n1,2\n", "its columns are neither"),
        ("a.csv", "\xff\xfe", "no table"),
    ],
)
def test_a_file_of_no_known_kind_is_refused_with_the_reason(
    tmp_path, capsys, name, content, reason
):
    (tmp_path / name).write_bytes(content.encode("latin-1"))

    with pytest.raises(CommandError):
        call_command("import_fixtures", str(tmp_path))

    assert f"{name}: " in (said := capsys.readouterr().out)
    assert reason in said


def test_a_path_that_is_not_there_and_an_empty_folder_are_refused(tmp_path):
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(CommandError):
            call_command("import_fixtures", str(path))


def test_clubs_are_told_apart_however_a_list_spells_them():
    listed = [
        *("Bayern Munich", "Bayer Leverkusen", "Manchester City", "Manchester United"),
        *("Lyon", "Paris Saint-Germain", "Barcelona", "Espanyol", "Valenciennes", "Valencia"),
        *("Racing de Santander", "1. FC Köln"),
    ]
    clubs = {
        "FC Bayern München": "Bayern Munich",
        "Bayer 04 Leverkusen": "Bayer Leverkusen",
        "Manchester United FC": "Manchester United",
        "Manchester City FC": "Manchester City",
        "Olympique Lyonnais": "Lyon",
        "Paris Saint-Germain FC": "Paris Saint-Germain",
        "RCD Espanyol de Barcelona": "Espanyol",
        "FC Barcelona": "Barcelona",
        "Valencia CF": "Valencia",
        "1. FC Koeln": None,
        "Paris FC": None,
        "CD Santa Clara": None,
        "1. FC Union Berlin": None,
    }

    found = match_clubs(list(clubs), [named(at, [name]) for at, name in enumerate(listed)])

    assert {club: listed[at] for club, at in found.items()} == {
        club: name for club, name in clubs.items() if name
    }


def test_spans_are_short():
    assert spans([3, 7, 8, 9, 12]) == "3, 7-9, 12"
    assert spans([]) == ""


def test_teams_have_the_names_by_which_fans_call_them():
    league = League(file="f", code="NBA", teams=[])
    row = {"name": "Philadelphia 76ers", "city": "Philadelphia", "state": "PA", "stadium": "Hall"}

    team = league_team(row, league, grounds=Grounds(), towns=Gazetteer([]))

    assert team.aliases == ("Sixers", "76ers")


def test_a_season_is_called_as_fans_call_the_league():
    assert plain_name("Spain Primera División 2025/26") == "La Liga"
    assert plain_name("English Premier League 2025/26") == "English Premier League"
