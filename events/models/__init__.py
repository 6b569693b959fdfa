"""The catalogue (venues, performers, events) and the inventory (tickets)."""

from events.models.catalogue import (
    Category,
    Event,
    EventPerformer,
    Performer,
    PerformerAlias,
    PerformerFact,
    Segment,
    Venue,
)
from events.models.inventory import Ticket
from events.models.maps import Seat, SeatMap, Section
from events.models.sales import PriceLevel, PriceLevelSection, SaleWindow, SaleWindowPerson

__all__ = [
    "Category",
    "Event",
    "EventPerformer",
    "Performer",
    "PerformerAlias",
    "PerformerFact",
    "PriceLevel",
    "PriceLevelSection",
    "SaleWindow",
    "SaleWindowPerson",
    "Seat",
    "SeatMap",
    "Section",
    "Segment",
    "Ticket",
    "Venue",
]
