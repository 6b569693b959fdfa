"""Writing batch after batch, each in a transaction of its own."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

AT_A_TIME = 2

Batch = TypeVar("Batch")
Write = Callable[[Batch], int]


def one_by_one(write: Write[Batch], batches: Iterable[Batch]) -> Iterator[tuple[Batch, int]]:
    """Each batch once it is written, with the number of its tickets."""
    for batch in batches:
        yield batch, write(batch)


def two_at_a_time(write: Write[Batch], batches: Iterable[Batch]) -> Iterator[tuple[Batch, int]]:
    """The same, so that Postgres works on one batch while Python makes the next.

    Not inside a transaction, of which other connections see nothing, nor with tickets, which one
    transaction at a time makes.
    """
    with ThreadPoolExecutor(AT_A_TIME) as writers:
        waiting: deque[tuple[Batch, Future[int]]] = deque()
        for batch in batches:
            waiting.append((batch, writers.submit(_in_a_thread, write, batch)))
            if len(waiting) > AT_A_TIME:
                done, added = waiting.popleft()
                yield done, added.result()
        yield from ((done, added.result()) for done, added in waiting)


def _in_a_thread(write: Write[Batch], batch: Batch) -> int:
    try:
        return write(batch)
    finally:
        connection.close()
