"""Words around what somebody wants: that it is sold here, that it should be cheap or near."""

from collections.abc import Sequence

from search.readings import Spoken, spoken_words

FILLERS = frozenset("in at on near around from for with tickets ticket".split())
CHEAP = frozenset({"cheap", "cheapest"})
SOLD = CHEAP | frozenset(
    "ticket tickets event events show shows game games match matches music live nearby".split()
)
# Between two sides, however the event's own name has it.
AGAINST = frozenset({"v", "vs", "versus", "against"})
PHRASES = frozenset(
    {
        "near me", "near by", "around me", "close to me", "near here", "around here",
        "whats on", "what is on", "whats happening", "things to do", "stuff to do", "date night",
    }
)  # fmt: skip
LONGEST_PHRASE = 3


def to_the_point(text: str) -> str | None:
    """The text without its small talk and small words, such as "at"; None if it has none.

    In quotes it is no small talk.
    """
    words = spoken_words(text)
    talk = _small_talk(words)
    kept = [
        word.raw
        for index, word in enumerate(words)
        if word.is_quoted or not (index in talk or word.folded in FILLERS)
    ]
    return " ".join(kept) if len(kept) < len(words) else None


def wants_it_cheap(text: str) -> bool:
    """Whether the lowest price comes first."""
    return any(word.folded in CHEAP and not word.is_quoted for word in spoken_words(text))


def _small_talk(words: Sequence[Spoken]) -> set[int]:
    """Where it stands."""
    found = {index for index, word in enumerate(words) if word.folded in SOLD}
    found |= {index for index in range(1, len(words) - 1) if words[index].folded in AGAINST}
    for start in range(len(words)):
        for end in range(start + 2, min(start + LONGEST_PHRASE, len(words)) + 1):
            if " ".join(word.folded for word in words[start:end]) in PHRASES:
                found |= set(range(start, end))
    return {index for index in found if not words[index].is_quoted}
