"""Bounded buyers: each wants a pair of seats, pays in one of many ways, and writes down what it is
told. They try again as an app does: with the same body and the same key."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import aiohttp

from benchmarks.http import Answer, Connection, request_bytes
from benchmarks.people import Buyer
from tests.chaos.history import History, Operation

RESERVE, CONFIRM, BUY = "/api/v1/booking/reserve", "/api/v1/booking/confirm", "/api/v1/bookings"
VISA = "pm_card_visa"
DECLINED = "pm_card_visa_chargeDeclined"
THREE_D_SECURE = "pm_card_threeDSecure2Required"
OK, CREATED, ACCEPTED, UNKNOWN = 200, 201, 202, 500
BUSY = frozenset({"payment_in_progress", "idempotency_in_progress"})
TRIES = 3
PATIENCE_S = 25.0  # how long a buyer looks at a payment that goes on without an answer


@dataclass(frozen=True)
class Way:
    """How a buyer goes about it."""

    method: str = VISA
    challenge: str = ""  # what the fan does on the bank's page: succeed, fail or nothing
    at_once: bool = False
    pays: bool = True
    gives_back: bool = False
    wants_refund: bool = False

    @property
    def sells(self) -> bool:
        """Whether the seats are the buyer's in the end, when nobody else had them."""
        good = self.method == VISA or self.challenge == "succeed"
        return self.pays and good and not self.wants_refund


WAYS: list[tuple[int, Way]] = [
    (40, Way()),
    (16, Way(at_once=True)),
    (14, Way(wants_refund=True)),
    (10, Way(DECLINED)),
    (6, Way(THREE_D_SECURE, "succeed")),
    (4, Way(THREE_D_SECURE, "fail")),
    (2, Way(THREE_D_SECURE, "")),
    (6, Way(pays=False, gives_back=True)),
    (6, Way(pays=False)),
]


@dataclass
class Crowd:
    """What all buyers of a run share."""

    port: int
    history: History
    seats: list[list[int]]
    dice: random.Random
    recent: list[list[int]]
    goes_on: Callable[[], bool]
    ways: list[tuple[int, Way]]
    crowding: float = 0.2

    def pair(self) -> list[int]:
        """The next two neighbours; now and then a pair that somebody else has just asked for."""
        if not self.seats or (self.recent and self.dice.random() < self.crowding):
            return self.dice.choice(self.recent)
        pair = self.seats.pop()
        self.recent = [*self.recent[-11:], pair]
        return pair

    def way(self) -> Way:
        """One of the ways, as often as its weight says."""
        weights, ways = zip(*self.ways, strict=True)
        return self.dice.choices(ways, weights)[0]


async def run_buyers(crowd: Crowd, people: list[Buyer], *, at_once: int, pace_s: float) -> None:
    """Let everybody buy once, so many at a time, until time or people run out.

    One visit of a desk begins `pace_s` after the one before, on average, however quick the site:
    a fast machine does not use the people up. Takes from the end of `people`: whoever is left
    has not been here.
    """
    loop = asyncio.get_running_loop()

    async def desk() -> None:
        connection = Connection(crowd.port)
        while crowd.goes_on() and people:
            next_at = loop.time() + pace_s * 2 * crowd.dice.random()
            await Visit(crowd, people.pop(), connection, crowd.way()).make()
            while crowd.goes_on() and (left := next_at - loop.time()) > 0:
                await asyncio.sleep(min(left, 0.2))
        connection.close()

    await asyncio.gather(*(desk() for _ in range(at_once)))


class Visit:
    """One buyer's dealings with the site."""

    def __init__(self, crowd: Crowd, buyer: Buyer, connection: Connection, way: Way) -> None:
        self.crowd = crowd
        self.buyer = buyer
        self.connection = connection
        self.way = way

    async def make(self) -> None:
        """Hold, then pay or not, then perhaps give it back."""
        pair = tuple(self.crowd.pair())
        paid: Operation | None
        if self.way.at_once:
            paid = await self._pay("buy", "POST", BUY, {"ticket_ids": pair}, tickets=pair)
        else:
            held = await self._hold(pair)
            if held.outcome != "ok":
                return
            if not self.way.pays:
                return await self._leave(held)
            body = {"booking": held.reference}
            paid = await self._pay("confirm", "PUT", CONFIRM, body, reference=held.reference)
        if paid.outcome == "ok" and self.way.wants_refund:
            await self._refund(paid.reference)

    def _invoke(self, kind: str, **fields: Any) -> Operation:
        expected = "confirmed" if self.way.sells else ""
        return self.crowd.history.invoke(kind, user=self.buyer.user.pk, expected=expected, **fields)

    async def _send(self, operation: Operation, request: bytes) -> Answer:
        """The answer, asked for up to three times while nobody knows."""
        for turn in range(TRIES):
            answer = await self.connection.send(request)
            operation.tries, operation.status = turn + 1, answer.status
            note(operation, answer)
            if is_definite(answer):
                break
            await asyncio.sleep(0.5 + turn)
        return answer

    async def _hold(self, pair: tuple[int, ...]) -> Operation:
        operation = self._invoke("reserve", tickets=pair)
        body = {"ticket_ids": pair}
        answer = await self._send(operation, self._request("POST", RESERVE, body))
        if answer.status == CREATED:
            _remember(operation, answer.json())
            operation.end("ok", status=CREATED)
        else:
            operation.end(refusal(operation, answer), status=answer.status, code=code_of(answer))
        return operation

    async def _leave(self, held: Operation) -> None:
        """Give the seats back, or just go away."""
        if not self.way.gives_back:
            return
        operation = self._invoke("release", reference=held.reference)
        path = f"{BUY}/{held.reference}"
        answer = await self._send(operation, self._request("DELETE", path))
        outcome = "ok" if answer.status == OK else refusal(operation, answer)
        operation.end(outcome, status=answer.status, code=code_of(answer))

    async def _pay(
        self, kind: str, method: str, path: str, body: dict[str, Any], **known: Any
    ) -> Operation:
        operation = self._invoke(kind, **known)
        body = {**body, "payment_method": self.way.method}
        answer = await self._send(operation, self._request(method, path, body))
        if answer.status in {OK, ACCEPTED}:
            _remember(operation, answer.json())
        if answer.status == ACCEPTED:
            await self._meet_the_bank(answer.json())
        if answer.status == OK and answer.json()["status"] == "confirmed":
            operation.end("ok", status=OK)
        elif is_definite(answer) and answer.status != ACCEPTED:
            operation.reference = operation.reference or told_reference(answer)
            operation.end(refusal(operation, answer), status=answer.status, code=code_of(answer))
        else:
            await self._watch(operation)
        return operation

    async def _meet_the_bank(self, waiting: dict[str, Any]) -> None:
        """What the fan does on the page of 3-D Secure."""
        if not self.way.challenge:
            return
        page = waiting["next_action"]["redirect_to_url"]["url"]
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(10)) as browser:
                form = {"outcome": self.way.challenge}
                async with browser.post(page, data=form, allow_redirects=False) as answer:
                    await answer.read()
        except (aiohttp.ClientError, TimeoutError):
            pass  # the fan closes the page

    async def _watch(self, operation: Operation) -> None:
        """Look at the booking until the site says how the payment ended, or patience does."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_S
        while operation.reference and loop.time() < until:
            answer = await self.connection.send(
                self._request("GET", f"{BUY}/{operation.reference}")
            )
            note(operation, answer)
            status = answer.json()["status"] if answer.status == OK else "paying"
            if status == "confirmed":
                return operation.end("ok", status=OK)
            if status != "paying":
                return operation.end("info", status=answer.status, code=status)
            await asyncio.sleep(1)
        return operation.end("info", status=operation.status)

    async def _refund(self, reference: str) -> None:
        operation = self._invoke("refund", reference=reference)
        path = f"{BUY}/{reference}/refund"
        answer = await self._send(operation, self._request("POST", path, {}))
        accepted = answer.status in {OK, ACCEPTED}
        outcome = "ok" if accepted else refusal(operation, answer)
        operation.end(outcome, status=answer.status, code=code_of(answer))

    def _request(self, method: str, path: str, body: Any = None) -> bytes:
        key = {"Idempotency-Key": str(uuid4())} if method != "GET" else {}
        return request_bytes(method, path, token=self.buyer.token, body=body, headers=key)


def note(operation: Operation, answer: Answer) -> None:
    """Write this answer into the history."""
    again = bool(answer.header("Retry-After"))
    operation.note(answer.status, comes_again=again, seconds=answer.seconds)


def is_definite(answer: Answer) -> bool:
    """Whether the site said how it ended."""
    return 0 < answer.status < UNKNOWN and code_of(answer) not in BUSY


def refusal(operation: Operation, answer: Answer) -> Any:
    """`fail` for a plain no; `info` after an unknown try, since the no may be about ourselves."""
    return "fail" if is_definite(answer) and operation.tries == 1 else "info"


def code_of(answer: Answer) -> str:
    """The refusal's code, blank where there is none."""
    if answer.status < 400:
        return ""
    try:
        return str(answer.json()["errors"][0]["code"])
    except (ValueError, KeyError, TypeError, IndexError):
        return ""


def told_reference(answer: Answer) -> str:
    """The booking that a refusal names."""
    try:
        return str(answer.json()["data"]["booking"])
    except (ValueError, KeyError, TypeError):
        return ""


def _remember(operation: Operation, booking: dict[str, Any]) -> None:
    operation.reference = booking["reference"]
    if not operation.tickets:
        operation.tickets = tuple(ticket["id"] for ticket in booking["tickets"])
    if booking["expires_at"] and booking["status"] != "confirmed":
        operation.held_until = datetime.fromisoformat(booking["expires_at"]).timestamp()
