"""Serializer fields that take what they say and nothing that merely looks like it."""

from typing import Any

from rest_framework import serializers

LARGEST_ID = 2**63 - 1


class StrictIntegerField(serializers.IntegerField):
    """A JSON integer: no text, no fraction, no true or false."""

    def to_internal_value(self, data: Any) -> int:
        """The integer; a validation error for anything else."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class StrictCharField(serializers.CharField):
    """JSON text without NUL: no number, no true or false."""

    def to_internal_value(self, data: Any) -> str:
        """The text, trimmed; a validation error for anything else."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class IdField(StrictIntegerField):
    """The id of a row: 1 to 2^63 − 1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)


class StrictBooleanField(serializers.BooleanField):
    """JSON true or false."""

    def to_internal_value(self, data: Any) -> bool:
        """The value; a validation error for anything else."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data
