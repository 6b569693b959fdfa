"""Twelve sets of printing inks, each chosen by eye to hold together on its own ground."""

import zlib
from typing import NamedTuple


class Inks(NamedTuple):
    """The colours of one poster: what it is printed on, what draws, and what catches the eye."""

    ground: str
    main: str
    accent: str


PALETTES = (
    Inks("#c8371f", "#fbf0de", "#1b1722"),
    Inks("#0f5c5c", "#f1e2c2", "#ee6a45"),
    Inks("#e2a42b", "#1c2a4a", "#fbf3e0"),
    Inks("#1d2a4d", "#f3b49b", "#f8efdd"),
    Inks("#bccab0", "#22402f", "#d5452a"),
    Inks("#efb6ae", "#741d2c", "#fdf4e8"),
    Inks("#98c1d6", "#12304a", "#f4efe2"),
    Inks("#671d2b", "#e8b66d", "#f6e8d6"),
    Inks("#1f4034", "#dcd4a6", "#ee8d5c"),
    Inks("#efe5cf", "#1d3f68", "#d0472c"),
    Inks("#1b1923", "#e8e0d0", "#dd8f22"),
    Inks("#c9774b", "#2a1d2b", "#f6e7d1"),
)


def palette_for(*, seed: str, segment: str) -> Inks:
    """Return the inks of this seed; numbers next to each other are five palettes apart."""
    start = zlib.crc32(segment.encode())
    return PALETTES[(start + 5 * step_of(seed)) % len(PALETTES)]


def step_of(seed: str) -> int:
    """Return a number that follows the one of the seed before, so that turns can be taken."""
    return int(seed) if seed.isascii() and seed.isdecimal() else zlib.crc32(seed.encode())
