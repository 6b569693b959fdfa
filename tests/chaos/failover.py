"""R13: the machine of Postgres is lost under load, and its standby takes its place.

The standby is synchronous: an answer to a buyer means that the sale is written on both. The old
server stays down, and the address of the site's database leads to the new one from then on, so
this is the last drill of a run.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg

from tests.chaos.checker import PAYS, findings, money_at_stripe
from tests.chaos.drills import Run, with_buyers
from tests.chaos.nemesis import Nemesis
from tests.chaos.place import Place
from tests.chaos.settled import booking_rows, patiently
from ticketmaster.embedded.postgres import Postgres

PORT, STANDBY_PORT = 5432, 5433
NAME = "standby"
BEFORE_S, AFTER_S = 15.0, 45.0
PATIENCE_S = 120.0
CLEAN_WITHIN_S = 300.0


def failover(run: Run) -> None:
    """Lose the primary for good; judge when all is settled and whether all books agree."""
    known = len(run.history)
    standby = follow(run.place)
    lost: list[float] = []

    def break_things(nemesis: Nemesis) -> None:
        nemesis.stop.wait(BEFORE_S)
        lost.append(time.time())
        with nemesis.fault("Postgres' machine lost"):
            take_over(run.place, standby)
        nemesis.stop.wait(AFTER_S)

    with_buyers(run, break_things, pace_s=1.0)
    run.settle()
    stripe = money_at_stripe(run.place.ledger(), site=run.place.url)
    wrong = findings(run.history, patiently(booking_rows), stripe)
    clean_s = time.time() - lost[0]
    paid = [one for one in list(run.history)[known:] if one.kind in PAYS and one.outcome == "ok"]
    after = sorted((one.ended_at or 0) - lost[0] for one in paid if (one.ended_at or 0) > lost[0])
    run.figures.append(
        f"R13 the standby took over: {len(paid)} paid, the first {min(after, default=0):.1f} s"
        f" after the loss; settled after {clean_s:.0f} s, {len(wrong)} disagreements"
    )
    if wrong or not after or len(after) == len(paid) or clean_s > CLEAN_WITHIN_S:
        run.problems.append(run.figures[-1])


def follow(place: Place) -> Postgres:
    """A copy of the site's Postgres, from now on written along with every commit."""
    primary = place.services.postgres
    assert primary is not None
    settings = {**primary.settings, "port": str(STANDBY_PORT)}
    standby = replace(primary, data=primary.data.with_name(NAME), settings=settings)
    _copy(primary, standby)
    place.supervisor.start(replace(standby.program(), name=NAME))
    _wait_until(lambda: _ask(primary, "SELECT state FROM pg_stat_replication") == "streaming")
    _ask(primary, f"ALTER SYSTEM SET synchronous_standby_names = '{NAME}'")
    _ask(primary, "SELECT pg_reload_conf()")
    _wait_until(lambda: _ask(primary, "SELECT sync_state FROM pg_stat_replication") == "sync")
    return standby


def take_over(place: Place, standby: Postgres) -> None:
    """The primary is gone and stays down; its standby answers at its address."""
    place.supervisor.end("postgres")
    assert _ask(standby, "SELECT pg_promote(true, 60)", port=STANDBY_PORT) is True
    address = standby.socket / f".s.PGSQL.{PORT}"
    address.unlink(missing_ok=True)
    address.symlink_to(f".s.PGSQL.{STANDBY_PORT}")


def _copy(primary: Postgres, standby: Postgres) -> None:
    uid, gid = primary.user.ids if primary.user else (os.geteuid(), os.getegid())
    shutil.rmtree(standby.data, ignore_errors=True)
    standby.data.mkdir(mode=0o700)
    os.chown(standby.data, uid, gid)
    subprocess.run(
        [
            str(primary.binaries / "pg_basebackup"),
            *("-D", str(standby.data), "--wal-method=stream", "--checkpoint=fast"),
            *("--write-recovery-conf", "--no-sync"),
            *("-d", f"host={primary.socket} user=postgres application_name={NAME}"),
        ],
        env={"LC_ALL": "C"},
        cwd=standby.data,
        user=uid,
        group=gid,
        extra_groups=[] if primary.user else None,
        check=True,
    )


def _ask(server: Postgres, statement: str, *, port: int = PORT) -> Any:
    """The first value of the answer, None where there is none."""
    address = f"{server.url('postgres', 'postgres')}&port={port}"
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute(statement)
        row = found.fetchone() if found.description else None
    return row[0] if row else None


def _wait_until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < until, "the standby does not follow"
        time.sleep(0.2)
