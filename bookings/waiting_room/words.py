"""What the page says, in plain words, for each way to stand."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bookings.waiting_room.answers import Answer
from events.presentation import date_text, zone_name

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Told:
    """The headline and one sentence below it; then the one figure that matters now, in words, with
    what it is and what else is to be known of it (each blank where there is nothing to say)."""

    headline: str
    sentence: str
    wait: str = ""
    label: str = ""
    note: str = ""


def told(answer: Answer, *, has_place: bool, time_zone: str) -> Told:
    """The words for this answer; moments as the venue's clock shows them."""
    if answer.state == "paused":
        return Told("Please hold on", PAUSED if has_place else HOLD_ON)
    if answer.state == "closed":
        return _closed(answer, time_zone)
    if answer.state == "pre_queue":
        return _before(answer, has_place, time_zone)
    if answer.tickets_left == 0:
        return _none_free(answer.tickets_held or 0)
    if not has_place:
        return _outside(answer)
    headline = "You are in line" if answer.ahead else "You are next"
    sentence = "People go in one after another, in the order of the line."
    wait = wait_text(*answer.wait)
    return Told(headline, sentence, wait, "Your wait" if wait else "", note_text(answer))


PAUSED = "Nobody is being let in this moment. Your place is kept, and so is everybody else’s."
HOLD_ON = "Nobody is being let in this moment. This page looks again by itself."
NONE_FREE = "No tickets free right now"
COMES_BACK = (
    "held by people who are choosing or paying. What they do not buy comes back, and people go in"
    " again then."
)
GIVEN_BACK = (
    "Every ticket is sold. If one is given back, whoever is first in line goes in. You need not"
    " keep this page open."
)


def _outside(answer: Answer) -> Told:
    sentence = "People go in one after another, in the order of joining."
    return Told("Join the line", sentence, left_text(answer))


def left_text(answer: Answer) -> str:
    """`147 tickets left`; blank where nobody knows."""
    left = answer.tickets_left
    return f"{left:,} ticket{'' if left == 1 else 's'} left" if left else ""


def note_text(answer: Answer) -> str:
    """The same for somebody in line, and whether there may be too few."""
    left, ahead = answer.tickets_left, answer.ahead
    if left and ahead is not None and ahead >= left:
        return f"{left_text(answer)}: there may be none when it is your turn."
    return left_text(answer)


def _none_free(held: int) -> Told:
    """While no ticket is free: whether one may come back."""
    if not held:
        return Told("Sold out", GIVEN_BACK)
    return Told(NONE_FREE, f"{held:,} {'ticket is' if held == 1 else 'tickets are'} {COMES_BACK}")


def _closed(answer: Answer, time_zone: str) -> Told:
    standing = answer.standing
    if standing is not None and not standing.is_closed and standing.joins_from > standing.now:
        wait = f"You can join in {duration_text(answer.wait[0] or 0)}"
        note = moment_text(standing.joins_from, time_zone)
        return Told("Not open yet", "This page looks again by itself.", wait, note=note)
    return Told("This line is closed", "Nobody is let in any more.")


def _before(answer: Answer, has_place: bool, time_zone: str) -> Told:
    seconds, standing = answer.wait[0], answer.standing
    wait = f"Opens in {duration_text(seconds)}" if seconds else ""
    note = moment_text(standing.opens, time_zone) if standing and wait else ""
    if not has_place and not wait:  # sealed: behind those of the draw
        return _outside(answer)
    if not has_place:
        sentence = "Everybody who joins before the opening has the same chance: places are drawn."
        return Told("Join before it opens", sentence, wait, note=note)
    if not wait:
        return Told("The draw is being made", "The list is sealed. Your place follows in a moment.")
    sentence = "Everybody here before the opening has the same chance, however early they came."
    return Told("You are in the draw", sentence, wait, note=note)


def moment_text(milliseconds: int, time_zone: str) -> str:
    """`Sat 14 March, 19:30 CET`."""
    moment = datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    return f"{date_text(moment, time_zone)} {zone_name(moment, time_zone)}"


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
