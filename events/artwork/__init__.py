"""Posters drawn by code: every event has a picture before anybody uploads one.

`draw` knows no Django and no database. The same words in give the same bytes out, on every
version of Python, so a picture can be cached for good.
"""

from events.artwork.dice import Dice
from events.artwork.motifs import motif_for
from events.artwork.palettes import palette_for, step_of
from events.artwork.shapes import poster

__all__ = ["draw"]


def draw(*, seed: str, segment: str, genre: str = "") -> str:
    """Return the SVG of a poster, 3:2, at most 6 kB, with all that matters in its middle square.

    `seed` is the event's id, or whatever a run of one show shares; consecutive numbers never get
    the same inks, nor the same motif where a kind has several. `segment` and `genre` are slugs of
    the category and choose the motif; unknown ones get a plain one.
    """
    dice = Dice(f"{segment}/{seed}")
    inks = palette_for(seed=seed, segment=segment)
    motif = motif_for(segment=segment, genre=genre, step=step_of(seed))
    return poster(inks=inks, shapes=motif(dice, inks))
