"""Maps of the demo's smaller rooms; the larger ones are in `events.maps`."""

from functools import partial

from events.maps.arena import arena_for_concerts, arena_for_games
from events.maps.club import club, standing_floors
from events.maps.geometry import rectangle
from events.maps.plans import LayoutPlan
from events.maps.rows import rows_and_numbers
from events.maps.theatre import theatre

__all__ = [
    "arena_for_concerts",
    "arena_for_games",
    "club",
    "concert_hall",
    "floors",
    "playhouse",
    "small_room",
    "theatre",
]


def concert_hall() -> LayoutPlan:
    """Exactly 2,000 seats: parterre 1,200 and balcony 800."""
    parterre = rows_and_numbers(
        name="Parterre",
        level="Parterre",
        rows="A-H, J-Z, AA-AE",
        seats_per_row=40,
        aisles_after=(12, 28),
        curve=0.5,
        accessible_rows=("P", "AE"),
        top_centre=(0.0, 130.0),
    )
    balcony = rows_and_numbers(
        name="Balcony",
        level="Balcony",
        rows="1-20",
        seats_per_row=40,
        aisles_after=(12, 28),
        curve=0.5,
        accessible_rows=("1",),
        top_centre=(0.0, 580.0),
    )
    stage = rectangle(-170.0, 0.0, 170.0, 80.0)
    return LayoutPlan(stage_label="Stage", stage=stage, sections=(parterre, balcony))


def playhouse() -> LayoutPlan:
    """480 seats: stalls 360 and gallery 120."""
    stalls = rows_and_numbers(
        name="Stalls",
        level="Stalls",
        rows="A-H, J-P",
        seats_per_row=24,
        aisles_after=(6, 18),
        curve=0.4,
        accessible_rows=("P",),
        top_centre=(0.0, 110.0),
    )
    gallery = rows_and_numbers(
        name="Gallery",
        level="Gallery",
        rows="A-E",
        seats_per_row=24,
        aisles_after=(12,),
        curve=0.4,
        top_centre=(0.0, 360.0),
    )
    stage = rectangle(-110.0, 0.0, 110.0, 60.0)
    return LayoutPlan(stage_label="Stage", stage=stage, sections=(stalls, gallery))


def small_room() -> LayoutPlan:
    """96 seats in eight rows of twelve."""
    room = rows_and_numbers(
        name="Room",
        level="Room",
        rows="A-H",
        seats_per_row=12,
        aisles_after=(6,),
        accessible_rows=("A",),
        top_centre=(0.0, 70.0),
    )
    stage = rectangle(-40.0, 0.0, 40.0, 35.0)
    return LayoutPlan(stage_label="Stage", stage=stage, sections=(room,))


def floors(*named: tuple[str, int]) -> "partial[LayoutPlan]":
    """A maker of standing floors by (name, places)."""
    return partial(standing_floors, floors=named)
