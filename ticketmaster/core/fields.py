"""Request bodies: fields that take what they say, and the reading of a whole body."""

import functools
from typing import Any

from rest_framework import serializers

from ticketmaster.core.ids import LARGEST_ID


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


def checked(form: type[serializers.Serializer[Any]], body: Any) -> dict[str, Any]:
    """The body's values as this form describes them. Raises ValidationError naming the fields.

    DRF copies a form's fields for each request, a tenth of a hold's time; checking a body changes
    nothing in them, so each form is made once.
    """
    values: dict[str, Any] = _made(form).run_validation(body)
    return values


@functools.cache
def _made(form: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    return form()
