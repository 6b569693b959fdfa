"""What every test of refunds asks afterwards: the sums, the ledger's accounts, the invariants."""

from typing import Any

from django.db.models import Sum

from bookings.models import Booking
from events.models import Ticket
from payments.invariants import QUERIES, check_invariants
from payments.models import LedgerEntry, Refund
from tests.payments.helpers import admissions, attempt_of, status_of
from tests.sandbox.process import Sandbox

PARTS = ("amount_minor", "face_minor", "fee_minor", "tax_minor", "kept_minor")


def parts(refund: Refund) -> tuple[int, ...]:
    """The refund's sum, its face, fee and tax, and what was kept, in minor units."""
    return tuple(getattr(refund, name) for name in PARTS)


def returned_each(sandbox: Sandbox, booking: Booking) -> list[int]:
    """The sum of each refund of it at Stripe."""
    found = sandbox.get(f"/v1/refunds?payment_intent={attempt_of(booking).intent_id}")["data"]
    return [refund["amount"] for refund in found]


def returned(sandbox: Sandbox, booking: Booking) -> int:
    """What has gone back at Stripe in all."""
    return sum(returned_each(sandbox, booking))


def accounts_of(booking: Booking) -> dict[str, int]:
    """The booking's balance by account; accounts at zero are left out."""
    sums = (
        LedgerEntry.objects.filter(booking=booking)
        .order_by()
        .values_list("account")
        .annotate(Sum("amount_minor"))
    )
    return {account: total for account, total in sums if total}


def broken() -> dict[str, int]:
    """The invariants that do not hold now, with their counts; all are asked, I6 too."""
    found = {finding.name: finding.count for finding in check_invariants()}
    assert set(found) == set(QUERIES)
    return {name: count for name, count in found.items() if count}


def state(booking: Booking) -> tuple[Any, ...]:
    """Everything that a refusal must leave as it is."""
    return (
        status_of(booking),
        admissions(booking),
        list(Refund.objects.values_list("pk", "status")),
        list(Ticket.objects.order_by("pk").values_list("status", "booking")),
        accounts_of(booking),
    )
