"""Seasons of fixtures: moved into the future, put on sale, and imported again."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count

from events.changes import performer_has_changed
from events.importers.fixtures.files import League, files_at, read_files
from events.importers.fixtures.importing import import_fixtures
from events.importers.fixtures.planning import plan_import
from events.importers.fixtures.seasons import CALENDARS, round_robin
from events.models import Event, Performer, PriceLevel, SeatMap, Section, Ticket, Venue
from events.publishing import cancel_event
from search.models import SearchRow
from tests.importers.conftest import FILES, KEY, run
from ticketmaster.core.clock import database_now

SHARED = Path(__file__).parents[3] / "shared" / "data"
# The project's own small files, and the real ones where they are at hand.
FOLDERS = pytest.mark.parametrize(
    "folder", [FILES, *([SHARED] if SHARED.is_dir() else [])], ids=lambda folder: folder.name
)

pytestmark = pytest.mark.django_db


def local(event):
    """When it starts on the venue's own clock."""
    return event.starts_at.astimezone(ZoneInfo(event.venue.time_zone))


def everything():
    """All that an import may write, to compare two moments."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Event, Venue, Performer, PriceLevel, SeatMap)
    ]


def import_at(moment):
    """Import the own files as if it were then."""
    plan = plan_import(read_files(files_at([FILES])), now=moment)
    return import_fixtures(plan, advance=lambda done: None)


def test_weekday_and_local_kick_off_stay_through_both_changes_of_the_clock(capsys):
    run(capsys)

    summer = Event.objects.get(name="FC Müllerstadt 1908 v VfL Osthafen")
    winter = Event.objects.get(name="VfL Osthafen v SV Grünwald")
    spring = Event.objects.get(name="VfL Osthafen v FC Müllerstadt 1908")
    moved = {
        summer.pk: datetime(2024, 8, 24, 15, 30),
        winter.pk: datetime(2024, 12, 14, 18, 30),
        spring.pk: datetime(2025, 3, 29, 15, 30),
    }
    weeks = {
        (local(event).replace(tzinfo=None) - moved[event.pk]) / timedelta(weeks=1)
        for event in (summer, winter, spring)
    }
    assert len(weeks) == 1
    assert weeks.pop() % 1 == 0
    assert summer.starts_at > database_now()
    assert summer.starts_at - database_now() <= timedelta(weeks=1)


@FOLDERS
def test_a_dry_run_counts_what_is_then_written_for_the_future_without_tickets(capsys, folder):
    told = run(capsys, folder, dry_run=True)
    assert [model.objects.count() for model in (Event, Venue, Performer)] == [0, 0, 0]

    said = run(capsys, folder)

    counts = [line for line in said.splitlines() if line.startswith(("Venues", "Teams", "Events"))]
    assert [line for line in told.splitlines() if line in counts] == counts
    now = database_now()
    events = Event.objects.all()
    assert events.exists()
    assert not events.filter(starts_at__lte=now).exists()
    assert set(events.values_list("status", flat=True)) == {"scheduled"}
    assert Ticket.objects.count() == 0
    assert not Venue.objects.filter(latitude=None).exists()
    assert all(ZoneInfo(zone) for zone in Venue.objects.values_list("time_zone", flat=True))
    assert not Performer.objects.filter(facts=None, billing__position=0).exists()
    assert f"Events: {events.count():,} created" in said


@FOLDERS
def test_a_second_run_changes_nothing_and_says_so(capsys, folder):
    run(capsys, folder, on_sale=1)
    before = everything()

    said = run(capsys, folder, on_sale=1)

    assert everything() == before
    assert "Nothing changed: all of it was there." in said
    assert "0 created, 0 updated" in said


def test_a_league_without_fixtures_gets_a_round_robin(capsys):
    said = run(capsys)

    assert "NBA: the file has no fixtures; a round robin was drawn up" in said
    games = Event.objects.filter(source_key__startswith="fixtures:nba-2025:")
    pairs = {frozenset(name.split(" v ")) for name in games.values_list("name", flat=True)}
    assert (games.count(), len(pairs)) == (6, 6)
    assert set(games.values_list("category__genre", flat=True)) == {"Basketball"}
    at_home = games.values_list("venue__name", flat=True)
    assert set(at_home) <= {"Harbour Garden", "Cactus Arena", "Maple Centre", "Mall Arena"}
    assert Performer.objects.get(name="Boston Larks").aliases.get().name == "Larks"


def test_games_that_are_there_are_found_by_a_name_that_a_team_gets_later(capsys):
    run(capsys)
    larks = Performer.objects.get(name="Boston Larks")
    larks.aliases.all().delete()
    larks.facts.all().delete()
    performer_has_changed(performer_id=larks.pk)
    games = SearchRow.objects.filter(performer_ids__contains=[larks.pk])
    assert set(games.values_list("kind", flat=True)) == {"basketball sport sport nba"}
    assert not games.filter(aliases__contains=["larks"]).exists()

    said = run(capsys)

    assert "Teams: 0 created, 1 updated" in said
    assert games.filter(aliases__contains=["larks"]).count() == games.count() == 3


@pytest.mark.parametrize(("sides", "rounds"), [(30, 29), (32, 17), (4, 3)])
def test_a_round_robin_has_everybody_at_home_in_half_of_its_games(sides, rounds):
    teams = [f"Team {number}" for number in range(sides)]
    calendar = replace(CALENDARS["NBA"], rounds=rounds)

    drawn_up = round_robin(League(file="f", code="NBA", teams=[]), teams, calendar)

    games = [(value["team1"], value["team2"]) for _, value in drawn_up.matches]
    assert len({frozenset(pair) for pair in games}) == len(games) == rounds * sides // 2
    home, away = (Counter(pair[place] for pair in games) for place in (0, 1))
    assert {abs(home[team] - away[team]) for team in teams} == {1}


def test_a_season_keeps_its_move_while_it_lasts_and_comes_again_when_it_is_over():
    summer = datetime(2030, 6, 12, 9, 0, tzinfo=UTC)
    first = import_at(summer)
    keys = set(
        Event.objects.filter(source_key__startswith=KEY).values_list("source_key", flat=True)
    )

    later = import_at(summer + timedelta(weeks=3))
    assert later.seasons[0][1] == first.seasons[0][1]
    assert (
        set(Event.objects.filter(source_key__startswith=KEY).values_list("source_key", flat=True))
        == keys
    )

    next_year = import_at(summer + timedelta(weeks=52))
    assert next_year.seasons[0][1] > first.seasons[0][1]
    assert Event.objects.filter(source_key__startswith=KEY).count() == 2 * len(keys)


def test_the_next_fixtures_open_with_a_map_of_at_most_five_thousand_seats(capsys):
    said = run(capsys, on_sale=4)

    on_sale = Event.objects.filter(status="on_sale").annotate(made=Count("tickets"))
    soonest = Event.objects.order_by("starts_at", "pk")[:4]
    assert {event.pk for event in on_sale} == {event.pk for event in soonest}
    assert "4 put on sale" in said
    for event in on_sale:
        asked = min(event.venue.capacity or 5_000, 5_000)
        assert abs(event.made - asked) <= asked * 0.05
        sections = Section.objects.filter(seat_map=event.seat_map)
        assert sections.count() >= 8
        assert Ticket.objects.filter(event=event, seat__accessible=True).count() >= 8
        assert Ticket.objects.filter(event=event, seat__companion=True).count() >= 8


def test_full_size_sells_every_seat_of_the_ground(capsys):
    run(capsys, FILES / "seasons", FILES / "stadiums.csv", on_sale=1, full_size=True)

    event = Event.objects.get(status="on_sale")
    assert event.venue.name == "Stadion am Wehr"
    assert event.ticket_total == Ticket.objects.filter(event=event).count() == 61_000


def test_a_game_on_sale_keeps_prices_and_tickets_when_the_files_come_again(capsys):
    run(capsys, on_sale=1)
    PriceLevel.objects.update(face_minor=1_234)
    tickets = Ticket.objects.count()

    run(capsys)

    assert set(PriceLevel.objects.values_list("face_minor", flat=True)) == {1_234}
    assert Ticket.objects.count() == tickets
    assert Event.objects.filter(status="on_sale").count() == 1


def test_a_game_called_off_here_stays_called_off(capsys):
    run(capsys)
    event = Event.objects.order_by("starts_at")[0]
    cancel_event(event_id=event.pk)

    said = run(capsys, on_sale=1)

    event.refresh_from_db()
    assert event.status == "cancelled"
    assert "was cancelled here and stays so" in said


def test_a_season_that_is_still_to_come_is_not_moved():
    early = datetime(2024, 8, 1, tzinfo=UTC)

    plan = plan_import(read_files(files_at([FILES])), now=early)

    assert plan.seasons[0].weeks == 0
    assert plan.seasons[0].rows[0].value.start.value.date() == date(2024, 8, 24)
