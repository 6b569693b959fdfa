"""Loads the killer into every process of a chaos run. Only `site_settings` installs this app."""

import json
import os
import signal
import sys
import time
from pathlib import Path

from django.apps import AppConfig

from ticketmaster.core import chaos

FOLDER = "CHAOS_FOLDER"


class ChaosConfig(AppConfig):
    """Dies with kill -9 at a point for which somebody has laid a file into the folder."""

    name = "tests.chaos"

    def ready(self) -> None:
        """Put the handler in."""
        folder = Path(os.environ[FOLDER])
        chaos.handler = Killer(armed=folder / "armed", log=folder / "kills.jsonl")


class Killer:
    """What a chaos point calls. A file kills one process: whoever removes it dies of it."""

    def __init__(self, *, armed: Path, log: Path) -> None:
        self.armed = armed
        self.log = log

    def __call__(self, point: str) -> None:
        """Die here, if this point is armed."""
        try:
            (self.armed / file_name(point)).unlink()
        except FileNotFoundError:
            return
        line = {"at": time.time(), "point": point, "pid": os.getpid(), "who": " ".join(sys.argv)}
        with self.log.open("a") as log:
            log.write(json.dumps(line) + "\n")
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)  # the signal may be taken by another thread first: never go on from here


def file_name(point: str) -> str:
    """A point's name as a file's."""
    return point.replace("/", "_")
