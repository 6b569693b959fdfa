"""The draw among those who joined before the opening. Pure functions; no clock, no storage.

1. Before anybody joins, the SHA-256 of a secret seed is published.
2. Each entry is a name (a hash of the visitor, so that the list shows nobody's token) and a nonce
   that the visitor chose.
3. At the opening the list is sealed: its lines sorted, each ended by a newline; its SHA-256 is
   published. Then the public value, named beforehand, becomes known.
4. An entry's lot is HMAC-SHA256 of "list hash, public value, entry" under the seed; the lowest lot
   stands first. Seed and list are published, and anybody repeats this (`verify_draw.py`).
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NONCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
NAME_LENGTH = 32


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One line of the list."""

    name: str
    nonce: str

    @property
    def line(self) -> str:
        """As the list has it."""
        return f"{self.name} {self.nonce}"


def new_seed() -> str:
    """256 secret bits, as 64 hexadecimal digits."""
    return secrets.token_hex(32)


def new_nonce() -> str:
    """A nonce for who brings none."""
    return secrets.token_urlsafe(12)


def commitment_to(seed: str) -> str:
    """SHA-256 of the seed's bytes, in hexadecimal digits."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def name_of(visitor: str) -> str:
    """Under which name a visitor stands in the list."""
    return hashlib.sha256(f"entry {visitor}".encode()).hexdigest()[:NAME_LENGTH]


def list_text(entries: Iterable[Entry]) -> str:
    """The sealed list: one line an entry, sorted."""
    return "".join(f"{entry.line}\n" for entry in sorted(entries))


def hash_of(text: str) -> str:
    """SHA-256 of the list."""
    return hashlib.sha256(text.encode()).hexdigest()


def lot(*, seed: str, list_hash: str, public_value: str, entry: Entry) -> str:
    """What decides an entry's place."""
    drawn = f"{list_hash}\n{public_value}\n{entry.line}"
    return hmac.new(bytes.fromhex(seed), drawn.encode(), hashlib.sha256).hexdigest()


def draw_order(
    entries: Sequence[Entry], *, seed: str, list_hash: str, public_value: str
) -> list[Entry]:
    """The entries, first place first."""
    return sorted(
        entries,
        key=lambda entry: lot(
            seed=seed, list_hash=list_hash, public_value=public_value, entry=entry
        ),
    )
