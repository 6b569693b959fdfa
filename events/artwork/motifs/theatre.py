"""Theatre: folds of a curtain, a lit doorway, arches of a stage."""

from events.artwork.dice import Dice
from events.artwork.palettes import Inks
from events.artwork.shapes import HEIGHT, WIDTH, area, box, circle, number, polygon


def curtain(dice: Dice, inks: Inks) -> list[str]:
    """A curtain held open on a lit stage."""
    folds = dice.whole(5, 7)
    gap = dice.between(70, 120)
    middle = dice.between(270, 330)
    tie = dice.between(200, 260)
    hung = _hung(inks, middle=middle, gap=gap, tie=tie, folds=folds)
    return [box(0, 0, WIDTH, HEIGHT, inks.accent), *hung, box(0, 352, WIDTH, 48, inks.main)]


def _hung(inks: Inks, *, middle: float, gap: float, tie: float, folds: int) -> list[str]:
    shapes = []
    for side in (-1, 1):
        edge = WIDTH / 2 + side * 320
        span = abs(edge - middle)
        for fold in range(folds):
            ink = inks.ground if fold % 2 else inks.main
            top = middle + side * (8 + span * fold / folds)
            waist = middle + side * (gap + (span - gap) * (0.45 + 0.55 * fold / folds))
            path = (
                f"M{number(top)} -5C{number(top)} {number(tie * 0.6)} {number(waist)} "
                f"{number(tie * 0.7)} {number(waist)} {number(tie)}"
                f"L{number(waist - side * 14)} 405H{number(edge)}V-5z"
            )
            shapes.append(area(path, ink))
    return shapes


def doorway(dice: Dice, inks: Inks) -> list[str]:
    """A door somebody has just opened; the light falls out over the floor."""
    x, width = dice.between(220, 310), dice.between(80, 120)
    height = dice.between(190, 230)
    floor = 290
    throw = dice.between(-150, 150)
    spill = [(x, floor), (x + width, floor), (x + width + 90 + throw, 400), (x - 90 + throw, 400)]
    leaf = dice.between(40, 64)
    door = [
        (x + width, floor - height),
        (x + width + leaf, floor - height + 22),
        (x + width + leaf, floor + 34),
        (x + width, floor),
    ]
    return [
        box(0, floor, WIDTH, HEIGHT - floor, inks.accent),
        box(x, floor - height, width, height, inks.main),
        polygon(spill, inks.main),
        polygon(door, inks.accent),
    ]


def arches(dice: Dice, inks: Inks) -> list[str]:
    """One proscenium behind another, down to a single lamp."""
    count = dice.whole(4, 6)
    middle = dice.between(270, 330)
    shapes = []
    for n in range(count):
        half = 290 - n * 240 / count
        top = 20 + n * 250 / count
        ink = (inks.main, inks.ground)[n % 2]
        path = (
            f"M{number(middle - half)} 405V{number(top + half * 0.8)}"
            f"A{number(half)} {number(half * 0.8)} 0 0 1 {number(middle + half)} "
            f"{number(top + half * 0.8)}V405z"
        )
        shapes.append(area(path, ink))
    return [*shapes, circle(middle, dice.between(330, 352), 26, inks.accent)]


def spotlight(dice: Dice, inks: Inks) -> list[str]:
    """One light on an empty stage, and one chair-high figure's shadow."""
    lamp, foot = dice.between(120, 480), dice.between(250, 350)
    spread = dice.between(110, 150)
    cone = [(lamp - 12, -5), (lamp + 12, -5), (foot + spread, 322), (foot - spread, 322)]
    oval = (
        f"M{number(foot - spread)} 322a{number(spread)} 34 0 0 0 {number(2 * spread)} 0"
        f"a{number(spread)} 34 0 0 0 {number(-2 * spread)} 0"
    )
    tall = dice.between(100, 130)
    figure = f"M{number(foot - 24)} 326v{number(-tall)}a24 24 0 0 1 48 0v{number(tall)}z"
    return [
        polygon(cone, inks.main),
        area(oval, inks.main),
        area(figure, inks.accent),
        circle(foot, 326 - tall - 44, 20, inks.accent),
    ]


MOTIFS = (curtain, doorway, arches, spotlight)
