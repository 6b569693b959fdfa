"""Texts as Postgres' tsvector and tsquery literals, without its parser.

The parser takes `AC/DC` for a file path and `blink-182` for a word and a negative number; our
words are folded already, so that lexemes and positions are written out here. Lexemes hold only
letters and figures: nothing in them needs quoting, and nobody's text becomes an operator.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from search.folding import fold_words, spellings
from search.terms import Piece, Term

# Words of different texts are this far apart, so that no phrase spans two of them.
GAP = 10
LAST_POSITION = 16_000
POSITIONS_PER_WORD = 200


class Weighted(NamedTuple):
    """A text and how much a hit in it counts: A most, D least."""

    text: str
    weight: str


def document_of(texts: Iterable[Weighted]) -> str:
    """The tsvector literal of these texts, with positions and weights."""
    places: dict[str, list[str]] = {}
    position = 1
    for text, weight in texts:
        words, joined = _words_in(text)
        for offset, word in enumerate(words):
            _place(places, word, position + offset, weight)
        for word in joined:
            _place(places, word, position, weight)
        position += len(words) + GAP
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


@lru_cache(maxsize=20_000)
def _words_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a text and its further spellings: venues and kinds are in many documents."""
    words = tuple(fold_words(text))
    further = dict.fromkeys(spellings(text))
    return words, tuple(word for word in further if word and word not in words)


def _place(places: dict[str, list[str]], word: str, position: int, weight: str) -> None:
    found = places.setdefault(word, [])
    if position <= LAST_POSITION and len(found) < POSITIONS_PER_WORD:
        found.append(f"{position}{weight}")
    elif not found:
        found.append(f"{LAST_POSITION}{weight}")


def query_of(term: Term) -> str:
    """The tsquery literal that finds documents with all that a term wants and nothing it
    excludes; the whole term written as one word finds them too."""
    pieces = _each_once(term.pieces)
    wanted = [_wish(piece) for piece in pieces if not piece.excluded]
    excluded = [f"!{_wish(piece)}" for piece in pieces if piece.excluded]
    found = " & ".join(wanted)
    if term.collapsed and sum(not piece.excluded for piece in term.pieces) > 1:
        found = f"(({found}) | {_lexeme(term.collapsed, unfinished=True)})"
    return " & ".join(part for part in [found, *excluded] if part)


def _each_once(pieces: Iterable[Piece]) -> list[Piece]:
    """Without repetitions: a word that is there is no beginning to look for."""
    first: dict[tuple[tuple[str, ...], bool], Piece] = {}
    for piece in pieces:
        first.setdefault((piece.words, piece.excluded), piece)
    return list(first.values())


def beginning_of(folded: str, *, weight: str = "") -> str:
    """The tsquery literal that finds documents with these words, the last one begun; with a weight
    only where the words have that."""
    *whole, last = folded.split()
    suffix = f":{weight}" if weight else ""
    return " & ".join([*(f"'{word}'{suffix}" for word in whole), f"'{last}':*{weight}"])


def whole_words(folded: str) -> str:
    """The tsquery literal that finds documents with all of these words."""
    return " & ".join(f"'{word}'" for word in folded.split())


def _wish(piece: Piece) -> str:
    return f"({' | '.join(_ways(piece))})"


def _ways(piece: Piece) -> Iterator[str]:
    """A name with symbols may be written apart or joined; a phrase is only itself.

    Of such a name the joined spelling is what may be unfinished: ac/d finds acdc. Of its last part
    alone a letter may be there, and the index would read all words that begin so.
    """
    unfinished = piece.unfinished and not piece.joined
    *before, last = piece.words
    whole = [_lexeme(word, unfinished=False) for word in before]
    yield " <-> ".join([*whole, _lexeme(last, unfinished=unfinished)])
    if piece.joined:
        yield _lexeme(piece.joined, unfinished=piece.unfinished)


def _lexeme(word: str, *, unfinished: bool) -> str:
    return f"'{word}':*" if unfinished else f"'{word}'"
