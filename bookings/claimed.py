"""A ticket that a claim has locked, as the claim and its answer need it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ticket is, in the words of its section and seat, and its turn in the drawing."""

    section: str
    section_position: int
    position: int
    row: str | None
    number: str | None
    accessible: bool | None


@dataclass(frozen=True, slots=True)
class ClaimedTicket:
    """A ticket whose row this transaction has locked, with the price that it has now.

    `place` is known of tickets that were claimed by name, None of others.
    """

    id: int
    section_id: int
    status: str
    reserved_until: datetime | None
    booking_id: int | None
    price_level_id: int
    price_level_name: str
    face_minor: int
    fee_minor: int
    tax_minor: int
    place: Place | None = None

    @property
    def total_minor(self) -> int:
        """What it costs, all in."""
        return self.face_minor + self.fee_minor + self.tax_minor
