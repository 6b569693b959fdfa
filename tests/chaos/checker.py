"""Compares three accounts of one run: the buyers' history, the database, the sandbox's ledger.

Pure functions over plain rows, so that each rule can be shown to find what it is there for.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.history import Fault, Operation

PAYS = frozenset({"confirm", "buy"})
ENDS = frozenset({"confirmed", "expired", "cancelled", "refunded", "needs_attention"})
KEPT = frozenset({"confirmed", "needs_attention"})
FOREVER = float("inf")
RIGHT_AFTER_S = 2.0
LONG_FAULT_S = 30.0
SETTLED_WITHIN_S = 120.0  # R6


@dataclass(frozen=True)
class BookingRow:
    """A booking as the database has it when all is over."""

    reference: str
    user: int
    status: str
    total: int
    tickets: tuple[int, ...]
    admissions: int  # those that open the door


@dataclass
class AtStripe:
    """What the outside witness knows of one booking. Minor units."""

    received: int = 0
    refunded: int = 0
    blocked: int = 0
    paid_intents: list[str] = field(default_factory=list)


def money_at_stripe(ledger: Mapping[str, Any], *, site: str) -> dict[str, AtStripe]:
    """The ledger of the sandbox by our booking references."""
    found: dict[str, AtStripe] = defaultdict(AtStripe)
    for payment in ledger["payments"]:
        metadata = payment["metadata"]
        if metadata.get("site") != site:
            continue
        booking = found[metadata.get("booking", "")]
        booking.received += payment["amount_received"]
        booking.refunded += payment["amount_refunded"]
        booking.blocked += payment["amount_capturable"]
        if payment["amount_received"]:
            booking.paid_intents.append(payment["id"])
    return dict(found)


def findings(
    operations: Iterable[Operation],
    bookings: Iterable[BookingRow],
    stripe: Mapping[str, AtStripe],
) -> list[str]:
    """A sentence for each thing that does not fit; none is what a run must end with."""
    history = list(operations)
    rows = {booking.reference: booking for booking in bookings}
    told = {operation.reference for operation in history if operation.reference}
    stories: dict[int, list[Operation]] = defaultdict(list)
    for operation in history:
        stories[operation.user].append(operation)
    return [
        *_unknown(told, rows, stripe),
        *(said for row in rows.values() for said in _of_booking(row, stripe)),
        *(said for row in rows.values() for said in _of_story(row, stories[row.user])),
        *_double_ownership(rows.values()),
        *_overlaps(history),
    ]


def _unknown(
    told: set[str],
    rows: Mapping[str, BookingRow],
    stripe: Mapping[str, AtStripe],
) -> Iterator[str]:
    """Bookings that buyers or Stripe know and the database does not."""
    for reference in told - rows.keys():
        yield f"{reference}: told to a buyer, and no such booking exists"
    for reference in stripe.keys() - rows.keys():
        yield f"{reference or '(none)'}: Stripe has a payment for it, and no such booking exists"


def _of_booking(row: BookingRow, stripe: Mapping[str, AtStripe]) -> Iterator[str]:
    """Whether its state, its admissions and its money say the same."""
    money = stripe.get(row.reference, AtStripe())
    kept = money.received - money.refunded
    if row.status not in ENDS:
        yield f"{row.reference}: is {row.status}, which is no end"
    if row.status == "confirmed" and row.admissions != len(row.tickets):
        yield f"{row.reference}: confirmed with {row.admissions} of {len(row.tickets)} admissions"
    if row.status == "confirmed" and kept != row.total:
        yield f"{row.reference}: confirmed for {row.total}, and Stripe keeps {kept}"
    if row.status not in KEPT:
        if row.admissions:
            yield f"{row.reference}: {row.status} with {row.admissions} live admissions"
        if kept or money.blocked:
            yield f"{row.reference}: {row.status}, and Stripe has {kept} + {money.blocked} blocked"
    if row.status == "needs_attention" and kept not in {0, row.total}:
        yield f"{row.reference}: for staff, and Stripe keeps {kept} of {row.total}"
    if len(money.paid_intents) > 1:
        yield f"{row.reference}: charged {len(money.paid_intents)} times"


def _of_story(row: BookingRow, story: list[Operation]) -> Iterator[str]:
    """Whether what the buyer was told came true. Each buyer makes one booking."""
    outcomes = [one.outcome for one in story if one.kind in PAYS]
    asked_back = any(one.kind == "refund" for one in story)
    if "ok" in outcomes and row.status not in KEPT and not asked_back:
        yield f"{row.reference}: the buyer was told it is theirs, and it is {row.status}"
    if outcomes and set(outcomes) == {"fail"} and row.status == "confirmed":
        yield f"{row.reference}: the buyer was told it failed, and it was sold"
    refunds = {one.outcome for one in story if one.kind == "refund"}
    if "ok" in refunds and row.status != "refunded":
        yield f"{row.reference}: the buyer was told it is refunded, and it is {row.status}"


def _double_ownership(rows: Iterable[BookingRow]) -> Iterator[str]:
    """Two bookings that end with the same ticket."""
    owners: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if row.status in KEPT:
            for ticket in row.tickets:
                owners[ticket].append(row.reference)
    for ticket, references in owners.items():
        if len(references) > 1:
            yield f"ticket {ticket}: belongs to {' and '.join(sorted(references))}"


@dataclass(frozen=True)
class Ownership:
    """A time in which a ticket was certainly one booking's, by what its buyer was told."""

    ticket: int
    booking: str
    since: float
    until: float


def ownerships(history: Iterable[Operation]) -> list[Ownership]:
    """From each answer that gave tickets, to the earliest moment at which they may have gone."""
    given: dict[str, Operation] = {}
    until: dict[str, float] = {}
    asked_back: dict[str, float] = {}
    for one in history:
        if one.kind in {"reserve", "buy"} and one.reference and one.held_until is not None:
            given[one.reference] = one
            until[one.reference] = max(until.get(one.reference, 0), one.held_until)
        if one.kind in PAYS and one.outcome == "ok":
            given.setdefault(one.reference, one)
            until[one.reference] = FOREVER
        if one.kind in {"release", "refund"}:
            first = asked_back.get(one.reference, FOREVER)
            asked_back[one.reference] = min(first, one.invoked_at)
    return [
        Ownership(ticket, reference, float(one.ended_at or FOREVER), end)
        for reference, one in given.items()
        for ticket in one.tickets
        if (end := min(until[reference], asked_back.get(reference, FOREVER)))
        > (one.ended_at or FOREVER)
    ]


def _overlaps(history: Iterable[Operation]) -> Iterator[str]:
    """A ticket that was certainly two bookings' at the same moment."""
    by_ticket: dict[int, list[Ownership]] = defaultdict(list)
    for ownership in ownerships(history):
        by_ticket[ownership.ticket].append(ownership)
    for ticket, times in by_ticket.items():
        times.sort(key=lambda one: one.since)
        last = times[0]
        for one in times[1:]:
            if one.since < last.until and one.booking != last.booking:
                shared = min(one.until, last.until) - one.since
                yield f"ticket {ticket}: {last.booking}'s and {one.booking}'s for {shared:.2f} s"
            last = max(last, one, key=lambda owned: owned.until)


def stray_errors(history: Iterable[Operation], faults: Iterable[Fault]) -> list[float]:
    """When the site answered 500 with nothing broken: not during a fault nor right after it."""
    broken = list(faults)
    return sorted(
        at
        for one in history
        for at in one.errors_at
        if not any(fault.since <= at <= fault.until + RIGHT_AFTER_S for fault in broken)
    )


def last_words(history: Iterable[Operation], faults: Iterable[Fault]) -> dict[int, float]:
    """When each buyer was last told something, by user.

    Who spoke during a fault of minutes, or so shortly before it that the site had no time left,
    counts as having spoken when it ended: nothing can end while Stripe is away.
    """
    words: dict[int, float] = {}
    for one in history:
        words[one.user] = max(words.get(one.user, 0), one.ended_at or one.invoked_at)
    for fault in sorted(faults, key=lambda fault: fault.since):
        if fault.until - fault.since >= LONG_FAULT_S:
            for user, at in words.items():
                if fault.since - SETTLED_WITHIN_S <= at <= fault.until:
                    words[user] = fault.until
    return words
