"""Numbers that look random and are the same for ever."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Throws that depend on the seed alone: SHA-256 in counter mode, not Python's `random`.

    `random` promises equal sequences between Python versions only for `random()` itself.
    """

    def __init__(self, seed: str) -> None:
        """Start the sequence of this seed."""
        self._seed = seed.encode()
        self._throws = 0

    def fraction(self) -> float:
        """Return the next number from 0 up to, not including, 1."""
        self._throws += 1
        digest = hashlib.sha256(self._seed + b":" + str(self._throws).encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2**48

    def between(self, low: float, high: float) -> float:
        """Return a number from `low` up to `high`."""
        return low + (high - low) * self.fraction()

    def whole(self, low: int, high: int) -> int:
        """Return an integer from `low` to `high`, both included."""
        return low + int(self.fraction() * (high - low + 1))

    def one_of(self, choices: Sequence[T]) -> T:
        """Return one of these, each as likely as the others."""
        return choices[self.whole(0, len(choices) - 1)]

    def yes(self) -> bool:
        """Return heads or tails."""
        return self.fraction() < 0.5
