"""What the home page shows of each list: few, different, and of more than one kind."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from events.querysets import EventQuerySet

PER_SECTION = 8
LOOKED_AT = 80
MOST_OF_A_KIND = 3
# A list with fewer new events than this repeats some of those above it.
ENOUGH = 4


class Candidate(NamedTuple):
    """An event that may stand in a list, with its show's name and its kind."""

    event_id: int
    show: str
    segment: str


def candidates(events: EventQuerySet) -> list[Candidate]:
    """The first events of a list, in its order."""
    rows = events.prefetch_related(None).values_list("pk", "name", "category__segment")
    return [Candidate(*row) for row in rows[:LOOKED_AT]]


def picked(found: Sequence[Candidate], *, above: Collection[Candidate]) -> list[Candidate]:
    """At most eight in the list's order: one night of a show, three events of a kind.

    Where that leaves room, more of a kind fill it, then more nights. What is in `above` stands in
    other lists already: its shows come after new ones, and itself only into lists that are short.
    """
    shows_above = {one.show for one in above}
    fresh = [one for one in found if one not in above]
    new = [one for one in fresh if one.show not in shows_above]
    chosen: list[Candidate] = []
    _fill(chosen, new, up_to=PER_SECTION, per_show=1, per_kind=MOST_OF_A_KIND)
    _fill(chosen, new, up_to=PER_SECTION, per_show=1, per_kind=LOOKED_AT)
    _fill(chosen, fresh, up_to=PER_SECTION, per_show=1, per_kind=MOST_OF_A_KIND)
    _fill(chosen, fresh, up_to=PER_SECTION, per_show=LOOKED_AT, per_kind=LOOKED_AT)
    _fill(chosen, found, up_to=ENOUGH, per_show=LOOKED_AT, per_kind=LOOKED_AT)
    places = {one.event_id: place for place, one in enumerate(found)}
    return sorted(chosen, key=lambda one: places[one.event_id])


def _fill(
    chosen: list[Candidate],
    found: Sequence[Candidate],
    *,
    up_to: int,
    per_show: int,
    per_kind: int,
) -> None:
    """Add those that keep both limits until there are enough."""
    shows = Counter(one.show for one in chosen)
    kinds = Counter(one.segment for one in chosen)
    for one in found:
        if len(chosen) >= up_to:
            return
        if one in chosen or shows[one.show] >= per_show or kinds[one.segment] >= per_kind:
            continue
        chosen.append(one)
        shows[one.show] += 1
        kinds[one.segment] += 1
