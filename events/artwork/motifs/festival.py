"""Festivals: a field of flags, lines of bunting, tents."""

from events.artwork.dice import Dice
from events.artwork.palettes import Inks
from events.artwork.shapes import area, box, line, number, polygon


def flags(dice: Dice, inks: Inks) -> list[str]:
    """Flags on poles, near ones large, all in one wind."""
    wind = 1 if dice.yes() else -1
    shapes = []
    for row, (count, size, foot) in enumerate(((9, 30, 230), (6, 46, 320), (4, 66, 420))):
        for n in range(count):
            x = 600 * (n + 0.5 + dice.between(-0.22, 0.22)) / count
            top = foot - size * dice.between(2.6, 3.4)
            ink = inks.accent if (n + row) % 3 == 0 else inks.main
            shapes.append(
                line(f"M{number(x)} {number(foot)}V{number(top)}", inks.main, size * 0.09)
            )
            tip = (x + wind * size * 1.25, top + size * dice.between(0.3, 0.55))
            shapes.append(polygon([(x, top), tip, (x, top + size * 0.8)], ink))
    return shapes


def bunting(dice: Dice, inks: Inks) -> list[str]:
    """Strings of pennants across the sky."""
    shapes = []
    for string in range(4):
        y = 20 + string * 95 + dice.between(-12, 12)
        sag = dice.between(34, 70)
        count = dice.whole(7, 9)
        shapes.append(
            line(f"M-10 {number(y)}Q300 {number(y + 2 * sag)} 610 {number(y)}", inks.main, 4)
        )
        for n in range(count):
            part = (n + 0.5) / count
            x, top = 600 * part, y + 4 * sag * part * (1 - part)
            half = 600 / count * 0.34
            ink = inks.accent if (n + string) % 3 == 0 else inks.main
            shapes.append(polygon([(x - half, top), (x + half, top), (x, top + half * 2.1)], ink))
    return shapes


def tents(dice: Dice, inks: Inks) -> list[str]:
    """Striped tents in a field."""
    shapes = []
    for n in range(3):
        x = 120 + n * 180 + dice.between(-20, 20)
        half, top = dice.between(85, 120), dice.between(90, 170)
        roof, foot = top + 100, 340
        shapes.append(box(x - half * 0.9, roof, half * 1.8, foot - roof, inks.main))
        for stripe in range(3):
            left = x - half * 0.9 + half * 0.6 * stripe + half * 0.2
            shapes.append(box(left, roof, half * 0.2, foot - roof, inks.ground))
        shapes.append(polygon([(x, top), (x + half, roof), (x - half, roof)], inks.accent))
        shapes.append(line(f"M{number(x)} {number(top)}v-46", inks.accent, 4))
        shapes.append(polygon([(x, top - 46), (x + 40, top - 34), (x, top - 22)], inks.main))
    return [*shapes, area("M-5 405V352Q300 318 605 352V405z", inks.accent)]


MOTIFS = (flags, bunting, tents)
