"""One way of writing text down, for what is indexed and for what is asked, in every engine.

Accents, case and symbols do not count: "Beyoncé" is "beyonce"; "AC/DC", "ac dc" and "acdc" find
each other; "P!nk" answers to "p!nk", "pnk" and "pink".
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from events.names import LETTERS

# Marks that stand for a letter inside a name: Ke$ha, P!nk, M@x.
SIGNS_AS_LETTERS = str.maketrans({"$": "s", "!": "i", "@": "a"})
APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")
INNER_SIGN = re.compile(r"(?<=\w)[$!@](?=\w)|^\$(?=\w)")
LONGEST_WORD = 60


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """Words of plain letters and figures with single spaces between; blank for only symbols."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(APOSTROPHES))
    plain = plain.translate(LETTERS).replace("&", " and ")
    kept = "".join(
        character if character.isalnum() else " "
        for character in plain
        if not unicodedata.combining(character)
    )
    return " ".join(kept.split())


def fold_words(text: str) -> list[str]:
    """The folded words, none longer than an index entry may be."""
    return [word[:LONGEST_WORD] for word in fold(text).split()]


def collapse(text: str) -> str:
    """The folded text without its spaces: acdc, blink182, jayz."""
    return fold(text).replace(" ", "")[:LONGEST_WORD]


def spellings(text: str) -> Iterator[str]:
    """Further words under which a name is found, beside its own: joined, and signs as letters."""
    for part in text.split():
        if len(fold_words(part)) > 1:
            yield collapse(part)
        if INNER_SIGN.search(part):
            yield collapse(part.translate(SIGNS_AS_LETTERS))
    yield collapse(text)
