"""The short forms of the benchmarks that CI runs: what is counted there is judged, never a time.

One site's services for all of them: to start these takes as long as most benchmarks do.
"""

import pytest

from tests.command import run_command

LONGEST_S = 900
NAMES = ("hot_seat", "lapse", "redis_loss", "rate_limit", "waiting_room")
WORDS = ("bench", "--short", "--counts-only", *NAMES)


@pytest.mark.race
def test_crowds_meet_no_500_no_double_sale_and_no_more_inside_than_the_cap() -> None:
    """R3 and R5: one winner, and no seat released early or late. R14 and R17 in small: Redis
    stopped, then flushed, and the order of the line stands."""
    done = run_command(*WORDS, longest_s=LONGEST_S)

    assert done.returncode == 0
    for told in (
        "winners of 7 seats, one after the other",
        "seats taken before their hold ended",
        "answers of 500 and requests without answer",
        "most inside at any look",
        "places in line kept in order",
        "searches let in with Redis",
        "Postgres transactions of all polls together",
    ):
        assert told in done.stdout, told
