"""One id for all that a request sets off: it travels with its tasks, into their logs."""

from typing import Any

import structlog
from celery.signals import before_task_publish, task_postrun, task_prerun

HEADER = "request_id"


def request_id() -> str:
    """The id of the request or task that runs, blank outside of both."""
    return str(structlog.contextvars.get_contextvars().get(HEADER, ""))


def connect() -> None:
    """Send the id with every task from now on, and name it in the logs of those that run here."""
    before_task_publish.connect(_send)
    task_prerun.connect(_take_up)
    task_postrun.connect(_lay_down)


def _send(headers: dict[str, Any] | None = None, **_: Any) -> None:
    found = request_id()
    if found and headers is not None:
        headers.setdefault(HEADER, found)


def _take_up(task_id: str = "", task: Any = None, **_: Any) -> None:
    if task.request.is_eager:
        return  # runs inside its caller, whose id is there already
    structlog.contextvars.clear_contextvars()
    # One that beat started has no request behind it: its own id ties its lines together.
    known = getattr(task.request, HEADER, None) or task_id
    structlog.contextvars.bind_contextvars(**{HEADER: known, "task": task.name})


def _lay_down(task: Any = None, **_: Any) -> None:
    if not task.request.is_eager:
        structlog.contextvars.clear_contextvars()
