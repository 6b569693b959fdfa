"""Family: paper-cut hills, kites, a sun."""

from events.artwork.dice import Dice
from events.artwork.palettes import Inks
from events.artwork.shapes import area, circle, line, number, polygon


def _hill(dice: Dice, height: float) -> str:
    left, right = height + dice.between(-40, 40), height + dice.between(-40, 40)
    return (
        f"M-5 405V{number(left)}C{number(dice.between(120, 240))} {number(height - 110)} "
        f"{number(dice.between(330, 460))} {number(height + 70)} 605 {number(right)}V405z"
    )


def _kite(x: float, y: float, size: float, inks: Inks) -> str:
    body = polygon(
        [(x, y - size), (x + size * 0.7, y), (x, y + size * 1.3), (x - size * 0.7, y)], inks.accent
    )
    half = polygon([(x, y - size), (x + size * 0.7, y), (x, y)], inks.main)
    tail = line(
        f"M{number(x)} {number(y + size * 1.3)}q{number(size)} {number(size)} 0 {number(2 * size)}"
        f"t{number(-size * 0.5)} {number(1.6 * size)}",
        inks.accent,
        4,
    )
    return tail + body + half


def kites(dice: Dice, inks: Inks) -> list[str]:
    """Two or three kites over hills."""
    spots = [
        (dice.between(170, 240), dice.between(90, 130)),
        (dice.between(350, 430), dice.between(70, 150)),
    ]
    flown = [_kite(x, y, dice.between(34, 58), inks) for x, y in spots]
    return [
        *flown,
        area(_hill(dice, dice.between(290, 320)), inks.main),
        area(_hill(dice, dice.between(350, 370)), inks.accent),
    ]


def sunrise(dice: Dice, inks: Inks) -> list[str]:
    """A big sun between hills."""
    x, y, size = dice.between(220, 380), dice.between(150, 210), dice.between(80, 120)
    return [
        circle(x, y, size, inks.accent),
        area(_hill(dice, dice.between(240, 270)), inks.main),
        area(_hill(dice, dice.between(300, 330)), inks.ground),
        area(_hill(dice, dice.between(355, 375)), inks.main),
    ]


def balloons(dice: Dice, inks: Inks) -> list[str]:
    """Balloons on their way up."""
    shapes = []
    for n in range(5):
        x, y = 130 + n * 85 + dice.between(-20, 20), dice.between(90, 230)
        size = dice.between(36, 60)
        ink = inks.accent if n % 2 else inks.main
        shapes.append(
            line(
                f"M{number(x)} {number(y)}Q{number(x + dice.between(-40, 40))} 320 300 410", ink, 3
            )
        )
        shapes.append(circle(x, y, size, ink))
        shapes.append(
            polygon([(x, y + size * 0.9), (x - 9, y + size * 1.2), (x + 9, y + size * 1.2)], ink)
        )
    return shapes


MOTIFS = (kites, sunrise, balloons)
