"""The short form of `./run chaos`, as CI runs it: every border of a payment is died at once."""

import os
import subprocess
import sys

import pytest

from tests.chaos.drills import POINTS
from tests.sandbox.process import ROOT

LONGEST_S = 400
OURS = ("DATABASE_", "REDIS_", "STRIPE_", "TEST_", "DJANGO_", "ELASTICSEARCH_", "CI")


@pytest.mark.race
def test_processes_die_everywhere_and_nothing_is_lost() -> None:
    """R1, R2 and R6 in small: no double sale, no unexplained cent, all settled in time."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "ticketmaster.embedded", "chaos", "--short"],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )

    print(done.stdout[-6000:], done.stderr[-2000:])
    assert done.returncode == 0
    assert "0 double sales, 0 unexplained cents" in done.stdout
    for point in POINTS:
        assert f"  {point:20}" in done.stdout, point
