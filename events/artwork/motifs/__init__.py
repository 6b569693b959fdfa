"""Which picture belongs to which kind of event."""

from collections.abc import Callable

from events.artwork.dice import Dice
from events.artwork.motifs import comedy, concert, family, festival, other, sport, theatre
from events.artwork.palettes import Inks

Motif = Callable[[Dice, Inks], list[str]]

_BY_SEGMENT: dict[str, tuple[Motif, ...]] = {
    "concert": concert.MOTIFS,
    "theatre": theatre.MOTIFS,
    "comedy": comedy.MOTIFS,
    "family": family.MOTIFS,
    "festival": festival.MOTIFS,
}

_SEGMENT_WORDS = {
    "concert": ("concert", "music", "opera", "orchestra"),
    "sport": ("sport", "match", "game"),
    "theatre": ("theat", "arts", "dance", "musical"),
    "comedy": ("comedy",),
    "family": ("family", "child", "kids"),
    "festival": ("festival", "fair"),
}


def motif_for(*, segment: str, genre: str, step: int) -> Motif:
    """Return how to draw this kind of event; an unknown kind gets a plain motif.

    Motifs of a kind take turns as `step` counts up.
    """
    kind = _kind_of(segment.lower())
    if kind == "sport":
        return sport.motif_for(genre.lower())
    motifs = _BY_SEGMENT.get(kind, other.MOTIFS)
    return motifs[step % len(motifs)]


def _kind_of(segment: str) -> str:
    for kind, words in _SEGMENT_WORDS.items():
        if any(word in segment for word in words):
            return kind
    return "other"
