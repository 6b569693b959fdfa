"""Keeps processes running: starts them, shows what they print, restarts who dies, stops all."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ticketmaster.embedded import guard
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.output import say, write_line
from ticketmaster.embedded.priority import give_way

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
STABLE_AFTER_S = 30.0  # whoever ran this long begins with the shortest pause again
STOP_PATIENCE_S = 6.0  # a round; three of them, and Ctrl-C still ends within 20 s
GIVE_UP_AFTER = 3  # deaths before `wait_until` says that it does not start


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
    niceness: int = 0  # how far it gives way to the others, up to 19


@dataclass
class _Running:
    program: Program
    pause_s: float
    process: subprocess.Popen[bytes] | None = None
    held: guard.Held | None = None
    started_at: float = 0.0
    start_again_at: float | None = None
    deaths: int = 0
    reader: threading.Thread | None = None


class Supervisor:
    """Runs programs until `stop`. Usable as a context manager, which always stops them all.

    Programs get a session of their own: Ctrl-C reaches only us, and we end them in order. `folder`
    is where the record of running processes lies; `end` cuts every wait short once it is set.
    """

    def __init__(
        self, folder: Path, *, end: threading.Event | None = None, pause_s: float = FIRST_PAUSE_S
    ) -> None:
        self.record = folder / "processes.json"
        self._end = end or threading.Event()
        self._pause_s = pause_s
        self._running: dict[str, _Running] = {}
        self._command: guard.Held | None = None
        self._change = threading.RLock()
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Supervisor:
        self._stop_what_a_killed_run_left()
        self._guard = subprocess.Popen(
            [sys.executable, "-I", guard.__file__, str(self.record)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
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
        """Return when `ready` says so; CannotRun if the program keeps dying or takes too long."""
        running = self._running[name]
        deadline = time.monotonic() + within_s
        while not ready():
            if self._end.wait(0.03):
                raise CannotRun("Stopped before it was ready.")
            if running.deaths >= GIVE_UP_AFTER or time.monotonic() > deadline:
                raise _does_not_start(running.program)

    def run_step(self, argv: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> int:
        """Run a command to its end, or to ours, and return its exit code."""
        process = self._start_command(argv, env, cwd)
        while process.poll() is None:
            if self._end.wait(0.03):
                process.terminate()
                process.wait()
                raise CannotRun("Stopped before it was ready.")
        self._forget_command()
        return process.returncode

    def run_in_foreground(self, argv: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> int:
        """Run a command that owns the terminal and return its exit code (128 + signal, as shells
        do, when one ended it). Ctrl-C is its own to handle; SIGTERM is passed on to it."""
        before = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            process = self._start_command(argv, env, cwd)
            signal.signal(signal.SIGTERM, lambda *_: process.terminate())
            returncode = process.wait()
            self._forget_command()
        finally:
            signal.signal(signal.SIGINT, before)
        return returncode if returncode >= 0 else 128 - returncode

    def pids(self) -> dict[str, int]:
        """The process ids of what runs at this moment, by name."""
        with self._change:
            return {
                name: running.process.pid
                for name, running in self._running.items()
                if running.process is not None
            }

    def end(self, name: str) -> None:
        """Kill this program with whatever it has started, at once, and let it stay down."""
        with self._change:
            running = self._running.pop(name)
            self._write_record()
            if running.process is not None:
                guard.kill_group(running.process.pid)
                running.process.wait()

    def stop(self) -> None:
        """End everything, round by round; who does not end in time is killed."""
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join()
        for number in sorted({running.program.round for running in self._running.values()}):
            self._stop_round([r for r in self._running.values() if r.program.round == number])
        self.record.unlink(missing_ok=True)
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            self._guard.wait()
            self._guard = None

    def _stop_what_a_killed_run_left(self) -> None:
        """The caller holds the area's lock, so nobody else uses these processes."""
        left = guard.recorded(self.record)
        if left:
            say(f"Stopping {len(left)} processes that a killed run left behind.")
            guard.stop(left)

    def _write_record(self) -> None:
        held = [running.held for running in self._running.values()]
        guard.record(self.record, filter(None, [self._command, *held]))

    def _start_command(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: Path
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(argv, env=dict(env), cwd=cwd)
        if self._guard is not None:
            with self._change:
                self._command = guard.hold(process.pid, number=signal.SIGTERM, round=0)
                self._write_record()
        return process

    def _forget_command(self) -> None:
        if self._guard is not None:
            with self._change:
                self._command = None
                self._write_record()

    def _launch(self, running: _Running) -> None:
        program = running.program
        running.start_again_at = None
        running.started_at = time.monotonic()
        running.process = _spawn(program)
        if program.niceness:
            give_way(running.process.pid, program.niceness)
        running.held = guard.hold(
            running.process.pid, number=program.stop_signal, round=program.round
        )
        self._write_record()
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
        guard.kill_group(process.pid)  # its own children, if it left any
        running.process = running.held = None
        running.deaths += 1
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
            guard.kill_group(process.pid)
            process.wait()
            running.process = running.held = None
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
    for raw in process.stdout:
        line = raw.decode(errors="replace").rstrip()
        if line:
            write_line(name, line, stream=sys.stdout)


def _does_not_start(program: Program) -> CannotRun:
    told = _tail(program.log)
    if "No space left on device" in told:
        return CannotRun(f"{program.name} does not start: the disk is full.", details=told)
    return CannotRun(f"{program.name} does not start; what it said is above.", details=told)


def how_it_ended(returncode: int) -> str:
    """`exit code 3`, or `killed by SIGKILL`."""
    if returncode < 0:
        return f"killed by {signal.Signals(-returncode).name}"
    return f"exit code {returncode}"


def _tail(log: Path | None, lines: int = 15) -> str:
    if log is None or not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
