"""The words of a search: plain ones, "phrases", and -words to leave out."""

import re
from dataclasses import dataclass

from search.folding import collapse, fold_words

LONGEST_TERM = 200
MOST_WORDS = 16
# An ampersand is a word between two words, and a symbol like others anywhere else.
LONE_AND = re.compile(r"(?<!\w)\s*&\s*(?!\s*\w)|(?<![\w\s])\s*&|^\s*&")
PIECES = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Piece:
    """One wish: these folded words one after another, or their joined spelling."""

    words: tuple[str, ...]
    joined: str = ""
    excluded: bool = False
    unfinished: bool = False


@dataclass(frozen=True)
class Term:
    """A parsed term; false when it asks for nothing. `collapsed` is all of it as one word."""

    pieces: tuple[Piece, ...] = ()
    collapsed: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.pieces)


def term_from(text: str) -> Term:
    """The wishes in a text. Any text is fine: operators of other languages are only symbols.

    An overlong one is cut to 200 characters and 16 words. The last plain word counts as a
    beginning, so that results come while somebody types.
    """
    given = " ".join(text[:LONGEST_TERM].split())
    if not any(character.isalnum() for character in given):
        return Term()
    pieces: list[Piece] = []
    for match in PIECES.finditer(LONE_AND.sub(" ", given)):
        piece = _piece(match)
        if piece is not None and _count(pieces) + len(piece.words) <= MOST_WORDS:
            pieces.append(piece)
    wanted = [piece for piece in pieces if not piece.excluded]
    plain = all(len(piece.words) == 1 or piece.joined for piece in wanted)
    collapsed = collapse(" ".join(" ".join(piece.words) for piece in wanted)) if plain else ""
    return Term(pieces=_with_beginning(pieces), collapsed=collapsed, text=given)


def _count(pieces: list[Piece]) -> int:
    return sum(len(piece.words) for piece in pieces)


def _piece(match: re.Match[str]) -> Piece | None:
    phrase = match["phrase"]
    words = tuple(fold_words(match["word"] if phrase is None else phrase))[:MOST_WORDS]
    if not words:
        return None
    joined = collapse(match["word"]) if phrase is None and len(words) > 1 else ""
    return Piece(words=words, joined=joined, excluded=bool(match["minus"]))


def _with_beginning(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The last piece, if it is a plain word, may be unfinished."""
    if not pieces:
        return ()
    last = pieces[-1]
    is_phrase = len(last.words) > 1 and not last.joined
    if not (last.excluded or is_phrase):
        pieces[-1] = Piece(words=last.words, joined=last.joined, unfinished=True)
    return tuple(pieces)
