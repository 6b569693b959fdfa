"""What the page says, in plain words, for each way to stand."""

from dataclasses import dataclass

from bookings.waiting_room.answers import Answer

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Told:
    """The headline, one sentence below it, and the wait in words (blank where nobody can tell)."""

    headline: str
    sentence: str
    wait: str = ""


def told(answer: Answer, *, has_place: bool) -> Told:
    """The words for this answer."""
    if answer.state == "paused":
        return Told("Please hold on", PAUSED if has_place else HOLD_ON, "")
    if answer.state == "closed":
        return _closed(answer)
    if not has_place:
        return _outside(answer)
    if answer.state == "pre_queue":
        return _before(answer)
    wait = wait_text(*answer.wait)
    headline = "You are in line" if answer.ahead else "You are next"
    return Told(headline, "People go in one after another, in the order of the line.", wait)


PAUSED = "Nobody is being let in this moment. Your place is kept, and so is everybody else’s."
HOLD_ON = "Nobody is being let in this moment. This page looks again by itself."


def _closed(answer: Answer) -> Told:
    standing = answer.standing
    if standing is not None and not standing.is_closed and standing.joins_from > standing.now:
        left = duration_text((standing.joins_from - standing.now) // 1000)
        return Told("Not open yet", f"You can join in {left}. This page looks again by itself.")
    return Told("This line is closed", "Nobody is let in any more.")


def _outside(answer: Answer) -> Told:
    if answer.state == "pre_queue":
        return Told(
            "Join before it opens",
            "Everybody who joins before the opening has the same chance: places are drawn.",
            _opens_in(answer),
        )
    return Told("Join the line", "People go in one after another, in the order of joining.")


def _before(answer: Answer) -> Told:
    if answer.standing is not None and answer.standing.opens <= answer.standing.now:
        return Told("The draw is being made", "The list is sealed. Your place follows in a moment.")
    return Told(
        "You are in the draw",
        "Everybody here before the opening has the same chance, however early they came.",
        _opens_in(answer),
    )


def _opens_in(answer: Answer) -> str:
    seconds = answer.wait[0]
    if seconds is None and answer.standing is not None:
        seconds = max(0, (answer.standing.opens - answer.standing.now) // 1000)
    return f"Opens in {duration_text(seconds)}" if seconds else ""


def wait_text(least: int | None, most: int | None) -> str:
    """The band as people say it; blank where nobody can tell."""
    if least is None or most is None:
        return "" if least is None else f"At least {duration_text(least)}"
    if most < 2 * MINUTE:
        return "Less than two minutes"
    lower, upper = max(1, least // MINUTE), -(-most // MINUTE)
    if upper > 2 * HOUR // MINUTE:
        first, last = least // HOUR, -(-most // HOUR)
        return f"Between {first} and {last} hours" if first else f"Less than {last} hours"
    return f"Between {lower} and {upper} minutes" if lower < upper else f"About {upper} minutes"


def duration_text(seconds: int) -> str:
    """`40 seconds`, `3 minutes`, `2 hours 5 minutes`."""
    if seconds < 2 * MINUTE:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    minutes = -(-seconds // MINUTE)
    if minutes < 2 * HOUR // MINUTE:
        return f"{minutes} minutes"
    hours, rest = divmod(minutes, 60)
    return f"{hours} hours" + (f" {rest} minutes" if rest else "")
