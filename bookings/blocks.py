"""Choosing neighbouring seats: pure, knows neither database nor clock."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

FREE_RUN = re.compile("1+")
CHOICES = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """Seats of one row with no aisle between them: positions `start` to `start + length - 1`.

    `centre` is the position of the whole row's middle; `rank` orders rows, 1 the best; `special`
    are the positions of accessible and companion seats, `accessible` of the former alone.
    """

    section_id: int
    rank: int
    start: int
    length: int
    centre: float
    special: frozenset[int] = frozenset()
    accessible: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring free seats of one section, by position."""

    section_id: int
    start: int
    length: int

    @property
    def positions(self) -> range:
        """Each seat's position in the section."""
        return range(self.start, self.start + self.length)


def find_blocks(
    segments: Sequence[Segment],
    free: Mapping[int, str],
    quantity: int,
    *,
    accessible: bool = False,
    choices: int = CHOICES,
) -> list[Block]:
    """The first few blocks of this many seats, best first.

    Ordered by row rank, distance from the row's centre, and place in the drawing. Blocks that
    leave a single stray seat come only where no other block is left. Accessible and companion
    seats are taken only when asked for, and then with at least one accessible among them.

    `segments` are sorted by rank; `free` has a character per position of each section.
    """
    strays: list[Block] = []
    found: list[Block] = []
    for _, row in groupby(segments, key=lambda segment: segment.rank):
        ranked = sorted(_candidates(row, free, quantity, accessible=accessible))
        found += [block for _, _, _, stray, block in ranked if not stray]
        strays += [block for _, _, _, stray, block in ranked if stray]
        if len(found) >= choices:
            break
    return (found or strays)[:choices]


Candidate = tuple[float, int, int, bool, Block]


def _candidates(
    row: Iterable[Segment], free: Mapping[int, str], quantity: int, *, accessible: bool
) -> Iterator[Candidate]:
    for segment in row:
        seats = free.get(segment.section_id, "")[segment.start : segment.start + segment.length]
        if seats.count("1") < quantity:
            continue
        for run in FREE_RUN.finditer(_masked(seats, segment, accessible=accessible)):
            yield from _windows(segment, run.start(), run.end(), quantity, accessible=accessible)


def _masked(seats: str, segment: Segment, *, accessible: bool) -> str:
    """The row with the seats that this request may not have shown as taken."""
    if not segment.special:
        return "" if accessible else seats
    return "".join(
        seat if (segment.start + place in segment.special) is accessible else "0"
        for place, seat in enumerate(seats)
    )


def _windows(
    segment: Segment, begin: int, end: int, quantity: int, *, accessible: bool
) -> Iterator[Candidate]:
    for offset in range(begin, end - quantity + 1):
        block = Block(segment.section_id, segment.start + offset, quantity)
        if accessible and segment.accessible.isdisjoint(block.positions):
            continue
        stray = 1 in (offset - begin, end - offset - quantity)
        distance = abs(block.start + (quantity - 1) / 2 - segment.centre)
        yield distance, segment.section_id, block.start, stray, block
