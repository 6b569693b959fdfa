"""The short form of `./run chaos`, as CI runs it: every border of a payment is died at once."""

import pytest

from tests.chaos.drills import POINTS
from tests.command import run_command

LONGEST_S = 400


@pytest.mark.race
def test_processes_die_everywhere_and_nothing_is_lost() -> None:
    """R1, R2 and R6 in small: no double sale, no unexplained cent, all settled in time."""
    done = run_command("chaos", "--short", longest_s=LONGEST_S)

    assert done.returncode == 0
    assert "0 double sales, 0 unexplained cents" in done.stdout
    for point in POINTS:
        assert f"  {point:20}" in done.stdout, point
