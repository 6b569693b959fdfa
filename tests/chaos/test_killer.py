"""A point kills one process, at the spot, and only when somebody asked for it."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.place import kills_in
from tests.sandbox.process import ROOT

PROGRAM = """
import sys
from pathlib import Path
from tests.chaos.apps import Killer
from ticketmaster.core import chaos
folder = Path(sys.argv[1])
chaos.handler = Killer(armed=folder, log=folder / "kills.jsonl")
chaos.chaospoint("before_B")
print("went on", flush=True)
chaos.chaospoint("after_B")
print("and on", flush=True)
"""


@pytest.mark.parametrize(
    ("armed", "code", "said"),
    [
        ("before_B", -signal.SIGKILL, ""),
        ("after_B", -signal.SIGKILL, "went on\n"),
        ("somewhere_else", 0, "went on\nand on\n"),
    ],
)
def test_an_armed_point_kills_once(armed: str, code: int, said: str, tmp_path: Path) -> None:
    (tmp_path / armed).touch()
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]

    first = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (first.returncode, first.stdout) == (code, said)
    assert (again.returncode, again.stdout) == (0, "went on\nand on\n")
    log = tmp_path / "kills.jsonl"
    lines = log.read_text().splitlines() if log.exists() else []
    assert [json.loads(line)["point"] for line in lines] == [armed] * (code != 0)


def test_a_line_that_a_dying_process_has_half_written_is_read_when_it_is_whole() -> None:
    """Found after 459 kills: the run read the file at that moment and was over."""
    first, second = '{"point": "after_B"}\n', '{"point": "after_C"}\n'

    assert kills_in("") == []
    assert kills_in(first + second[:11]) == [{"point": "after_B"}]
    assert kills_in(first + second) == [{"point": "after_B"}, {"point": "after_C"}]
