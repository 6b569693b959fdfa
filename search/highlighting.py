"""Marking in a text what a term found in it: the words as people wrote them, escaped for HTML.

No engine does this, since their indices hold folded words: it is the same for all of them.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.folding import fold_words, spellings
from search.terms import Piece, Term

CHUNK = re.compile(r"\S+")
LONGEST_TEXT = 1_000
# A name written as one word may be this many words in the text: blink182, jayz, thewho.
MOST_JOINED = 4


class Chunk(NamedTuple):
    """What stands between spaces, without the symbols around it, and its folded words."""

    start: int
    end: int
    words: list[str]


def highlighted(text: str, term: Term) -> SafeString:
    """The text for HTML, with `<mark>` around each word that the term asks for.

    A text longer than 1,000 characters is only escaped.
    """
    if not term or len(text) > LONGEST_TEXT:
        return escape(text)
    chunks = list(_chunks(text))
    marked = _marked(chunks, term)
    parts, shown = [], 0
    for number, chunk in enumerate(chunks):
        if number in marked:
            parts += [escape(text[shown : chunk.start]), "<mark>"]
            parts += [escape(text[chunk.start : chunk.end]), "</mark>"]
            shown = chunk.end
    parts.append(escape(text[shown:]))
    return mark_safe("".join(parts))  # each part was escaped above


def _chunks(text: str) -> Iterator[Chunk]:
    for match in CHUNK.finditer(text):
        word = match[0]
        start = match.start() + next((i for i, c in enumerate(word) if c.isalnum()), len(word))
        end = match.end() - next((i for i, c in enumerate(word[::-1]) if c.isalnum()), len(word))
        if start < end:
            yield Chunk(start, end, fold_words(word))


def _marked(chunks: list[Chunk], term: Term) -> set[int]:
    """The numbers of the chunks that a piece of the term is found in."""
    words = [(word, number) for number, chunk in enumerate(chunks) for word in chunk.words]
    found: set[int] = set()
    for piece in term.pieces:
        if not piece.excluded:
            found.update(_in_a_row(piece, words))
            found.update(_as_one_word(piece, chunks, words))
    return found


def _in_a_row(piece: Piece, words: list[tuple[str, int]]) -> Iterator[int]:
    length = len(piece.words)
    for start in range(len(words) - length + 1):
        row = words[start : start + length]
        *before, (last, _) = row
        same = all(word == wish for (word, _), wish in zip(before, piece.words, strict=False))
        if same and _answers(last, piece.words[-1], piece):
            yield from (number for _, number in row)


def _as_one_word(piece: Piece, chunks: list[Chunk], words: list[tuple[str, int]]) -> Iterator[int]:
    """Where the piece is written as one word here, or the text is."""
    wish = piece.joined or "".join(piece.words)
    for number, chunk in enumerate(chunks):
        if len(chunk.words) > 1 and any(
            _answers(word, wish, piece) for word in spellings(" ".join(chunk.words))
        ):
            yield number
    for start in range(len(words)):
        for length in range(2, MOST_JOINED + 1):
            row = words[start : start + length]
            if len(row) == length and "".join(word for word, _ in row) == wish:
                yield from (number for _, number in row)


def _answers(word: str, wish: str, piece: Piece) -> bool:
    return word.startswith(wish) if piece.unfinished else word == wish
