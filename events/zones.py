"""Time zones by IANA name."""

import zoneinfo
from functools import cache, lru_cache

from django.core.exceptions import ValidationError


def validate_time_zone(value: str) -> None:
    """Raise ValidationError unless this is an IANA name such as Europe/Berlin."""
    if value not in _known():
        raise ValidationError(f"{value} is not a known time zone.")


@cache
def _known() -> frozenset[str]:
    """All names. To find them takes a look into every file of the time zone database."""
    return frozenset(zoneinfo.available_timezones())


@lru_cache(maxsize=600)
def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The zone of that name. ZoneInfo itself keeps eight and reads others from disk each time."""
    return zoneinfo.ZoneInfo(name)
