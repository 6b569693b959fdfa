"""The short forms of the crowd benchmarks: CI judges what is counted there, never a time."""

import os
import subprocess
import sys

import pytest

from tests.sandbox.process import ROOT

LONGEST_S = 600
OURS = ("DATABASE_", "REDIS_", "STRIPE_", "TEST_", "DJANGO_", "ELASTICSEARCH_", "CI")
NAMES = ("redis_loss", "rate_limit", "waiting_room")
WORDS = ("bench", "--short", "--counts-only", *NAMES)


@pytest.mark.race
def test_crowds_meet_no_500_no_double_sale_and_no_more_inside_than_the_cap() -> None:
    """R14, R17 and R20 in small: Redis stopped, then flushed, and the order of the line stands."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "ticketmaster.embedded", *WORDS],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )

    print(done.stdout[-9000:], done.stderr[-2000:])
    assert done.returncode == 0
    for told in (
        "answers of 500 and requests without answer",
        "most inside at any look",
        "places in line kept in order",
        "searches let in with Redis",
        "Postgres transactions of all polls together",
    ):
        assert told in done.stdout, told
