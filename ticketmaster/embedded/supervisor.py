"""Keeps processes running: starts them, shows what they print, restarts who dies, stops all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ticketmaster.embedded import guard
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.output import say, write_line

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
STABLE_AFTER_S = 30.0  # whoever ran this long begins with the shortest pause again
STOP_PATIENCE_S = 8.0  # two rounds of this, and Ctrl-C still ends within 20 s


@dataclass(frozen=True)
class Program:
    """What to run. `round` orders the end: lower rounds are stopped before higher ones."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    log: Path | None = None  # its output goes there; None shows it with its name in front
    stop_signal: signal.Signals = signal.SIGTERM
    round: int = 1
    user: tuple[int, int] | None = None  # uid and gid to become, when we are root


@dataclass
class _Running:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    start_again_at: float | None = None
    reader: threading.Thread | None = field(default=None, repr=False)


class Supervisor:
    """Runs programs until `stop`. Usable as a context manager, which always stops them all.

    Programs get a session of their own: Ctrl-C reaches only us, and we end them in order.
    """

    def __init__(self, *, guard_log: Path, pause_s: float = FIRST_PAUSE_S) -> None:
        self._running: dict[str, _Running] = {}
        self._change = threading.RLock()
        self._stopping = threading.Event()
        self._guard_log = guard_log
        self._pause_s = pause_s
        self._guard: subprocess.Popen[str] | None = None
        self._watcher: threading.Thread | None = None

    def __enter__(self) -> Supervisor:
        self._guard = self._start_guard()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, program: Program) -> None:
        """Start the program and keep it running from now on."""
        with self._change:
            running = _Running(program, pause_s=self._pause_s)
            self._running[program.name] = running
            self._launch(running)

    def wait_until(self, name: str, ready: Callable[[], bool], *, within_s: float) -> None:
        """Return when `ready` says so; CannotRun if the program ends first or takes too long."""
        deadline = time.monotonic() + within_s
        while not ready():
            running = self._running[name]
            if running.start_again_at is not None and running.pause_s > self._pause_s * 4:
                raise CannotRun(f"{name} does not start.", details=_tail(running.program.log))
            if self._stopping.is_set() or time.monotonic() > deadline:
                raise CannotRun(
                    f"{name} was not ready within {within_s:.0f} s.",
                    details=_tail(running.program.log),
                )
            time.sleep(0.05)

    def pids(self) -> dict[str, int]:
        """The process ids of what runs at this moment, by name."""
        with self._change:
            return {
                name: running.process.pid
                for name, running in self._running.items()
                if running.process is not None
            }

    def stop(self) -> None:
        """End everything, round by round; who does not end in time is killed."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        rounds = sorted({running.program.round for running in self._running.values()})
        for number in rounds:
            self._stop_round([r for r in self._running.values() if r.program.round == number])
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            self._guard.wait()
            self._guard = None

    def _start_guard(self) -> subprocess.Popen[str]:
        with self._guard_log.open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-I", guard.__file__],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def _tell_guard(self, message: dict[str, int]) -> None:
        if self._guard is not None and self._guard.stdin is not None:
            try:
                self._guard.stdin.write(json.dumps(message) + "\n")
                self._guard.stdin.flush()
            except BrokenPipeError:  # the guard itself was killed: we still stop our own
                self._guard = None

    def _launch(self, running: _Running) -> None:
        program = running.program
        running.start_again_at = None
        running.started_at = time.monotonic()
        running.process = _spawn(program)
        self._tell_guard({"pid": running.process.pid, "signal": int(program.stop_signal)})
        if program.log is None:
            running.reader = threading.Thread(
                target=_relay, args=(program.name, running.process), daemon=True
            )
            running.reader.start()

    def _watch(self) -> None:
        while not self._stopping.wait(0.1):
            with self._change:
                for running in list(self._running.values()):
                    self._look_after(running)

    def _look_after(self, running: _Running) -> None:
        if running.process is not None and running.process.poll() is not None:
            self._note_death(running, running.process)
        elif running.start_again_at is not None and time.monotonic() >= running.start_again_at:
            self._launch(running)

    def _note_death(self, running: _Running, process: subprocess.Popen[bytes]) -> None:
        self._tell_guard({"gone": process.pid})
        running.process = None
        _kill_group(process.pid)  # its own children, if it left any
        if time.monotonic() - running.started_at > STABLE_AFTER_S:
            running.pause_s = self._pause_s
        running.start_again_at = time.monotonic() + running.pause_s
        say(
            f"{running.program.name} died ({how_it_ended(process.returncode)}); "
            f"starting it again in {running.pause_s:g} s."
        )
        running.pause_s = min(running.pause_s * 2, LONGEST_PAUSE_S)

    def _stop_round(self, round_: list[_Running]) -> None:
        deadline = time.monotonic() + STOP_PATIENCE_S
        alive = [(r, r.process) for r in round_ if r.process is not None]
        for running, process in alive:
            if process.poll() is None:
                process.send_signal(running.program.stop_signal)
        for running, process in alive:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                say(f"{running.program.name} does not end by itself: killed.")
            _kill_group(process.pid)
            process.wait()
            self._tell_guard({"gone": process.pid})
            running.process = None
            if running.reader is not None:
                running.reader.join(timeout=1)


def _spawn(program: Program) -> subprocess.Popen[bytes]:
    uid, gid = program.user or (None, None)
    output = program.log.open("ab") if program.log else None
    try:
        return subprocess.Popen(
            program.argv,
            env=dict(program.env),
            cwd=program.cwd,
            stdin=subprocess.DEVNULL,
            stdout=output or subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=uid,
            group=gid,
            extra_groups=[] if program.user else None,
        )
    finally:
        if output:
            output.close()


def _relay(name: str, process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        write_line(name, line.decode(errors="replace").rstrip(), stream=sys.stdout)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS says EPERM of a group of zombies
        return


def how_it_ended(returncode: int) -> str:
    """`exit code 3`, or `killed by SIGKILL`."""
    if returncode < 0:
        return f"killed by {signal.Signals(-returncode).name}"
    return f"exit code {returncode}"


def _tail(log: Path | None, lines: int = 15) -> str:
    if log is None or not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
