"""How much goes back, and the row that says so before Stripe is asked.

All of it inside a transaction, after the locks of event, booking and tickets; each locks the
attempt, so that what is left is read after every other refund of it has been written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum

from bookings.models import BookingLine
from payments import ledger
from payments.errors import NothingToRefund, RefundNotAllowed
from payments.ledger import Parts
from payments.locks import lock_attempt
from payments.models import Dispute, PaymentAttempt, Refund
from ticketmaster.core import audit

Kind = Refund.Kind
# Money that went back while the tickets stayed with the buyer.
TICKETS_STAY = (Kind.GOODWILL, Kind.OUTSIDE)
LONGEST_REASON = 120


@dataclass(frozen=True, slots=True)
class RefundSum:
    """What goes back by its parts, and by how much the tickets were worth more."""

    parts: Parts
    kept_minor: int


def refund_sum(lines: Sequence[BookingLine], *, left: Parts, keeps_fees: bool) -> RefundSum:
    """What these tickets bring back: never more of a part than is left of it."""
    worth = ledger.parts_of_lines(lines)
    due = Parts(worth.face_minor, 0 if keeps_fees else worth.fee_minor, worth.tax_minor)
    parts = due.at_most(left)
    return RefundSum(parts, worth.total_minor - parts.total_minor)


def rightly_kept(attempt_id: int) -> int:
    """By how much tickets taken back were worth more than went back for them, goodwill included.

    It is what stays of the payment once no ticket is left.
    """
    counted = Refund.objects.filter(attempt=attempt_id).exclude(status=Refund.Status.FAILED)
    sums = counted.aggregate(
        kept=Sum("kept_minor", default=0),
        goodwill=Sum("amount_minor", filter=Q(kind__in=TICKETS_STAY), default=0),
    )
    return int(sums["kept"] - sums["goodwill"])


def plan_ticket_refund(
    attempt_id: int,
    lines: Sequence[BookingLine],
    *,
    kind: str = Kind.TICKETS,
    keeps_fees: bool = False,
    reason: str = "",
    actor_id: int | None = None,
) -> Refund | None:
    """A refund for these tickets; None when nothing of what they cost is left.

    Raises NothingToRefund where nothing was captured, RefundNotAllowed while a bank disputes it.
    """
    attempt = _captured(attempt_id)
    found = refund_sum(lines, left=ledger.parts_left(attempt), keeps_fees=keeps_fees)
    if not found.parts.total_minor:
        return None
    return _write(
        attempt,
        found.parts,
        kind=kind,
        kept_minor=found.kept_minor,
        lines=lines,
        reason=reason,
        actor_id=actor_id,
    )


def plan_whole_refund(
    attempt_id: int, *, reason: str, actor_id: int | None = None
) -> Refund | None:
    """A refund of all that is left of a captured attempt that bought nothing; None for nothing."""
    attempt = _captured(attempt_id)
    left = ledger.parts_left(attempt)
    if left.total_minor <= 0:
        return None
    return _write(attempt, left, kind=Kind.TICKETS, reason=reason, actor_id=actor_id)


def plan_goodwill(
    attempt_id: int, *, amount_minor: int, reason: str, actor_id: int | None
) -> Refund:
    """A refund of an amount while the tickets stay valid: from face, then tax, then fee.

    Raises RefundNotAllowed for more than is left, NothingToRefund.
    """
    attempt = _captured(attempt_id)
    left = ledger.parts_left(attempt)
    if not 0 < amount_minor <= left.total_minor:
        raise RefundNotAllowed(
            "That is more than is left of this payment.", left_minor=left.total_minor
        )
    parts = split(amount_minor, left)
    return _write(attempt, parts, kind=Kind.GOODWILL, reason=reason, actor_id=actor_id)


def plan_again(refund: Refund, *, actor_id: int | None) -> Refund:
    """The same refund under a new key, because this one failed; less where less is left by now.

    Raises NothingToRefund when all of it has gone back another way.
    """
    attempt = _captured(refund.attempt_id)
    wanted = Parts(refund.face_minor, refund.fee_minor, refund.tax_minor)
    parts = wanted.at_most(ledger.parts_left(attempt))
    if not parts.total_minor:
        raise NothingToRefund
    return _write(
        attempt,
        parts,
        kind=refund.kind,
        kept_minor=refund.kept_minor + wanted.total_minor - parts.total_minor,
        lines=list(refund.lines.all()),
        reason=refund.reason,
        actor_id=actor_id,
        retry_of=refund,
    )


def split(amount_minor: int, left: Parts) -> Parts:
    """The amount taken from what is left: face price first, then tax, then fee."""
    face = min(amount_minor, left.face_minor)
    tax = min(amount_minor - face, left.tax_minor)
    return Parts(face, amount_minor - face - tax, tax)


def _captured(attempt_id: int) -> PaymentAttempt:
    attempt = lock_attempt(attempt_id)
    if attempt.captured_at is None:
        raise NothingToRefund
    if attempt.disputes.filter(status=Dispute.Status.OPEN).exists():
        raise RefundNotAllowed("A bank disputes this payment: it has the money until it decides.")
    return attempt


def _write(
    attempt: PaymentAttempt,
    parts: Parts,
    *,
    kind: str,
    kept_minor: int = 0,
    lines: Sequence[BookingLine] = (),
    reason: str,
    actor_id: int | None,
    retry_of: Refund | None = None,
) -> Refund:
    refund = Refund.objects.create(
        attempt=attempt,
        kind=kind,
        amount_minor=parts.total_minor,
        face_minor=parts.face_minor,
        fee_minor=parts.fee_minor,
        tax_minor=parts.tax_minor,
        kept_minor=kept_minor,
        currency=attempt.currency,
        reason=reason[:LONGEST_REASON],
        retry_of=retry_of,
    )
    refund.lines.set(lines)
    audit.record(
        subject="refund",
        subject_id=refund.pk,
        action="refund created",
        after=Refund.Status.CREATED,
        actor_id=actor_id,
        details={"reason": refund.reason, "kind": kind},
    )
    return refund
