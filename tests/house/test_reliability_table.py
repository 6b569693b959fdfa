"""docs/reliability.md names tests for every failure of the list, and they exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "reliability.md"
ROW = re.compile(r"^\| (F\d\d|R\d+)\b.*\|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
SPANS = [(1, 52), (55, 58), (60, 65), (71, 78)]
WANTED = [f"F{number:02}" for first, last in SPANS for number in range(first, last + 1)]
FIGURES = [f"R{number}" for number in range(1, 19)]


def rows() -> dict[str, str]:
    return {match[1]: match[0] for match in ROW.finditer(TABLE.read_text())}


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_failure_and_every_figure_has_its_row() -> None:
    assert [name for name in [*WANTED, *FIGURES] if name not in rows()] == []


@pytest.mark.parametrize("number", WANTED)
def test_a_failure_names_tests_that_exist(number: str) -> None:
    named = TEST.findall(rows()[number])

    assert named
    assert [(path, name) for path, name in named if name not in names_in(path)] == []
