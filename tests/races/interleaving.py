"""Forcing one exact interleaving, and running many threads at once, on real connections."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import connection, connections
from django.utils.module_loading import import_string

LONGEST_S = 300  # bounds a hang alone


def in_thread(act: Callable[[], Any]) -> Any:
    """Run `act` on a connection of its own and return what it returns, or raise what it raises."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(_with_own_connection, act).result(timeout=LONGEST_S)


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all of them at the same moment; each result, or the exception that it raised.

    Locks are waited for however slow the machine is: nobody is refused for want of time.
    """
    barrier = threading.Barrier(len(acts))

    def start(act: Callable[[], Any]) -> Any:
        barrier.wait(timeout=LONGEST_S)
        try:
            return act()
        except Exception as error:  # noqa: BLE001 - the caller looks at every outcome
            return error

    with patient_locks(), ThreadPoolExecutor(max_workers=len(acts)) as pool:
        futures = [pool.submit(_with_own_connection, lambda a=act: start(a)) for act in acts]
        return [future.result(timeout=LONGEST_S) for future in futures]


def codes(outcomes: Sequence[Any]) -> list[str]:
    """`done`, or the code of the refusal, of each outcome of `at_once`, sorted."""
    return sorted(getattr(outcome, "code", "done") for outcome in outcomes)


@contextmanager
def patient_locks() -> Iterator[None]:
    """Whoever waits for a lock waits for a minute, not for two seconds."""
    with mock.patch("bookings.locks.LONGEST_WAIT", "60s"):
        yield


def _with_own_connection(act: Callable[[], Any]) -> Any:
    try:
        return act()
    finally:
        connections.close_all()


@contextmanager
def just_before(path: str, rival: Callable[[], Any]) -> Iterator[list[Any]]:
    """Let the rival run, committed, right before the first call of the function at `path`.

    The list has the rival's result, or the exception that it raised.
    """
    original = import_string(path)
    outcomes: list[Any] = []

    def intercepted(*args: Any, **kwargs: Any) -> Any:
        if not outcomes:
            outcomes.append(None)
            outcomes[0] = _outcome(rival)
        return original(*args, **kwargs)

    with mock.patch(path, intercepted):
        yield outcomes


def _outcome(act: Callable[[], Any]) -> Any:
    try:
        return in_thread(act)
    except Exception as error:  # noqa: BLE001 - the caller looks at every outcome
        return error


@contextmanager
def without_constraint(table: str, *names: str) -> Iterator[None]:
    """Drop constraints or unique indexes of the test database, and put them back at the end.

    Rows that would violate them must be gone by then: the caller cleans up.
    """
    with connection.cursor() as cursor:
        definitions = [_definition(cursor, table, name) for name in names]
        for drop, _ in definitions:
            cursor.execute(drop)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _, create in definitions:
                cursor.execute(create)


def _definition(cursor: Any, table: str, name: str) -> tuple[str, str]:
    cursor.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s AND conrelid ="
        " %s::regclass",
        [name, table],
    )
    row = cursor.fetchone()
    if row:
        return (
            f'ALTER TABLE {table} DROP CONSTRAINT "{name}"',
            f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {row[0]}',
        )
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
    return f'DROP INDEX "{name}"', cursor.fetchone()[0]
