"""Everything else: rows of seats around a stage, quarter-circle tiles."""

import math

from events.artwork.dice import Dice
from events.artwork.palettes import Inks
from events.artwork.shapes import area, discs, number


def house(dice: Dice, inks: Inks) -> list[str]:
    """The house from above: arcs of seats, one of them yours."""
    x, y = dice.between(270, 330), dice.between(360, 410)
    rows, size = dice.whole(4, 5), dice.between(11, 14)
    yours = (dice.whole(1, rows - 2), dice.whole(4, 8))
    stage = area(f"M{number(x - 70)} {number(y)}a70 70 0 0 1 140 0z", inks.main)
    taken, mine = [], []
    for row in range(rows):
        radius = 125 + row * 58
        seats = int(radius * 2.6 / 46)
        for seat in range(seats):
            turn = math.pi * (1.09 + 0.82 * seat / (seats - 1))
            across, down = x + radius * math.cos(turn), y + radius * math.sin(turn)
            if (row, seat) == yours:
                mine.append((across, down, size * 1.5))
            else:
                taken.append((across, down, size))
    return [stage, discs(taken, inks.main), discs(mine, inks.accent)]


def tiles(dice: Dice, inks: Inks) -> list[str]:
    """Quarter circles, each turned by a throw."""
    shapes = []
    for row in range(4):
        for column in range(6):
            x, y = column * 100, row * 100
            sweep = dice.one_of(("", "", "accent"))
            ink = inks.accent if sweep else inks.main
            shapes.append(area(_quarter(x, y, dice.whole(0, 4)), ink))
    return shapes


def _quarter(x: int, y: int, turn: int) -> str:
    return (
        f"M{x} {y}h100a100 100 0 0 1 -100 100z",
        f"M{x + 100} {y}v100a100 100 0 0 1 -100 -100z",
        f"M{x + 100} {y + 100}h-100a100 100 0 0 1 100 -100z",
        f"M{x} {y + 100}v-100a100 100 0 0 1 100 100z",
        f"M{x} {y + 50}a50 50 0 0 1 100 0a50 50 0 0 1 -100 0z",
    )[turn]


MOTIFS = (house, tiles)
