"""How long `./run` takes: the first time on a fresh copy, and later.

The copy lies in a temporary folder. The first start downloads from PyPI; --short leaves it out
and lends the copy this clone's `.venv`.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure, Kind, at_most
from benchmarks.site import Bench
from ticketmaster.embedded.area import ROOT
from ticketmaster.embedded.ports import free_port

PATIENCE_S = 600.0
LEFT_OUT = (".git", ".venv", ".local", "staticfiles", "node_modules", ".mypy_cache", ".hypothesis")
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "STRIPE_",
    "SITE_URL",
    "SECRET_KEY",
    "STATIC_ROOT",
    "MAIL_DIR",
    "RATE_LIMITS",
    "DJANGO_SETTINGS_MODULE",
    "EMBEDDED",
    "PYTHONPATH",
    "VIRTUAL_ENV",
)


def run(bench: Bench) -> list[Figure]:
    """Seconds from the command to `Ready:`."""
    folder = Path(tempfile.mkdtemp(prefix="frontrow-start-"))
    copy = folder / "clone"
    try:
        shutil.copytree(ROOT, copy, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
        folder.chmod(0o755)
        if bench.short:
            (copy / ".venv").symlink_to(ROOT / ".venv")
        first = _seconds_to_ready(copy)
        later = _seconds_to_ready(copy)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures = [at_most("a later ./run until it is ready", later, 15, Kind.ABSOLUTE, unit="s")]
    if not bench.short:
        figures.append(
            at_most("the first ./run until it is ready", first, 180, Kind.ABSOLUTE, unit="s")
        )
    return figures


def _seconds_to_ready(clone: Path) -> float:
    env = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    env["PORT"] = str(free_port())
    began = time.monotonic()
    process = subprocess.Popen(
        ["./run"], cwd=clone, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    told = []
    ready = PATIENCE_S
    for line in process.stdout:
        told.append(line)
        if line.startswith("Ready:"):
            ready = time.monotonic() - began
            process.send_signal(signal.SIGINT)
    process.wait()
    assert ready < PATIENCE_S, "".join(told[-20:])
    return ready
