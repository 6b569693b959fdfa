"""By how many weeks a season is moved, whatever the clocks did in between."""

from datetime import UTC, date, datetime, time

import pytest

from events.importers.fixtures.seasons import Match, weeks_to_move

pytestmark = pytest.mark.django_db


def a_match(home, day, kick_off):
    return Match(1, home, "away", day, kick_off, "Matchday 1", is_timed=True)


@pytest.mark.parametrize(
    ("home", "day", "time_zone", "now", "weeks"),
    [
        # 15:30 in Berlin is 14:30 UTC in winter and 13:30 in summer.
        ("winter", date(2024, 12, 14), "Europe/Berlin", datetime(2026, 6, 13, 13, 29), 78),
        ("winter", date(2024, 12, 14), "Europe/Berlin", datetime(2026, 6, 13, 13, 30), 79),
        ("winter", date(2024, 12, 14), "Europe/Berlin", datetime(2026, 6, 13, 14, 29), 79),
        ("summer", date(2024, 8, 24), "Europe/Berlin", datetime(2026, 12, 26, 14, 29), 122),
        ("summer", date(2024, 8, 24), "Europe/Berlin", datetime(2026, 12, 26, 14, 30), 123),
        # A kick-off an hour later on the wall that is two hours earlier in truth.
        ("west", date(2024, 8, 24), "America/Los_Angeles", datetime(2024, 8, 24, 21, 0), 1),
    ],
)
def test_a_moved_season_begins_after_now_whatever_clocks_did(home, day, time_zone, now, weeks):
    first = a_match(home, day, time(15, 30))
    east = a_match("east", day, time(16, 30))

    moved = weeks_to_move(
        "Probe",
        [first, east],
        now=now.replace(tzinfo=UTC),
        zones={home: time_zone, "east": "America/New_York"},
    )

    assert moved == weeks
