"""Sport: two colours cut by a diagonal, under the lines of the right ground."""

from collections.abc import Callable

from events.artwork.dice import Dice
from events.artwork.palettes import Inks
from events.artwork.shapes import HEIGHT, WIDTH, circle, line, polygon, ring

STROKE = 7


def _halves(dice: Dice, inks: Inks) -> str:
    lean = dice.between(60, 150) * (1 if dice.yes() else -1)
    middle = dice.between(270, 330)
    top, foot = middle + lean, middle - lean
    if dice.yes():
        return polygon([(top, 0), (WIDTH, 0), (WIDTH, HEIGHT), (foot, HEIGHT)], inks.main)
    return polygon([(0, 0), (top, 0), (foot, HEIGHT), (0, HEIGHT)], inks.main)


def football(dice: Dice, inks: Inks) -> list[str]:
    """Halfway line, centre circle, the two boxes."""
    ink = inks.accent
    return [
        _halves(dice, inks),
        line("M300 0V400", ink, STROKE),
        ring(300, 200, dice.between(78, 104), ink, STROKE),
        circle(300, 200, 11, ink),
        line("M-20 92H88V308H-20M620 92H512V308H620", ink, STROKE),
        line("M88 158a50 50 0 0 1 0 84M512 158a50 50 0 0 0 0 84", ink, STROKE),
    ]


def basketball(dice: Dice, inks: Inks) -> list[str]:
    """The key, the three-point line and the ring, seen from above."""
    ink = inks.accent
    return [
        _halves(dice, inks),
        line("M120 -10V70a180 180 0 0 0 360 0V-10", ink, STROKE),
        line("M225 -10V150H375V-10M225 150a75 75 0 0 0 150 0", ink, STROKE),
        ring(300, 48, 24, ink, STROKE),
        line("M-10 378H610", ink, STROKE),
        line("M230 378a70 70 0 0 1 140 0", ink, STROKE),
    ]


def gridiron(dice: Dice, inks: Inks) -> list[str]:
    """Yard lines with their hash marks."""
    ink = inks.accent
    yards = "".join(f"M{x} -10V410" for x in range(60, WIDTH, 120))
    hashes = "".join(
        f"M{x} {y}v18" for x in range(84, WIDTH - 60, 24) if x % 120 != 60 for y in (122, 260)
    )
    return [_halves(dice, inks), line(yards, ink, STROKE), line(hashes, ink, 5)]


def baseball(dice: Dice, inks: Inks) -> list[str]:
    """The diamond, its bases and the mound."""
    ink = inks.accent
    bases = [(300, 352), (424, 228), (300, 104), (176, 228)]
    corners = [polygon([(x, y - 17), (x + 17, y), (x, y + 17), (x - 17, y)], ink) for x, y in bases]
    return [
        _halves(dice, inks),
        line("M-10 42L300 352L610 42", ink, STROKE),
        line("M424 228L300 104L176 228", ink, STROKE),
        line("M62 114a300 300 0 0 1 476 0", ink, STROKE),
        circle(300, 228, 22, ink),
        *corners,
    ]


def hockey(dice: Dice, inks: Inks) -> list[str]:
    """Centre line, blue lines and face-off circles."""
    ink = inks.accent
    spots = [(70, 90), (70, 310), (530, 90), (530, 310)]
    rings = [ring(x, y, 58, ink, STROKE) for x, y in spots]
    dots = [circle(x, y, 9, ink) for x, y in [*spots, (300, 200)]]
    return [
        _halves(dice, inks),
        line("M300 -10V410", ink, STROKE * 2),
        line("M178 -10V410M422 -10V410", ink, STROKE),
        ring(300, 200, 74, ink, STROKE),
        *rings,
        *dots,
    ]


def tennis(dice: Dice, inks: Inks) -> list[str]:
    """The court from above, and a ball just in."""
    ink = inks.accent
    return [
        _halves(dice, inks),
        line("M60 50H540V350H60zM60 92H540M60 308H540", ink, STROKE),
        line("M300 30V370M178 92V308M422 92V308M178 200H422", ink, STROKE),
        circle(dice.between(440, 500), dice.between(130, 270), 15, ink),
    ]


def track(dice: Dice, inks: Inks) -> list[str]:
    """Lanes around a bend: for every other game."""
    ink = inks.accent
    x, y = dice.between(160, 240), dice.between(330, 420)
    lanes = [ring(x, y, 110 + 46 * n, ink, STROKE) for n in range(8)]
    return [_halves(dice, inks), *lanes]


_GAMES: tuple[tuple[tuple[str, ...], Callable[[Dice, Inks], list[str]]], ...] = (
    (("american", "nfl", "gridiron"), gridiron),
    (("basket", "nba"), basketball),
    (("base", "mlb", "softball"), baseball),
    (("hockey", "nhl"), hockey),
    (("tennis",), tennis),
    (("football", "soccer", "mls"), football),
)


def motif_for(genre: str) -> Callable[[Dice, Inks], list[str]]:
    """Return the ground of this game; an unknown game gets a running track."""
    for words, motif in _GAMES:
        if any(word in genre for word in words):
            return motif
    return track
