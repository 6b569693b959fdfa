"""Performers by number: the same number is always the same performer."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from events.cities import all_cities
from events.generating.words import (
    FAMILY_SHOWS,
    FIRST_NAMES,
    LAST_NAMES,
    MASCOTS,
    PLAYS,
    QUALITIES,
    THINGS,
)
from events.models import Segment

# How often each kind occurs, in a hundred, and its genres.
KINDS = (
    (46, Segment.CONCERT, "Rock|Pop|Indie|Hip-hop|Jazz|Classical|Electronic|Folk|Country|Metal|"
     "Soul|Blues|Latin|Reggae|Punk"),
    (24, Segment.SPORT, "Football|Basketball|Ice hockey|Baseball|Rugby|Handball|Volleyball"),
    (14, Segment.THEATRE, "Drama|Musical|Ballet|Opera|Dance"),
    (10, Segment.COMEDY, "Stand-up|Improv|Sketch"),
    (6, Segment.FAMILY, "Puppets|Circus|Magic|Ice show"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """A made-up performer with what they do."""

    name: str
    segment: Segment
    genre: str


def act(number: int, *, seed: int) -> Act:
    """The performer of this number; another seed has others."""
    dice = random.Random(f"act {seed} {number}")
    weights = [weight for weight, _, _ in KINDS]
    _, segment, genres = dice.choices(KINDS, weights)[0]
    name = NAMED[segment](dice)
    return Act(name=name, segment=segment, genre=_skewed(dice, genres.split("|")))


def acts(count: int, *, seed: int) -> list[Act]:
    """The first so many performers, their names all different."""
    made: dict[str, Act] = {}
    number = 0
    while len(made) < count:
        one = act(number, seed=seed)
        number += 1
        key = one.name.casefold()
        if key not in made:
            made[key] = one
        elif number > 3 * count:  # combinations run out: number the namesakes
            name = f"{one.name} {number}"
            made[name.casefold()] = Act(name, one.segment, one.genre)
    return list(made.values())


def _skewed(dice: random.Random, genres: list[str]) -> str:
    """One of them, the first ones more often."""
    return genres[min(int(len(genres) * dice.random() ** 1.7), len(genres) - 1)]


def _person(dice: random.Random) -> str:
    return f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}"


def _band(dice: random.Random) -> str:
    shape = dice.random()
    if shape < 0.4:
        return f"The {dice.choice(QUALITIES)} {dice.choice(THINGS)}"
    if shape < 0.6:
        return f"{dice.choice(QUALITIES)} {dice.choice(THINGS)}"
    if shape < 0.7:
        return f"{dice.choice(LAST_NAMES)} & the {dice.choice(THINGS)}"
    return _person(dice)


def _team(dice: random.Random) -> str:
    return f"{dice.choice(all_cities()).name} {dice.choice(MASCOTS)}"


def _company(dice: random.Random) -> str:
    if dice.random() < 0.5:
        return f"{dice.choice(PLAYS)} ({dice.choice(LAST_NAMES)} Company)"
    return (
        f"{dice.choice(all_cities()).name} {dice.choice(('Players', 'Ballet', 'Opera', 'Stage'))}"
    )


def _family(dice: random.Random) -> str:
    return f"{dice.choice(FAMILY_SHOWS)} ({dice.choice(LAST_NAMES)})"


NAMED: dict[Segment, Callable[[random.Random], str]] = {
    Segment.CONCERT: _band,
    Segment.SPORT: _team,
    Segment.THEATRE: _company,
    Segment.COMEDY: _person,
    Segment.FAMILY: _family,
}
