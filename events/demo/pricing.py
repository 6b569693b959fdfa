"""Prices for the maps that most of the demo's houses have, in minor units of their currency."""

from events.demo.shapes import Price

FEE_PERCENT, TAX_PERCENT = 8, 5


def fan(centre: int, sides: int) -> tuple[Price, ...]:
    """For the eight blocks of a fan: the four in the middle, and those beside them."""
    middle = ("Stalls 3", "Stalls 4", "Stalls 5", "Stalls 6")
    return _priced("Centre", centre, middle), _priced("Sides", sides)


def bowl(sides: int, ends: int) -> tuple[Price, ...]:
    """For a ring of seats: along the pitch or stage, and at its ends."""
    return _priced("Along the sides", sides, ("Lower tier, sides",)), _priced("Ends", ends)


def one(face: int) -> tuple[Price, ...]:
    """The same everywhere."""
    return (_priced("Everybody", face),)


def _priced(name: str, face: int, where: tuple[str, ...] = ()) -> Price:
    return Price(name, face, face * FEE_PERCENT // 100, face * TAX_PERCENT // 100, where)
