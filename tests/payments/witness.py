"""What the rows and Stripe's books say, for tests that compare them after each step."""

from collections import defaultdict
from collections.abc import Collection

from bookings.models import Admission, Booking
from payments.invariants import check_invariants
from tests.sandbox.process import Sandbox
from ticketmaster.core.clock import database_now


def broken() -> dict[str, int | None]:
    """Invariants that do not hold; I6 looks at the store of all tests and is left out."""
    found = {one.name: one.count for one in check_invariants() if one.name != "I6"}
    return {name: count for name, count in found.items() if count}


def owners(seats: Collection[int]) -> dict[int, set[int]]:
    """Which bookings have each seat: by a live admission, a payment, or a hold that lasts."""
    found: dict[int, set[int]] = {seat: set() for seat in seats}
    live = Admission.objects.filter(ticket__in=seats, status__in=["valid", "used"])
    for ticket, booking in live.values_list("ticket_id", "line__booking_id"):
        found[ticket].add(booking)
    held = Booking.objects.live_holds(database_now()).filter(lines__ticket__in=seats)
    for ticket, booking in held.values_list("lines__ticket_id", "pk"):
        if ticket in found:
            found[ticket].add(booking)
    return found


def money_at(
    sandbox: Sandbox, references: Collection[str]
) -> tuple[dict[str, int], dict[str, int]]:
    """What Stripe keeps of each of these bookings, and how often each was charged."""
    money: dict[str, int] = defaultdict(int)
    charged: dict[str, int] = defaultdict(int)
    for payment in sandbox.get("/_sandbox/ledger")["payments"] if references else []:
        reference = payment["metadata"].get("booking")
        if reference in references:
            money[reference] += payment["amount_received"] - payment["amount_refunded"]
            charged[reference] += bool(payment["amount_received"])
    return money, charged
