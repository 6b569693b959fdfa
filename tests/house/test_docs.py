"""What README and docs/ name exists: files, links, commands, benchmarks and drills."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.core.management import get_commands

from benchmarks.runner import BENCHMARKS
from tests.chaos.runner import DRILLS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TOP = [path for path in ROOT.iterdir() if path.name[0] != "." and path.name != "staticfiles"]
CODE = re.compile(r"`([^`\n]+)`|^    (\S.*)$", re.MULTILINE)
FILE = re.compile(r"(?<![\w/.:-])(?:[\w-]+/)*[\w-]+\.(?:py|md|lua|sh|txt|csv|tsv|yaml|template)\b")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
RUN = re.compile(r"\./run (bench|chaos)((?: [a-z_]+)+)")
MANAGE = re.compile(r"(?:\./run manage|manage\.py) ([a-z_]+)")


def code_of(page: Path) -> Iterator[str]:
    """Everything that is written as code on the page."""
    for inline, block in CODE.findall(page.read_text()):
        yield inline or block.partition("  #")[0]


def found(pattern: re.Pattern[str]) -> list[tuple[Path, tuple[str, ...]]]:
    """Where which groups of the pattern stand in the pages' code."""
    return [
        (page, match.groups() or (match[0],))
        for page in PAGES
        for code in code_of(page)
        for match in pattern.finditer(code)
    ]


def test_every_file_that_is_named_exists() -> None:
    """By its path, or by the end of it where the text around says which folder is meant."""
    there = [str(path) for top in TOP for path in top.rglob("*")] + [str(top) for top in TOP]
    ends = tuple({f"/{name}" for _, (name,) in found(FILE)})
    met = {end for path in there if path.endswith(ends) for end in ends if path.endswith(end)}

    assert len(ends) > 100
    assert sorted(set(ends) - met) == []


def test_every_link_leads_somewhere() -> None:
    links = [(page, link) for page in PAGES for link in LINK.findall(page.read_text())]

    assert links
    assert [(page, link) for page, link in links if not (page.parent / link).exists()] == []


def test_every_command_benchmark_and_drill_exists() -> None:
    known = {"bench": set(BENCHMARKS), "chaos": set(DRILLS)}
    wrong = [(word, names) for _, (word, names) in found(RUN) if set(names.split()) - known[word]]
    commands = get_commands()

    assert wrong == []
    assert [name for _, (name,) in found(MANAGE) if name not in commands] == []
