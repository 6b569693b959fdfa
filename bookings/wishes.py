"""What a fan asks for who leaves the choice to us."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How many places of which event, where, at most how dear (minor units, all-in)."""

    event_id: int
    quantity: int
    section_id: int | None = None
    max_price_minor: int | None = None
    accessible: bool = False
    access_code: str = ""
    waiting_room_pass: str = ""
