"""Stripe's form encoding: `a[b]=1`, `list[]=x`, `list[0][c]=y` become nested values of text."""

from collections.abc import Iterable
from typing import Any

from payments.sandbox.errors import InvalidParameter

DEEPEST = 8


def parse_form(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Nested dicts and lists of strings from name and value pairs.

    Raises InvalidParameter for names that cannot be read.
    """
    tree: dict[str, Any] = {}
    for name, value in pairs:
        _place(tree, _path(name), value)
    return {key: _as_lists(value) for key, value in tree.items()}


def _path(name: str) -> list[str]:
    head, *rest = name.split("[")
    if not head or any(not part.endswith("]") for part in rest) or len(rest) > DEEPEST:
        raise InvalidParameter(f"Invalid parameter name: {name[:80]}", param=name[:80])
    return [head, *(part[:-1] for part in rest)]


def _place(tree: dict[str, Any], path: list[str], value: str) -> None:
    for position, part in enumerate(path[:-1]):
        child = tree.setdefault(part or str(len(tree)), {})
        if not isinstance(child, dict):
            raise InvalidParameter("Invalid hash", param=path[position])
        tree = child
    tree[path[-1] or str(len(tree))] = value


def _as_lists(value: Any) -> Any:
    """Dicts whose keys are 0, 1, 2, … are lists; Stripe's clients send them so."""
    if not isinstance(value, dict):
        return value
    children = {key: _as_lists(child) for key, child in value.items()}
    if children and all(key.isascii() and key.isdigit() for key in children):
        return [children[key] for key in sorted(children, key=int)]
    return children
