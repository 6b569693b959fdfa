"""The words of a search row, read back from its tsvector: both engines hold the same text."""

import re
from collections import defaultdict

LEXEME = re.compile(r"'([^']+)':([0-9A-D,]+)")
PLACE = re.compile(r"(\d+)([A-D]?)")
LIGHTEST = "D"  # Postgres leaves this letter out


def texts_of(document: str) -> dict[str, list[str]]:
    """The texts of a tsvector by their weight (A to D), words in order.

    Words that follow each other make one text. Of several at one position the shortest is the
    text's own; the others are the same name written as one word, and texts of their own.
    """
    words: dict[tuple[int, str], list[str]] = defaultdict(list)
    for word, places in LEXEME.findall(document):
        for position, weight in PLACE.findall(places):
            words[int(position), weight or LIGHTEST].append(word)
    texts: dict[str, list[str]] = {weight: [] for weight in "ABCD"}
    joined: dict[str, list[str]] = {weight: [] for weight in "ABCD"}
    before = (-1, "")
    for (position, weight), found in sorted(words.items()):
        own, *others = sorted(found, key=len)
        if before == (position - 1, weight):
            texts[weight][-1] += f" {own}"
        else:
            texts[weight].append(own)
        joined[weight] += others
        before = (position, weight)
    return {weight: [*texts[weight], *joined[weight]] for weight in texts}
