"""What the catalogue and the inventory refuse."""

from http import HTTPStatus

from ticketmaster.core.errors import DomainError


class WrongEventStatus(DomainError):
    """The event has moved on, or is not yet where it must be; `data` has its `status`."""

    code = "wrong_event_status"
    message = "The event's status does not allow that."


class NothingToSell(DomainError):
    """There is no seat map, or no place on it."""

    code = "nothing_to_sell"
    message = "This event has no places to sell: draw its seat map first."


class SectionsWithoutPrice(DomainError):
    """Some section has no price level at this event; `data` has the `sections` by name."""

    code = "sections_without_price"
    message = "Every section needs a price level before tickets go on sale."


class SeatMapFrozen(DomainError):
    """An event uses this version of the map: its drawing never changes again."""

    code = "seat_map_frozen"
    message = "This version of the map is in use and cannot change. Make a new version."


class InvalidLayout(DomainError):
    """Rows, numbers or aisles that cannot be drawn."""

    code = "invalid_layout"
    message = "That layout cannot be drawn."
    status = HTTPStatus.BAD_REQUEST


class TicketsNotBlockable(DomainError):
    """Somebody holds or owns one of them; `data` has their `ticket_ids`."""

    code = "tickets_not_blockable"
    message = "Some of these tickets are held, sold or blocked already. Nothing was changed."


class TicketsNotBlocked(DomainError):
    """One of them is not blocked; `data` has their `ticket_ids`."""

    code = "tickets_not_blocked"
    message = "Some of these tickets are not blocked. Nothing was changed."
