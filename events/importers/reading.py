"""Listing files: a JSON array, JSON lines, or one document with an `@graph` or an `ItemList`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from events.importers.errors import FileRefused, RowRefused

LONGEST_NUMBER = 40
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Row:
    """One listing as read. `number` counts from 1; in JSON lines it is the line's number."""

    number: int
    value: Any = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ListingFile:
    """The rows of a file, and how many there will be at most."""

    total: int
    rows: Iterator[Row]


def read_listings(path: Path) -> ListingFile:
    """The file's rows, broken JSON lines among them as rows with a problem.

    Raises FileRefused when the file cannot be read, is empty, or is one broken document.
    """
    content = _content(path)
    if content[:1] == b"[":
        return _document(content)
    lines = content.split(b"\n")
    if len(lines) > 1 and _is_json(lines[0]):
        return ListingFile(total=len(lines), rows=_lines(lines))
    if _is_json(content):
        return _document(content)
    return ListingFile(total=len(lines), rows=_lines(lines))


def _content(path: Path) -> bytes:
    """The file's bytes. Blank lines at its head stay out unless they would move line numbers."""
    try:
        content = path.read_bytes().removeprefix(BYTE_ORDER_MARK)
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}") from error
    if not content.strip():
        raise FileRefused(f"{path} is empty")
    stripped = content.lstrip()
    return stripped if stripped[:1] == b"[" else content


def _document(content: bytes) -> ListingFile:
    try:
        document = parse_json(content)
    except RowRefused as error:
        raise FileRefused(f"The file is no JSON: {error}") from error
    values = list(_unwrapped(document))
    return ListingFile(
        total=len(values),
        rows=(Row(number, value) for number, value in enumerate(values, start=1)),
    )


def _lines(lines: list[bytes]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            document = parse_json(line)
        except RowRefused as error:
            yield Row(number, problem=f"broken JSON: {error}")
            continue
        for value in _unwrapped(document) if isinstance(document, dict) else [document]:
            yield Row(number, value)


def _unwrapped(document: Any) -> Iterator[Any]:
    """The listings of a document: a list's, a graph's, an ItemList's, or the one that it is."""
    if isinstance(document, list):
        for value in document:
            yield from _unwrapped(value) if isinstance(value, dict) else [value]
    elif isinstance(document, dict) and isinstance(document.get("@graph"), list):
        yield from document["@graph"]
    elif isinstance(document, dict) and isinstance(document.get("itemListElement"), list):
        yield from map(_item, document["itemListElement"])
    else:
        yield document


def _item(element: Any) -> Any:
    """What a ListItem of schema.org holds; any other element is the listing itself."""
    return element.get("item", element) if isinstance(element, dict) else element


def parse_json(content: bytes) -> Any:
    """The value, its decimals exact. Raises RowRefused with where and why it is broken."""
    try:
        return json.loads(
            content.decode("utf-8"),
            parse_float=Decimal,
            parse_int=_number,
            parse_constant=Decimal,  # NaN and Infinity, refused later with their row
        )
    except UnicodeDecodeError as error:
        raise RowRefused(f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise RowRefused(f"{error.msg} (line {error.lineno}, column {error.colno})") from error
    except RecursionError as error:
        raise RowRefused("nested too deeply") from error


def _is_json(content: bytes) -> bool:
    try:
        parse_json(content)
    except RowRefused:
        return False
    return True


def _number(digits: str) -> int | Decimal:
    """A whole number; one too long for Python's own limit comes as Decimal, refused later."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else Decimal(digits)
