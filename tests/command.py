"""`./run` with some words, as anybody would type it, in a process of its own."""

import os
import subprocess
import sys

from tests.sandbox.process import ROOT

# What the suite tells its own processes: the command brings its own services.
OURS = ("DATABASE_", "REDIS_", "STRIPE_", "TEST_", "DJANGO_", "ELASTICSEARCH_", "CI")


def run_command(*words: str, longest_s: int) -> subprocess.CompletedProcess[str]:
    """What it said and how it ended; its last words are printed for whoever reads a failure."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "ticketmaster.embedded", *words],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=longest_s,
        check=False,
    )
    print(done.stdout[-9000:], done.stderr[-2000:])
    return done
