"""Reads parameters as a table allows, refusing what it does not know, as Stripe does."""

import re
from dataclasses import dataclass
from typing import Any

from payments.sandbox.errors import InvalidParameter

BIGGEST = 2**63 - 1
WHOLE_NUMBER = re.compile(r"-?[0-9]+")


@dataclass(frozen=True)
class Text:
    """A string of at most `longest` characters; with `choices`, one of them."""

    choices: tuple[str, ...] = ()
    longest: int = 5000

    def read(self, value: Any, name: str) -> str:
        if not isinstance(value, str):
            raise InvalidParameter(f"Invalid string: {value}", param=name)
        if "\x00" in value:
            raise InvalidParameter("Invalid string: it holds a NUL character", param=name)
        if len(value) > self.longest:
            message = f"Invalid string: {value[:20]}…; must be at most {self.longest} characters"
            raise InvalidParameter(message, param=name, code="parameter_invalid_string_long")
        if self.choices and value not in self.choices:
            allowed = ", ".join(self.choices[:-1]) + f", or {self.choices[-1]}"
            raise InvalidParameter(f"Invalid {name}: must be one of {allowed}", param=name)
        return value


@dataclass(frozen=True)
class Whole:
    """A whole number that is not negative."""

    smallest: int = 0

    def read(self, value: Any, name: str) -> int:
        digits = value if isinstance(value, str) else ""
        if not WHOLE_NUMBER.fullmatch(digits):
            raise InvalidParameter(
                f"Invalid integer: {value}", param=name, code="parameter_invalid_integer"
            )
        number = int(digits[:30])
        if number < self.smallest or number > BIGGEST:
            bound = "greater than or equal to" if number < self.smallest else "less than"
            limit = self.smallest if number < self.smallest else BIGGEST
            raise InvalidParameter(
                f"This value must be {bound} {limit}.", param=name, code="parameter_invalid_integer"
            )
        return number


@dataclass(frozen=True)
class Flag:
    """true or false."""

    def read(self, value: Any, name: str) -> bool:
        if value not in ("true", "false"):
            raise InvalidParameter(f"Invalid boolean: {value}", param=name)
        return str(value) == "true"


@dataclass(frozen=True)
class OffSession:
    """A boolean or `one_off` or `recurring`."""

    def read(self, value: Any, name: str) -> bool:
        if value in ("one_off", "recurring"):
            return True
        return Flag().read(value, name)


@dataclass(frozen=True)
class Metadata:
    """Up to 50 names of at most 40 characters with values of at most 500."""

    def read(self, value: Any, name: str) -> dict[str, str]:
        if value == "":
            return {}
        if not isinstance(value, dict):
            raise InvalidParameter("Invalid hash", param=name)
        if len(value) > 50:
            raise InvalidParameter("Metadata can have at most 50 keys.", param=name)
        return {key: self._entry(key, text, f"{name}[{key}]") for key, text in value.items()}

    def _entry(self, key: str, text: Any, name: str) -> str:
        if len(key) > 40:
            raise InvalidParameter("Metadata keys can have at most 40 characters.", param=name)
        return Text(longest=500).read(text, name)


@dataclass(frozen=True)
class ListOf:
    """An array of values of one kind."""

    kind: Any

    def read(self, value: Any, name: str) -> list[Any]:
        if value == "":
            return []
        if not isinstance(value, list):
            raise InvalidParameter("Invalid array", param=name)
        return [read_value(item, self.kind, f"{name}[{i}]") for i, item in enumerate(value)]


@dataclass(frozen=True)
class Anything:
    """Taken as it comes: a part of Stripe's API that the sandbox accepts and does not act on."""

    def read(self, value: Any, name: str) -> Any:
        return value


def read_value(value: Any, kind: Any, name: str) -> Any:
    """A value read as its kind; a dict as kind is a table of its own."""
    if not isinstance(kind, dict):
        return kind.read(value, name)
    if not isinstance(value, dict):
        raise InvalidParameter("Invalid hash", param=name)
    return {
        key: read_value(child, known(kind, key, f"{name}[{key}]"), f"{name}[{key}]")
        for key, child in value.items()
    }


def known(table: dict[str, Any], key: str, name: str) -> Any:
    """The kind of a parameter, refusing one that the table does not list."""
    if key not in table:
        raise InvalidParameter(
            f"Received unknown parameter: {name}", code="parameter_unknown", param=name
        )
    return table[key]


def read_parameters(
    raw: dict[str, Any], table: dict[str, Any], *, required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Typed parameters. Blank values are as if absent, save where a kind gives them a meaning.

    Raises InvalidParameter with `parameter_unknown`, `parameter_missing` or the like.
    """
    values = {}
    for key, value in raw.items():
        kind = known(table, key, key)
        if value == "" and key in required:
            raise InvalidParameter(
                f"You passed an empty string for '{key}'.",
                code="parameter_invalid_empty",
                param=key,
            )
        if value != "" or isinstance(kind, Metadata | ListOf):
            values[key] = read_value(value, kind, key)
    for key in required:
        if key not in values:
            raise InvalidParameter(
                f"Missing required param: {key}.", code="parameter_missing", param=key
            )
    return values
