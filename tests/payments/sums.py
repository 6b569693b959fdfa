"""What every test of refunds asks afterwards: the ledger's accounts, and the invariants."""

from django.db.models import Sum

from bookings.models import Booking
from payments.invariants import QUERIES, check_invariants
from payments.models import LedgerEntry


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
