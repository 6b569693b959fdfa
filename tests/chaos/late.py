"""R9: money that comes after the seat was sold to somebody else goes back within a minute.

The site itself never frees a seat that can still be paid for, so the seat is taken away by hand,
as a restored backup or a bug might do it.
"""

import time
from collections.abc import Container, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests
from django.db import connections, transaction

from benchmarks.people import Buyer
from bookings import ticket_lock
from bookings.models import Booking
from events.models import Ticket
from payments.models import PaymentAttempt
from tests.chaos.buyers import THREE_D_SECURE, VISA
from tests.chaos.drills import Run
from tests.chaos.settled import patiently

AT_ONCE = 6
BACK_WITHIN_S = 60.0
GIVE_UP_AFTER_S = 90.0
ENDED = ("canceled", "succeeded")


@dataclass(frozen=True)
class Late:
    """A payment whose seats were taken away, and when its bank said yes."""

    reference: str
    at: float


def late_money(run: Run) -> None:
    """Each buyer's seats are sold to a rival while the buyer is on the bank's page."""
    stories = [(run.people.pop(), run.people.pop(), run.seats.pop()) for _ in range(run.scale.late)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(lambda story: _story(run, *story), stories))
    waiting = {one.reference: one.at for one in told if one is not None}
    longest = _watch(run, waiting)
    run.figures.append(
        f"R9 {len(stories)} late payments for seats that were resold:"
        f" all back after {longest:.0f} s at the longest"
    )
    if longest > BACK_WITHIN_S or None in told:
        run.problems.append(run.figures[-1])


def _story(run: Run, buyer: Buyer, rival: Buyer, pair: list[int]) -> Late | None:
    body = {"ticket_ids": pair, "payment_method": THREE_D_SECURE}
    begun = _buy(run, buyer, body)
    if begun.status_code != requests.codes.accepted:
        return None
    waiting = begun.json()
    patiently(lambda: _take_away(waiting["reference"]))
    sold = _buy(run, rival, {**body, "payment_method": VISA})
    page = waiting["next_action"]["redirect_to_url"]["url"]
    requests.post(page, {"outcome": "succeed"}, timeout=20, allow_redirects=False)
    return Late(waiting["reference"], time.time()) if sold.ok else None


def _buy(run: Run, buyer: Buyer, body: dict[str, object]) -> requests.Response:
    operation = run.history.invoke("buy", user=buyer.user.pk)
    answer = requests.post(
        f"{run.place.url}/api/v1/bookings",
        json=body,
        headers={"X-Session-Token": buyer.token},
        timeout=30,
    )
    operation.note(answer.status_code, comes_again="Retry-After" in answer.headers)
    won = answer.status_code == requests.codes.ok
    operation.end("ok" if won else "info", status=answer.status_code)
    return answer


def _take_away(reference: str) -> None:
    """What never happens: the seats are free although they are being paid for."""
    with transaction.atomic():
        booking = Booking.objects.get(reference=reference)
        PaymentAttempt.objects.filter(booking=booking).update(status="voided")
        Ticket.objects.filter(booking=booking).update(
            status="available", booking=None, reserved_until=None
        )
        Booking.objects.filter(pk=booking.pk).update(status="expired")
    ticket_lock.drop(list(booking.lines.values_list("ticket_id", flat=True)), owner=reference)
    connections.close_all()


def _watch(run: Run, waiting: Mapping[str, float]) -> float:
    """Look at Stripe's books until every late payment is released or refunded.

    The longest time by their own dates: nobody looks while the stories go on.
    """
    began = time.time()
    while time.time() - began < GIVE_UP_AFTER_S:
        back = money_back(run.place.ledger(), waiting)
        if len(back) == len(waiting):
            return max((back[name] - int(at) for name, at in waiting.items()), default=0.0)
        time.sleep(0.5)
    return GIVE_UP_AFTER_S


def money_back(ledger: Mapping[str, Any], references: Container[str]) -> dict[str, float]:
    """When, to the second, the last money of each of these bookings went back or was let go."""
    refunded: dict[str, float] = {}
    for refund in ledger["refunds"]:
        intent = refund["payment_intent"]
        refunded[intent] = max(refunded.get(intent, 0), refund["created"])
    back: dict[str, float] = {}
    for payment in ledger["payments"]:
        reference = payment["metadata"].get("booking", "")
        kept = payment["amount_received"] - payment["amount_refunded"]
        if reference in references and not kept and payment["status"] in ENDED:
            back[reference] = payment["canceled_at"] or refunded[payment["id"]]
    return back
