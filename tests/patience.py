"""Waiting in a test for what other threads are about to do."""

import time
from collections.abc import Callable

PATIENCE_S = 60
LOOK_EVERY_S = 0.002


def wait_until(is_so: Callable[[], bool]) -> None:
    """Until it is; bounded, so that a hang ends."""
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until, "it never was"
        time.sleep(LOOK_EVERY_S)
