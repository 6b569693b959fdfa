"""Games, and shows for families."""

from datetime import time

from events.demo.pricing import bowl, fan, one
from events.demo.runs import Run
from events.demo.shapes import (
    FRIDAY,
    SATURDAY,
    SUNDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
)
from events.demo.venues_worldwide import BOWL, FAN, FLOOR
from events.models import Segment

SPORT, FAMILY = Segment.SPORT, Segment.FAMILY
EVENING, AFTERNOON, MORNING = time(19, 30), time(15), time(11)


def _game(
    key: str,
    home: str,
    away: str,
    venue: str,
    night: tuple[int, int, time],
    genre: str,
    currency: str,
    prices: tuple[int, int],
    popularity: int,
) -> Run:
    """One game; the same two meet again on another key."""
    return Run(
        key, f"{home} v {away}", venue, BOWL, (night,), SPORT, genre, (home, away), currency,
        bowl(*prices),
        f"{away} come to {venue}. Doors an hour before, children sit free on the steps of the "
        "family end, and the band plays whatever happens.",
        popularity=popularity, minutes=115, doors=60,
    )  # fmt: skip


_DUBLIN = ("Liffey Basin Arena", "Basketball", "EUR", (2600, 1900))
_COPENHAGEN = ("Kedelhallen", "Handball", "DKK", (19000, 14000))
_MELBOURNE = ("Tramshed Nine", "Wheelchair basketball", "AUD", (3200, 2400))

_GAMES = (
    ("anchors-kestrels", "Dublin Anchors", "Cork Kestrels", _DUBLIN, (SATURDAY, 0, EVENING), 71),
    ("anchors-trawlers", "Dublin Anchors", "Galway Trawlers", _DUBLIN, (SATURDAY, 1, EVENING), 65),
    ("anchors-lovers", "Dublin Anchors", "Cork Kestrels", _DUBLIN, (WEDNESDAY, 5, EVENING), 58),
    ("anchors-final", "Dublin Anchors", "Galway Trawlers", _DUBLIN, (SUNDAY, 8, AFTERNOON), 55),
    ("svaner-lover", "København Svaner", "Aarhus Løver", _COPENHAGEN, (FRIDAY, 0, EVENING), 70),
    ("svaner-ravne", "København Svaner", "Odense Ravne", _COPENHAGEN, (SUNDAY, 1, AFTERNOON), 56),
    ("svaner-lover-cup", "København Svaner", "Aarhus Løver", _COPENHAGEN,
     (TUESDAY, 4, EVENING), 54),
    ("svaner-ravne-cup", "København Svaner", "Odense Ravne", _COPENHAGEN,
     (THURSDAY, 7, EVENING), 45),
    ("wheelers-harbour", "Melbourne Tram Wheelers", "Geelong Harbour Wheelers", _MELBOURNE,
     (SUNDAY, 0, AFTERNOON), 62),
    ("wheelers-harbour-return", "Melbourne Tram Wheelers", "Geelong Harbour Wheelers", _MELBOURNE,
     (SATURDAY, 6, EVENING), 43),
)  # fmt: skip

RUNS = (
    *(
        _game(key, home, away, house[0], night, house[1], house[2], house[3], popularity)
        for key, home, away, house, night, popularity in _GAMES
    ),
    Run(
        "ninepenny-ring", "Circus Ninepenny: The Difficult Dog", "Tramshed Nine", BOWL,
        ((SATURDAY, 1, AFTERNOON), (SATURDAY, 1, EVENING), (SUNDAY, 1, MORNING),
         (SATURDAY, 2, AFTERNOON), (SUNDAY, 2, MORNING)),
        FAMILY, "Circus", ("Circus Ninepenny",), "AUD", bowl(4200, 3200),
        "Eight acrobats try to finish the show. The dog has other plans and usually gets its way.",
        popularity=75, minutes=90, sold=20,
    ),
    Run(
        "fizz-bang", "Doctor Fizz: Mostly on Purpose", "Liffey Basin Arena", BOWL,
        ((SUNDAY, 0, MORNING), (SUNDAY, 0, AFTERNOON), (SUNDAY, 4, AFTERNOON)), FAMILY, "Science",
        ("Doctor Fizz",), "EUR", bowl(1900, 1500),
        "Foam, smoke, and a very loud thing at the end. Ear defenders at the door, for six and up.",
        popularity=61, minutes=70,
    ),
    Run(
        "button-box-pocket", "The Button Box: Pocket", "Saltmarket Rooms", FAN,
        ((SATURDAY, 1, time(10, 30)), (SUNDAY, 1, time(10, 30)), (SUNDAY, 3, time(10, 30))),
        FAMILY, "Puppetry", ("The Button Box",), "GBP", one(1100),
        "A button falls out of a pocket and goes to see the world. For two to five, and their "
        "tallest friends.",
        popularity=48, minutes=40, doors=20,
    ),
    Run(
        "meia-lua-moon", "Teatro Meia-Lua: Who Ate the Moon", "Armazém do Cais", FAN,
        ((SATURDAY, 0, MORNING), (SUNDAY, 0, MORNING), (SUNDAY, 5, MORNING)), FAMILY,
        "Shadow theatre", ("Teatro Meia-Lua",), "EUR", fan(1400, 1100),
        "Everybody suspects the accordion. Shadows, two lamps and no words that matter.",
        popularity=44, minutes=45, doors=20,
    ),
    Run(
        "low-tide-children", "Low Tide Parade: Small Steps", "Levee Street Hall", FLOOR,
        ((SATURDAY, 2, MORNING), (SATURDAY, 6, MORNING)), FAMILY, "Brass band",
        ("Low Tide Parade",), "USD", one(900),
        "A second line for people with short legs. Handkerchiefs are handed out at the door.",
        popularity=40, minutes=60, doors=20,
    ),
)  # fmt: skip
