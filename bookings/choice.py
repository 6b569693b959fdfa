"""What a fan chose on the seats page, read from its form: seats by id, or places by number.

The same words stand in the address before sign-in and in the form after it, so that a choice
survives the way through sign-in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import QueryDict

from bookings.best_available import hold_best_available
from bookings.claims import Buyer
from bookings.holds import hold_tickets
from bookings.models import Booking
from bookings.wishes import Wish
from ticketmaster.core.errors import InvalidInput
from ticketmaster.core.ids import LARGEST_ID

STANDING = "standing-"
TICKET = "ticket"
DIGITS = 19


@dataclass(frozen=True, slots=True)
class Choice:
    """Either ticket ids, or a wish for places; with the access code of a presale."""

    ticket_ids: tuple[int, ...]
    wish: Wish | None
    access_code: str

    @property
    def quantity(self) -> int:
        """How many tickets."""
        return self.wish.quantity if self.wish else len(self.ticket_ids)

    def fields(self) -> list[tuple[str, str]]:
        """The choice as form fields."""
        found = [(TICKET, str(ticket_id)) for ticket_id in self.ticket_ids]
        if self.wish is not None:
            found += _wish_fields(self.wish)
        if self.access_code:
            found.append(("access_code", self.access_code))
        return found

    def hold(self, buyer: Buyer, *, waiting_room_pass: str = "") -> Booking:
        """Hold what was chosen. Refusals as `hold_tickets` and `hold_best_available`."""
        if self.wish is not None:
            wish = replace(self.wish, waiting_room_pass=waiting_room_pass)
            return hold_best_available(user=buyer, wish=wish)
        return hold_tickets(
            user=buyer,
            ticket_ids=list(self.ticket_ids),
            access_code=self.access_code,
            waiting_room_pass=waiting_room_pass,
        )


def _wish_fields(wish: Wish) -> list[tuple[str, str]]:
    found = [("quantity", str(wish.quantity))]
    if wish.section_id is not None:
        found.append(("section", str(wish.section_id)))
    if wish.max_price_minor is not None:
        found.append(("max_price", str(wish.max_price_minor)))
    if wish.accessible:
        found.append(("accessible", "1"))
    return found


def choice_from(query: QueryDict, *, event_id: int) -> Choice:
    """The choice in a form. Raises InvalidInput for none, for too many, or for two ways at once."""
    access_code = query.get("access_code", "")[:60].replace("\x00", "")
    tickets = [_number(value, TICKET) for value in query.getlist(TICKET)]
    places = _standing_places(query)
    if len(places) + bool(tickets) > 1:
        raise InvalidInput("Please hold seats and standing places one after the other.")
    if tickets:
        if len(tickets) > settings.MAX_TICKETS_PER_REQUEST:
            raise InvalidInput("That is more than 50 tickets.")
        return Choice(tuple(dict.fromkeys(tickets)), None, access_code)
    wish = _wish(query, places, event_id, access_code)
    return Choice((), wish, access_code)


def _standing_places(query: QueryDict) -> dict[int, int]:
    """Section id to number of places, those of zero left out."""
    asked = {
        _number(name.removeprefix(STANDING), "section"): _number(query.get(name) or "0", name)
        for name in query
        if name.startswith(STANDING)
    }
    return {section_id: count for section_id, count in asked.items() if count}


def _wish(
    query: Mapping[str, Any], places: Mapping[int, int], event_id: int, access_code: str
) -> Wish:
    if places:
        [(section_id, quantity)] = places.items()
        return Wish(
            event_id=event_id,
            quantity=quantity,
            section_id=section_id,
            access_code=access_code,
        )
    if not query.get("quantity"):
        raise InvalidInput("Choose at least one seat or place first.")
    return Wish(
        event_id=event_id,
        quantity=_number(query["quantity"], "quantity"),
        section_id=_number(query["section"], "section") if query.get("section") else None,
        max_price_minor=_number(query["max_price"], "max_price")
        if query.get("max_price")
        else None,
        accessible=bool(query.get("accessible")),
        access_code=access_code,
    )


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS) or int(text) > LARGEST_ID:
        raise InvalidInput("That choice could not be understood.", attr=name)
    return int(text)
