"""Repairing typos: what somebody who found nothing probably meant."""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product

from rapidfuzz.distance import OSA

from search.folding import collapse
from search.models import Word, WordVariant
from search.readings import Spoken, spoken_words
from search.small_talk import to_the_point
from search.vocabulary import variants_of

SHORTEST_REPAIRED = 3
TWO_TYPOS_FROM = 8
WORDS_AT_MOST = 6
CHOICES = 4
TRIES = 6
# What a repair costs: a typo, another first letter (rarely mistyped), two words written as one.
TYPO, OTHER_INITIAL, JOINED = 10.0, 12.0, 6.0
RAREST_COSTS = 4.0


def repairs_of(text: str, *, kept: str = "") -> Iterator[str]:
    """The most probable meanings of a text with typos, the most probable first.

    Words of `kept`, quoted ones and short ones stay; small talk goes where nothing is meant with
    it. Nothing for a text of which some word is neither known nor near a known one.
    """
    yield from _repairs(text, kept)
    if plain := to_the_point(text):
        yield from _repairs(plain, kept)


def _repairs(text: str, kept: str) -> Iterator[str]:
    words = spoken_words(text)
    spared = {word.raw for word in spoken_words(kept)}
    free = [word for word in words if word.raw not in spared and _is_repairable(word)]
    if not free or len(free) > WORDS_AT_MOST or _are_initials(words):
        return
    near = _near(sorted({word.folded for word in free}))
    choices = [near.get(word.folded, []) if word in free else [(0.0, word.raw)] for word in words]
    if not all(choices):
        return
    costed = [
        (sum(cost for cost, _ in combination), " ".join(word for _, word in combination))
        for combination in product(*choices)
    ]
    costed += _joined(words, free)
    unchanged = " ".join(word.folded if word in free else word.raw for word in words)
    for _, repaired in heapq.nsmallest(TRIES + 1, dict.fromkeys(costed)):
        if repaired != unchanged:
            yield repaired


def _is_repairable(word: Spoken) -> bool:
    return not word.is_quoted and len(word.folded) >= SHORTEST_REPAIRED and word.folded.isalpha()


def _are_initials(words: Sequence[Spoken]) -> bool:
    """Three letters alone, such as PSG: a typo away are only the initials of others."""
    return len(words) == 1 and len(words[0].folded) == SHORTEST_REPAIRED


def _near(words: Sequence[str]) -> dict[str, list[tuple[float, str]]]:
    """For each word the known ones it may be, itself included, with their costs."""
    variants = {variant: word for word in words for variant in variants_of(word)}
    of_variant: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for variant in variants_of(word):
            of_variant[variant].add(word)
    rows = WordVariant.objects.filter(variant__in=list(variants))
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for variant, known, weight in rows.values_list("variant", "word_id", "word__weight"):
        for word in of_variant[variant]:
            cost = _cost(word, known, weight)
            if cost is not None:
                found[word][known] = cost
    return {
        word: heapq.nsmallest(CHOICES, ((cost, known) for known, cost in near.items()))
        for word, near in found.items()
    }


def _cost(word: str, known: str, weight: int) -> float | None:
    """What reading the word as that known one costs; None where it is too far."""
    distance = OSA.distance(word, known)
    if distance > (2 if len(word) >= TWO_TYPOS_FROM else 1):
        return None
    rare = RAREST_COSTS * (1 - min(weight, 100) / 100) if distance else 0.0
    return distance * TYPO + (word[0] != known[0]) * OTHER_INITIAL + rare


def _joined(words: Sequence[Spoken], free: Sequence[Spoken]) -> list[tuple[float, str]]:
    """Two words that are one name written apart: cold play."""
    pairs = {
        index: collapse(words[index].folded + words[index + 1].folded)
        for index in range(len(words) - 1)
        if words[index] in free and not words[index + 1].is_quoted
    }
    known = set(Word.objects.filter(pk__in=pairs.values()).values_list("pk", flat=True))
    return [
        (JOINED, " ".join([*_raw(words[:index]), joined, *_raw(words[index + 2 :])]))
        for index, joined in pairs.items()
        if joined in known
    ]


def _raw(words: Sequence[Spoken]) -> list[str]:
    return [word.raw for word in words]
