"""When an event is over."""

from datetime import datetime, timedelta

# An event without a stated end counts as over this long after its start.
USUAL_LENGTH = timedelta(hours=6)


def is_over(starts_at: datetime, ends_at: datetime | None, *, now: datetime) -> bool:
    """Whether nobody comes any more: past its end or, with none stated, its usual length.

    `events.publishing` asks the same of all events in SQL.
    """
    return (ends_at or starts_at + USUAL_LENGTH) <= now
