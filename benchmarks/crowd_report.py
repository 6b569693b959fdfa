"""What became of a crowd: by kind, in which order, and whether anything was sold twice."""

import bisect
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import redis

from benchmarks.crowd import Tally
from benchmarks.visitors import End, Visitor
from bookings.waiting_room import line

SAMPLES_EACH_S = 20
NO_ANSWER, REFUSED_FOR_NOW = 0, 503


def share_in_order(places: Sequence[int]) -> float:
    """The largest share of these that stands in ascending order; 1 of none."""
    tops: list[int] = []
    for place in places:
        at = bisect.bisect_right(tops, place)
        tops[at : at + 1] = [place]
    return len(tops) / len(places) if places else 1.0


@dataclass
class Report:
    """The figures of one crowd."""

    visitors: list[Visitor]
    tally: Tally

    @property
    def admitted(self) -> list[Visitor]:
        """Who was let in, in the order of that."""
        found = [visitor for visitor in self.visitors if visitor.admitted_at]
        return sorted(found, key=lambda visitor: (visitor.admitted_at, visitor.place))

    @property
    def order_kept(self) -> float:
        """The share of those let in who were let in in the order of their places."""
        return share_in_order([visitor.place for visitor in self.admitted])

    @property
    def errors(self) -> int:
        """Answers of 5xx other than 503, and requests without an answer."""
        return self.tally.server_errors - self.put_off

    @property
    def put_off(self) -> int:
        """Answers of 503 with the wish to try again."""
        return sum(1 for _, status, _ in self.tally.answers if status == REFUSED_FOR_NOW)

    @property
    def sold(self) -> int:
        """Tickets that somebody was told are theirs."""
        return len(self._sold())

    @property
    def sold_twice(self) -> int:
        """Those of them that more than one was told."""
        return sum(1 for count in Counter(self._sold()).values() if count > 1)

    def _sold(self) -> list[int]:
        return [ticket for visitor in self.visitors for ticket in visitor.tickets]

    @property
    def grew(self) -> int:
        """How many saw the number of people ahead grow."""
        return sum(1 for visitor in self.visitors if visitor.times_ahead_grew)

    def ended(self, end: End) -> int:
        """How many ended so."""
        return sum(1 for visitor in self.visitors if visitor.end is end)

    def summary(self) -> str:
        """All by kind, in one line."""
        ends = Counter(
            visitor.end.value if visitor.end else "still in line" for visitor in self.visitors
        )
        people = ", ".join(f"{count:,} {end}" for end, count in ends.most_common())
        kinds = Counter((what, status) for what, status, _ in self.tally.answers)
        answers = ", ".join(
            f"{what} {count:,} × {status}" for (what, status), count in sorted(kinds.items())
        )
        return f"{people}; {answers}"


@dataclass
class Inside:
    """How many were inside at each look."""

    samples: list[int] = field(default_factory=list)

    @property
    def most(self) -> float:
        """The most at any look; no number without looks."""
        return max(self.samples, default=float("nan"))


@contextmanager
def watched(event_id: int) -> Iterator[Inside]:
    """Look at how many are inside, twenty times a second, while Redis answers."""
    inside, over = Inside(), threading.Event()
    key = line.key_of(event_id, "inside")

    def look() -> None:
        while not over.wait(1 / SAMPLES_EACH_S):
            try:
                inside.samples.append(int(line.connection().zcard(key)))
            except redis.RedisError:
                continue

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield inside
    finally:
        over.set()
        thread.join()
