"""Double entry: what Stripe holds for us against whom it belongs to. Entries are never changed.

Debits are positive, credits negative. Each movement ("transfer") sums to zero, which the database
tests at commit, and is posted once, which a unique constraint keeps.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Sum

from bookings.models import BookingLine
from payments.models import Dispute, LedgerAccount, LedgerEntry, PaymentAttempt, Refund


@dataclass(frozen=True, slots=True)
class Parts:
    """An amount by whom it belongs to, in minor units."""

    face_minor: int
    fee_minor: int
    tax_minor: int

    @property
    def total_minor(self) -> int:
        """All three together."""
        return self.face_minor + self.fee_minor + self.tax_minor

    def minus(self, other: "Parts") -> "Parts":
        """What is left of each."""
        return Parts(
            self.face_minor - other.face_minor,
            self.fee_minor - other.fee_minor,
            self.tax_minor - other.tax_minor,
        )

    def at_most(self, other: "Parts") -> "Parts":
        """The lesser of each, nothing below zero."""
        return Parts(
            max(0, min(self.face_minor, other.face_minor)),
            max(0, min(self.fee_minor, other.fee_minor)),
            max(0, min(self.tax_minor, other.tax_minor)),
        )


PARTS = """
SELECT coalesce(sum(face_minor), 0), coalesce(sum(fee_minor), 0), coalesce(sum(tax_minor), 0)
FROM bookings_bookingline WHERE booking_id = %s
"""
POST = """
INSERT INTO payments_ledgerentry
    (booking_id, attempt_id, refund_id, transfer, account, amount_minor, currency, at)
SELECT %s, %s, %s, %s, side.account, side.amount, %s, statement_timestamp()
FROM unnest(%s::text[], %s::bigint[]) AS side (account, amount) WHERE side.amount <> 0
"""


def parts_of_booking(booking_id: int) -> Parts:
    """What the booking's lines cost together."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS, [booking_id])
        return Parts(*map(int, cursor.fetchone()))


def parts_of_lines(lines: Iterable[BookingLine]) -> Parts:
    """What these lines cost together."""
    found = list(lines)
    return Parts(
        sum(line.face_minor for line in found),
        sum(line.fee_minor for line in found),
        sum(line.tax_minor for line in found),
    )


def parts_left(attempt: PaymentAttempt) -> Parts:
    """What of a captured attempt no refund has taken, none is about to take, and no bank has."""
    captured = parts_of_booking(attempt.booking_id)
    return captured.minus(parts_given_back(attempt.pk)).minus(_parts_lost(attempt.pk))


def _parts_lost(attempt_id: int) -> Parts:
    """What lost disputes took of each."""
    entries = LedgerEntry.objects.filter(
        attempt_id=attempt_id, transfer__startswith="dispute:", transfer__endswith=":lost"
    )
    sums = dict(entries.values_list("account").annotate(Sum("amount_minor")))
    accounts = (LedgerAccount.FACE, LedgerAccount.FEE, LedgerAccount.TAX)
    return Parts(*(sums.get(account, 0) for account in accounts))


def parts_given_back(attempt_id: int) -> Parts:
    """What refunds of this attempt have taken or are about to take, failed ones left out."""
    sums = (
        Refund.objects.filter(attempt_id=attempt_id)
        .exclude(status=Refund.Status.FAILED)
        .aggregate(
            face=Sum("face_minor", default=0),
            fee=Sum("fee_minor", default=0),
            tax=Sum("tax_minor", default=0),
        )
    )
    return Parts(sums["face"], sums["fee"], sums["tax"])


def post_capture(attempt: PaymentAttempt) -> None:
    """Money came in: Stripe owes it to us, we owe it to promoter, ourselves and the taxman."""
    _post(
        transfer=f"capture:{attempt.pk}",
        attempt=attempt,
        parts=parts_of_booking(attempt.booking_id),
        sign=1,
        refund=None,
    )


def post_refund(refund: Refund, attempt: PaymentAttempt) -> None:
    """Money went back: the same entries the other way round, for the part refunded."""
    _post(
        transfer=f"refund:{refund.pk}",
        attempt=attempt,
        parts=Parts(refund.face_minor, refund.fee_minor, refund.tax_minor),
        sign=-1,
        refund=refund,
    )


def post_refund_returned(refund: Refund, attempt: PaymentAttempt) -> None:
    """A refund that had gone out came back from the buyer's bank: the money is with Stripe."""
    _post(
        transfer=f"refund:{refund.pk}:returned",
        attempt=attempt,
        parts=Parts(refund.face_minor, refund.fee_minor, refund.tax_minor),
        sign=1,
        refund=refund,
    )


def post_dispute_opened(dispute: Dispute, attempt: PaymentAttempt) -> None:
    """A bank took the money back until it has decided."""
    amounts = {LedgerAccount.STRIPE: -dispute.amount_minor}
    amounts[LedgerAccount.DISPUTED] = dispute.amount_minor
    _post_amounts(amounts, transfer=f"dispute:{dispute.pk}:opened", attempt=attempt)


def post_dispute_won(dispute: Dispute, attempt: PaymentAttempt) -> None:
    """It decided for us: the money is with Stripe again."""
    amounts = {LedgerAccount.STRIPE: dispute.amount_minor}
    amounts[LedgerAccount.DISPUTED] = -dispute.amount_minor
    _post_amounts(amounts, transfer=f"dispute:{dispute.pk}:won", attempt=attempt)


def post_dispute_lost(dispute: Dispute, attempt: PaymentAttempt, parts: Parts) -> None:
    """It decided against us: the sale is undone by these parts, which sum to the amount."""
    amounts = {
        LedgerAccount.DISPUTED: -dispute.amount_minor,
        LedgerAccount.FACE: parts.face_minor,
        LedgerAccount.FEE: parts.fee_minor,
        LedgerAccount.TAX: parts.tax_minor,
    }
    _post_amounts(amounts, transfer=f"dispute:{dispute.pk}:lost", attempt=attempt)


def _post(
    *, transfer: str, attempt: PaymentAttempt, parts: Parts, sign: int, refund: Refund | None
) -> None:
    amounts = {
        LedgerAccount.STRIPE: parts.total_minor * sign,
        LedgerAccount.FACE: -parts.face_minor * sign,
        LedgerAccount.FEE: -parts.fee_minor * sign,
        LedgerAccount.TAX: -parts.tax_minor * sign,
    }
    _post_amounts(amounts, transfer=transfer, attempt=attempt, refund=refund)


def _post_amounts(
    amounts: Mapping[LedgerAccount, int],
    *,
    transfer: str,
    attempt: PaymentAttempt,
    refund: Refund | None = None,
) -> None:
    refund_id = refund.pk if refund else None
    row = [attempt.booking_id, attempt.pk, refund_id, transfer, attempt.currency]
    with connection.cursor() as cursor:
        cursor.execute(POST, [*row, list(amounts), list(amounts.values())])
