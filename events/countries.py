"""Countries by any of their names, and the country that a time zone lies in."""

from functools import lru_cache
from pathlib import Path

from events.names import folded

TABLE = Path(__file__).parent / "data" / "countries.tsv"
UNKNOWN = "ZZ"  # ISO 3166-1 leaves it to its users


def country_code(name: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country given as code or name, None if unknown."""
    return _codes().get(folded(name))


def country_name(code: str) -> str:
    """What a country is called on an address, blank for a code that is none."""
    return _names().get(code, "")


def country_of_zone(time_zone: str) -> str:
    """The code of the country that an IANA zone belongs to, ZZ for zones of the open sea."""
    return _countries_by_zone().get(time_zone, UNKNOWN)


@lru_cache(maxsize=1)
def _rows() -> list[tuple[str, list[str], list[str]]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    fields = (line.split("\t") for line in lines)
    return [(code, names.split("|"), zones.split()) for code, names, zones in fields]


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    codes = {folded(name): code for code, names, _ in _rows() for name in names}
    return codes | {folded(code): code for code, _, _ in _rows()}


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    plain = {code: [name for name in names if "(" not in name] for code, names, _ in _rows()}
    return {code: (plain[code] or names)[0] for code, names, _ in _rows()}


@lru_cache(maxsize=1)
def _countries_by_zone() -> dict[str, str]:
    return {zone: code for code, _, zones in _rows() for zone in zones}
