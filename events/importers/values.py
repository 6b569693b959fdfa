"""Values of JSON-LD as promoters write them: plain, wrapped, repeated, or as text.

Every reader answers a clean value or raises RowRefused naming the field and what is wrong.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from events.importers.errors import RowRefused

SHOWN = 60
# NUL, which Postgres refuses, and halves of surrogate pairs, which are no characters.
NO_TEXT = re.compile("[\x00\ud800-\udfff]")
LONGEST_NUMBER = 40


def listed(value: object) -> list[Any]:
    """The value as a list: nothing is empty, one thing is a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def first(value: object) -> Any:
    """The value, or the first of a list, or None."""
    values = listed(value)
    return values[0] if values else None


def text(value: object, *, field: str, longest: int) -> str:
    """Text with single spaces, blank when absent. Also reads `{"@value": …}`."""
    return " ".join(prose(value, field=field, longest=longest).split())


def prose(value: object, *, field: str, longest: int) -> str:
    """Text whose line breaks are kept, blank when absent."""
    value = first(value)
    if isinstance(value, Mapping):
        value = value.get("@value")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RowRefused(f"{field} is {shown(value)}, not text")
    if NO_TEXT.search(value):
        raise RowRefused(f"{field} holds characters that are not text")
    value = value.strip()
    if len(value) > longest:
        raise RowRefused(f"{field} has {len(value):,} characters; at most {longest:,} are kept")
    return value


def required_text(value: object, *, field: str, longest: int) -> str:
    """Text that must be there."""
    found = text(value, field=field, longest=longest)
    if not found:
        raise RowRefused(f"{field} is missing")
    return found


def decimal(value: object, *, field: str) -> Decimal:
    """A finite number, given as number or decimal text."""
    value = first(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | float | str):
        raise RowRefused(f"{field} is {shown(value)}, not a number")
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError) as error:
        raise RowRefused(f"{field} is {shown(value)}, not a number") from error
    if not number.is_finite() or (number and abs(number.adjusted()) > LONGEST_NUMBER):
        raise RowRefused(f"{field} is {shown(value)}, not a number")
    return number


def whole(value: object, *, field: str, most: int) -> int:
    """A whole number from 0 to `most`."""
    number = decimal(value, field=field)
    if number < 0:
        raise RowRefused(f"{field} is negative")
    if number > most:
        raise RowRefused(f"{field} is {shown(value)}; at most {most:,} is believed")
    if number != number.to_integral_value():
        raise RowRefused(f"{field} is {shown(value)}, not a whole number")
    return int(number)


def term(value: object) -> str:
    """The bare word of a vocabulary term: `https://schema.org/EventCancelled` and kin."""
    value = first(value)
    if isinstance(value, Mapping):
        value = value.get("@id") or value.get("@value")
    if not isinstance(value, str):
        return ""
    return value.strip().rstrip("/").replace("#", "/").replace(":", "/").rsplit("/", 1)[-1]


def terms(value: object) -> list[str]:
    """The bare words of one or several vocabulary terms."""
    return [word for word in (term(one) for one in listed(value)) if word]


def shown(value: object) -> str:
    """The value as a reason quotes it: short and printable."""
    written = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    if isinstance(value, Mapping | list):
        written = "an object" if isinstance(value, Mapping) else "a list"
    if isinstance(value, Decimal):
        written = str(value)
    return written if len(written) <= SHOWN else f"{written[:SHOWN]}…"
