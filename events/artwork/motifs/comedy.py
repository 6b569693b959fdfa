"""Comedy: one off-beat shape among many that behave."""

from events.artwork.dice import Dice
from events.artwork.palettes import Inks
from events.artwork.shapes import area, box, circle, discs, number, turned


def misfit(dice: Dice, inks: Inks) -> list[str]:
    """Rows of one shape, and the one that will not stand like the others."""
    columns, rows = dice.one_of([(6, 4), (9, 6), (7, 5)])
    step, size = 600 / columns, 600 / columns * dice.between(0.5, 0.66)
    odd = (dice.whole(columns // 3, columns - columns // 3), dice.whole(1, rows - 2))
    as_discs, tilt = dice.yes(), dice.between(18, 52)
    down = (400 - rows * step) / 2
    places = [
        ((column + 0.5) * step, down + (row + 0.5) * step)
        for row in range(rows)
        for column in range(columns)
        if (column, row) != odd
    ]
    many = discs([(x, y, size / 2) for x, y in places], inks.main)
    if not as_discs:
        side = number(size)
        corners = [f"M{number(x - size / 2)} {number(y - size / 2)}" for x, y in places]
        many = area("".join(f"{corner}h{side}v{side}h-{side}z" for corner in corners), inks.main)
    x, y = (odd[0] + 0.5) * step, down + (odd[1] + 0.5) * step
    large = size * 1.25
    return [
        many,
        turned(box(x - large / 2, y - large / 2, large, large, inks.accent), tilt, x, y),
    ]


def grin(dice: Dice, inks: Inks) -> list[str]:
    """A smile with nobody attached, slightly crooked."""
    tilt = dice.between(-14, 14)
    width = dice.between(150, 190)
    depth = dice.between(130, 190)
    mouth = area(
        f"M{number(300 - width)} 190H{number(300 + width)}"
        f"A{number(width)} {number(depth)} 0 0 1 {number(300 - width)} 190z",
        inks.main,
    )
    tooth = box(
        300 + dice.between(-90, 50), 190, dice.between(40, 56), dice.between(34, 54), inks.ground
    )
    left, right = dice.between(16, 40), dice.between(16, 40)
    eyes = circle(220, 105, left, inks.accent) + circle(380, 105, right, inks.accent)
    return [turned(mouth + tooth + eyes, tilt, 300, 200)]


def stairs(dice: Dice, inks: Inks) -> list[str]:
    """Steps that fall into place, and a ball that does not."""
    steps = dice.whole(5, 7)
    width = 600 / steps
    rise = 300 / steps
    shapes = [
        box(n * width, 60 + (n + 1) * rise, width + 0.5, 400, inks.main) for n in range(steps)
    ]
    n = dice.whole(1, steps - 3)
    size = dice.between(34, 48)
    ball = circle(
        (n + 0.55) * width, 60 + (n + 1) * rise - size * dice.between(1.4, 2.2), size, inks.accent
    )
    return [*shapes, ball]


MOTIFS = (misfit, grin, stairs)
