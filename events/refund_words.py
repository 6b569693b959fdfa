"""The terms of refunds as fans read them."""

from datetime import datetime

from events.presentation import date_text, zone_name
from events.refund_terms import RefundTerms

DAY_HOURS = 24
WHEN_CANCELLED = "If the event is cancelled, you get back all that you paid without asking."


def refund_text(terms: RefundTerms, *, starts_at: datetime, time_zone: str, now: datetime) -> str:
    """Until when tickets are, or were, taken back and what comes back, by the venue's clock."""
    sentences = [_rule(terms, starts_at, time_zone, now), terms.text.strip(), WHEN_CANCELLED]
    return " ".join(sentence for sentence in sentences if sentence)


def _rule(terms: RefundTerms, starts_at: datetime, time_zone: str, now: datetime) -> str:
    if not terms.takes_back:
        return "These tickets cannot be given back."
    moment = terms.deadline(starts_at)
    until = f"{date_text(moment, time_zone)} {zone_name(moment, time_zone)}"
    if now > moment:
        return (
            "These tickets cannot be given back any more: that was possible until "
            f"{until} ({_before_start(terms.hours)})."
        )
    what = "all that you paid except the fees" if terms.keeps_fees else "all that you paid"
    return (
        f"You can give tickets back until {until} ({_before_start(terms.hours)}) "
        f"and get back {what}."
    )


def _before_start(hours: int) -> str:
    if not hours:
        return "the start"
    if hours % DAY_HOURS == 0 and hours > DAY_HOURS:
        return f"{hours // DAY_HOURS} days before the start"
    return f"{hours} hour{'' if hours == 1 else 's'} before the start"
