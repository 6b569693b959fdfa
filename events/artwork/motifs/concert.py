"""Concerts: rings, waves, halftone, light."""

import math

from events.artwork.dice import Dice
from events.artwork.palettes import Inks
from events.artwork.shapes import HEIGHT, WIDTH, box, circle, discs, line, number, polygon, ring


def rings(dice: Dice, inks: Inks) -> list[str]:
    """Sound going out from one point, with a disc of the accent at its heart."""
    x, y = dice.between(220, 380), dice.between(150, 250)
    gap = dice.between(26, 40)
    width = gap * dice.between(0.35, 0.6)
    shapes = [ring(x, y, gap * (n + 1.6), inks.main, width) for n in range(int(520 / gap))]
    return [*shapes, circle(x, y, gap * 1.15, inks.accent)]


def waves(dice: Dice, inks: Inks) -> list[str]:
    """Strings after a chord: one loud in the middle, the others quieter."""
    rows = dice.whole(7, 11)
    crests = dice.whole(2, 4)
    loud = dice.between(0.35, 0.65)
    shapes = []
    for row in range(rows):
        y = HEIGHT * (row + 0.5) / rows
        swing = 46 * math.exp(-(((row + 0.5) / rows - loud) ** 2) / 0.05) + 3
        ink = inks.accent if abs((row + 0.5) / rows - loud) < 0.5 / rows else inks.main
        shapes.append(line(_wave(y, swing, crests), ink, HEIGHT / rows * 0.34))
    return shapes


def _wave(y: float, swing: float, crests: int) -> str:
    half = WIDTH / crests / 2
    return f"M-{number(half)} {number(y)}q{number(half / 2)} {number(-2 * swing)} " + (
        f"{number(half)} 0" + f"t{number(half)} 0" * (2 * crests + 1)
    )


def halftone(dice: Dice, inks: Inks) -> list[str]:
    """A face in the light, seen from too near: dots that grow towards it."""
    x, y = dice.between(200, 400), dice.between(120, 280)
    step = dice.between(42, 50)
    near_ones: list[tuple[float, float, float]] = []
    lit_ones: list[tuple[float, float, float]] = []
    for row in range(int(HEIGHT / step) + 1):
        for column in range(int(WIDTH / step) + 1):
            across, down = (column + row % 2 / 2) * step, (row + 0.4) * step
            near = max(0.0, 1 - math.hypot(across - x, down - y) / 330)
            if near > 0.06:
                dots = lit_ones if near > 0.82 else near_ones
                dots.append((across, down, step * 0.62 * near))
    return [discs(near_ones, inks.main), discs(lit_ones, inks.accent)]


def beams(dice: Dice, inks: Inks) -> list[str]:
    """One lamp above the stage, its light cut into beams by the haze."""
    x, y = dice.between(200, 400), 34
    count = dice.whole(5, 7)
    half = math.radians(dice.between(5, 7.5))
    lit = dice.whole(1, count - 2)
    shapes = []
    for beam in range(count):
        turn = math.radians(-66 + 132 * beam / (count - 1))
        edges = [
            (x + 700 * math.sin(at), y + 700 * math.cos(at)) for at in (turn - half, turn + half)
        ]
        shapes.append(polygon([(x, y), *edges], inks.accent if beam == lit else inks.main))
    return [*shapes, circle(x, y, 30, inks.main), box(0, 352, WIDTH, 48, inks.main)]


def levels(dice: Dice, inks: Inks) -> list[str]:
    """A sound board: bars that rise and fall, one of them in the accent."""
    bars = dice.whole(9, 13)
    width = WIDTH / bars
    loud = dice.whole(bars // 3, bars - bars // 3)
    turn = dice.between(0.5, 1.1)
    shapes = []
    for bar in range(bars):
        height = 70 + 230 * abs(math.sin(bar * turn + dice.between(0, 0.5)))
        ink = inks.accent if bar == loud else inks.main
        x, y = bar * width + width * 0.18, 200 - height / 2
        shapes.append(box(x, y, width * 0.64, height, ink, round_by=width * 0.32))
    return shapes


def keys(dice: Dice, inks: Inks) -> list[str]:
    """A keyboard from above, a chord held down on it."""
    whites = dice.whole(7, 9)
    width = WIDTH / whites
    chord = dice.whole(0, whites - 5)
    start = dice.whole(0, 6)
    long, short = dice.between(350, 385), dice.between(215, 255)
    shapes = [
        box(n * width + 3, -10, width - 6, long, _key_ink(n - chord, inks), round_by=8)
        for n in range(whites)
    ]
    for n in range(1, whites):
        if (n + start) % 7 not in {0, 3}:  # where two white keys meet without a black one
            shapes.append(box(n * width - width * 0.29, -10, width * 0.58, short, inks.ground))
    return shapes


def _key_ink(place: int, inks: Inks) -> str:
    return inks.accent if place in {0, 2, 4} else inks.main


def horns(dice: Dice, inks: Inks) -> list[str]:
    """Bells of brass, one before another."""
    side = 1 if dice.yes() else -1
    gap = dice.between(118, 142)
    shapes = []
    for n in range(4):
        x = 300 + side * (n - 1.5) * gap
        size = dice.between(118, 150)
        ink = inks.accent if n == 2 else inks.main
        shapes.append(circle(x, 200, size, inks.ground))
        shapes.extend(ring(x, 200, size * part, ink, size * 0.13) for part in (0.9, 0.6, 0.3))
    return shapes


MOTIFS = (rings, keys, beams, waves, halftone, horns, levels)
