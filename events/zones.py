"""Time zones by IANA name."""

import zoneinfo

from django.core.exceptions import ValidationError


def validate_time_zone(value: str) -> None:
    """Raise ValidationError unless this is an IANA name such as Europe/Berlin."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(f"{value} is not a known time zone.")
