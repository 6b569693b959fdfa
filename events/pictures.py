"""Which picture an event has: drawn from its show, so that all nights of a run share it."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.urls import reverse

from events import artwork
from events.artwork.motifs import motif_for
from events.artwork.palettes import palette_for, step_of
from events.models import Event

# A show whose look is taken beside it may be drawn in another turn.
TURNS = 6
NEAR = 4


class Look(NamedTuple):
    """What makes two posters look alike: the ground they are printed on, and the motif."""

    ground: str
    motif: str


def show_of(event: Event) -> str:
    """The same text for every night of one show, wherever it plays."""
    return f"{event.category.segment}/{' '.join(event.name.casefold().split())}"


def artwork_seed(event: Event, *, turn: int = 0) -> dict[str, str]:
    """What the picture is drawn from; the next turn has other inks."""
    digest = hashlib.blake2b(show_of(event).encode(), digest_size=6).digest()
    return {
        "seed": str(int.from_bytes(digest) + turn),
        "segment": event.category.segment,
        "genre": event.category.genre_slug or "",
    }


@cache
def artist() -> str:
    """Names the way of drawing: a change of its code gives every picture a new address."""
    files = sorted(Path(artwork.__file__).parent.rglob("*.py"))
    return hashlib.blake2b(b"".join(file.read_bytes() for file in files)).hexdigest()


def artwork_hash(event: Event, *, turn: int = 0) -> str:
    """Names the picture's content, known without drawing it."""
    drawn_from = f"{artist()}:{sorted(artwork_seed(event, turn=turn).items())}"
    return hashlib.blake2b(drawn_from.encode(), digest_size=8).hexdigest()


def artwork_url(event: Event, *, turn: int = 0) -> str:
    """The address of the event's picture; it never changes what it shows."""
    return reverse("events:artwork", args=[event.pk, artwork_hash(event, turn=turn)])


def turn_of(event: Event, version: str) -> int | None:
    """The turn that this version of the picture was drawn in, None for an outdated one."""
    return next((t for t in range(TURNS) if artwork_hash(event, turn=t) == version), None)


def look_of(event: Event, *, turn: int = 0) -> Look:
    """What the picture looks like, without drawing it."""
    seed = artwork_seed(event, turn=turn)
    motif = motif_for(segment=seed["segment"], genre=seed["genre"], step=step_of(seed["seed"]))
    inks = palette_for(seed=seed["seed"], segment=seed["segment"])
    return Look(inks.ground, f"{motif.__module__}.{motif.__qualname__}")


def artwork_urls(events: Sequence[Event]) -> list[str]:
    """A picture for each in a list: different shows within four places never look the same.

    Nights of one show that stand near one another share theirs.
    """
    turns: list[int] = []
    for place, event in enumerate(events):
        turns.append(_turn_beside(event, events[:place][-NEAR:], turns[-NEAR:]))
    return [artwork_url(event, turn=turn) for event, turn in zip(events, turns, strict=True)]


def _turn_beside(event: Event, near: Sequence[Event], turns: Sequence[int]) -> int:
    beside = list(zip(near, turns, strict=True))
    for other, turn in beside:
        if show_of(other) == show_of(event):
            return turn
    taken = {look_of(other, turn=turn) for other, turn in beside}
    return next((turn for turn in range(TURNS) if look_of(event, turn=turn) not in taken), 0)
