"""Password hashing for a few at a time, so that a storm of sign-ins does not stop sales.

Argon2 takes a core for a while, by design. A process hashes so many passwords at once
(`HASHING_SLOTS`); a couple more wait a moment, the others are told 503 with `Retry-After`. It holds
for whoever hashes: pages, apps, resets, the admin and commands.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from ticketmaster.core import metrics
from ticketmaster.gateway.shedding import Slots


@cache
def _slots() -> Slots:
    return Slots(
        settings.HASHING_SLOTS,
        line=settings.HASHING_LINE,
        patience_s=settings.HASHING_PATIENCE_SECONDS,
    )


@contextmanager
def hashing_slot() -> Iterator[None]:
    """A turn at hashing. Raises Overloaded."""
    slots = _slots()
    slots.take()
    began = time.perf_counter()
    try:
        yield
    finally:
        metrics.hashing_seconds.observe(time.perf_counter() - began)
        slots.give_back()


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Django's Argon2, in turns."""

    def encode(self, password: str, salt: str) -> str:
        """As Django's. Raises Overloaded."""
        with hashing_slot():
            encoded: str = super().encode(password, salt)
        return encoded

    def verify(self, password: str, encoded: str) -> bool:
        """As Django's. Raises Overloaded."""
        with hashing_slot():
            is_right: bool = super().verify(password, encoded)
        return is_right
