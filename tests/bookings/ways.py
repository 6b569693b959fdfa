"""An app's plain claim on both its ways, and which of them it took."""

from typing import Any

from django.test import Client

from bookings import ticket_lock
from tests.bookings.helpers import RESERVE

LONG = "?long"  # a plain claim has no query
ONCE = frozenset({"X-Request-Id"})


def ask(app: Client, body: Any, query: str = "", **headers: str) -> Any:
    return app.post(RESERVE + query, data=body, content_type="application/json", headers=headers)


def written(answer: Any) -> tuple[int, Any, dict[str, str]]:
    headers = {name: value for name, value in answer.headers.items() if name not in ONCE}
    return answer.status_code, answer.json(), headers


def both(app: Client, body: Any) -> list[tuple[int, Any, dict[str, str]]]:
    return [written(ask(app, body, query)) for query in ("", LONG)]


def somebody_holds(ticket_id: int) -> None:
    """Lock it for longer than any test runs, however slow the machine: a claim has ten seconds."""
    ticket_lock.take([ticket_id], owner="somebody")
    ticket_lock.keep([ticket_id], owner="somebody", seconds=600, kin=None)
