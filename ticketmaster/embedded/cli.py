"""The words after `./run`."""

from __future__ import annotations

import errno
import os
import resource
import sys

from ticketmaster.embedded import benchmarking, breaking, developing, managing, testing, website
from ticketmaster.embedded.area import ROOT
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.output import say

OPEN_FILES = 8_192  # thousands of connections, and some files besides


def main(words: list[str]) -> int:
    """Run the word; what stands in the way is told in one sentence, with exit code 1."""
    _keep_loopback_off_proxies()
    allow_open_files()
    try:
        return _dispatch(words)
    except CannotRun as problem:
        if problem.details:
            sys.stderr.write(problem.details.rstrip() + "\n")
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        say(f"The disk that holds {ROOT} is full: make room and start again.")
        return 1


def _dispatch(words: list[str]) -> int:
    match words:
        case []:
            return website.run(fresh=False)
        case ["--fresh"]:
            return website.run(fresh=True)
        case ["test", *rest]:
            return testing.run(rest)
        case ["manage", *rest]:
            return managing.run(rest)
        case ["bench", *rest]:
            return benchmarking.run(rest)
        case ["chaos", *rest]:
            return breaking.run(rest)
        case ["services", *rest]:
            return developing.run(rest)
        case _:
            raise CannotRun(
                "Use ./run, ./run --fresh, ./run test …, ./run manage COMMAND …, ./run bench …, "
                "./run chaos … or ./run services."
            )


def allow_open_files() -> None:
    """Let this process and those that it starts open that many files, where the system does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _keep_loopback_off_proxies() -> None:
    """Our processes talk to each other directly, even where the way out is a proxy."""
    for name in ("no_proxy", "NO_PROXY"):
        known = os.environ.get(name, "")
        os.environ[name] = ",".join(filter(None, [known, "127.0.0.1", "localhost"]))
