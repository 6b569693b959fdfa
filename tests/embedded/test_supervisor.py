"""Processes under the supervisor: restarted, shown, stopped, and never left behind."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from ticketmaster.embedded import guard
from ticketmaster.embedded import supervisor as supervising
from ticketmaster.embedded.area import ROOT
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.supervisor import Program, Supervisor, how_it_ended

SLEEPER = "import time; time.sleep(60)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); {SLEEPER}"


def python(name: str, code: str, folder: Path) -> Program:
    return Program(name, [sys.executable, "-I", "-u", "-c", code], dict(os.environ), folder)


def wait_for(condition: Callable[[], bool], *, within_s: float = 120) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path, pause_s=0.05) as supervisor:
        yield supervisor


def test_a_process_that_dies_is_started_again_and_says_so(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.start(python("web", SLEEPER, tmp_path))
    first = supervisor.pids()["web"]

    os.kill(first, signal.SIGKILL)
    wait_for(lambda: supervisor.pids().get("web", first) != first)

    assert "web died (killed by SIGKILL); starting it again in 0.05 s." in capsys.readouterr().err
    assert psutil.pid_exists(supervisor.pids()["web"])


def test_a_program_that_is_ended_is_killed_and_stays_down(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start(python("postgres", DEAF, tmp_path))
    supervisor.start(python("web", SLEEPER, tmp_path))
    first, web = supervisor.pids()["postgres"], supervisor.pids()["web"]

    supervisor.end("postgres")
    os.kill(web, signal.SIGKILL)
    wait_for(lambda: supervisor.pids().get("web", web) != web)

    assert not psutil.pid_exists(first)
    assert supervisor.pids().keys() == {"web"}


def test_who_gives_way_does_so_with_all_that_it_starts(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    parent = f"import os, time\nwhile os.nice(0) < 19: time.sleep(0.01)\nos.fork()\n{SLEEPER}"
    supervisor.start(replace(python("worker", parent, tmp_path), niceness=19))
    supervisor.start(python("web", SLEEPER, tmp_path))
    worker = psutil.Process(supervisor.pids()["worker"])
    wait_for(lambda: bool(worker.children()))

    assert [process.nice() for process in (worker, *worker.children())] == [19, 19]
    assert psutil.Process(supervisor.pids()["web"]).nice() == psutil.Process().nice()
    group = Path(f"/proc/{worker.pid}/autogroup")
    assert not group.exists() or group.read_text().split()[-1] == "19"


def test_the_pause_grows_while_a_process_keeps_dying(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.start(python("beat", "raise SystemExit(3)", tmp_path))
    said = ""

    def has_paused_longer() -> bool:
        nonlocal said
        said += capsys.readouterr().err
        return "again in 0.2 s" in said

    wait_for(has_paused_longer)

    told = re.findall(r"beat died \(exit code 3\); starting it again in (\S+) s", said)
    assert told[:3] == ["0.05", "0.1", "0.2"]


def test_each_line_carries_the_name_of_its_process(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.start(python("worker", f"print('one\\n\\ntwo'); {SLEEPER}", tmp_path))
    shown = ""

    def has_shown_both() -> bool:
        nonlocal shown
        shown += capsys.readouterr().out
        return "two\n" in shown

    wait_for(has_shown_both)

    assert shown == "worker   | one\nworker   | two\n"


def test_a_service_that_does_not_start_is_told_with_the_end_of_its_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    program = Program(
        "redis",
        [sys.executable, "-I", "-c", "raise SystemExit('no memory')"],
        dict(os.environ),
        tmp_path,
        log=tmp_path / "redis.log",
    )
    supervisor.start(program)

    with pytest.raises(CannotRun, match="redis does not start") as refused:
        supervisor.wait_until("redis", lambda: False, within_s=120)

    assert "no memory" in refused.value.details


def test_ctrl_c_cuts_the_wait_for_a_service_short(tmp_path: Path) -> None:
    end = threading.Event()
    with Supervisor(tmp_path, end=end) as supervisor:
        supervisor.start(python("web", SLEEPER, tmp_path))
        end.set()

        with pytest.raises(CannotRun, match="Stopped before it was ready"):
            supervisor.wait_until("web", lambda: False, within_s=120)


def test_lower_rounds_are_stopped_before_higher_ones(tmp_path: Path) -> None:
    log = tmp_path / "order"
    code = (
        "import signal, sys, pathlib\n"
        "def end(*_):\n"
        f"    open({str(log)!r}, 'a').write(sys.argv[1] + ' '); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "pathlib.Path(sys.argv[1]).touch()\n"
        "signal.pause()\n"
    )
    with Supervisor(tmp_path) as supervisor:
        for name, number in (("postgres", 3), ("web", 1), ("stripe", 2)):
            argv = [sys.executable, "-I", "-c", code, name]
            supervisor.start(Program(name, argv, dict(os.environ), tmp_path, round=number))
        wait_for(lambda: all((tmp_path / n).exists() for n in ("postgres", "web", "stripe")))

    assert log.read_text() == "web stripe postgres "


def test_who_does_not_end_in_time_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervising, "STOP_PATIENCE_S", 0.2)
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(python("web", DEAF, tmp_path))
        wait_for(lambda: "up" in capsys.readouterr().out)
        pid = supervisor.pids()["web"]

    assert not psutil.pid_exists(pid)
    assert "web does not end by itself: killed." in capsys.readouterr().err


def test_a_command_in_the_foreground_keeps_its_exit_code(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)

    def code_of(source: str) -> int:
        command = [sys.executable, "-I", "-c", source]
        return supervisor.run_in_foreground(command, env=dict(os.environ), cwd=tmp_path)

    assert code_of("raise SystemExit(5)") == 5
    assert code_of("import os; os.kill(os.getpid(), 15)") == 128 + 15


def test_nothing_stays_when_the_supervisor_itself_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from pathlib import Path\n"
        "from ticketmaster.embedded.supervisor import Program, Supervisor\n"
        "folder = Path(sys.argv[1])\n"
        "with Supervisor(folder) as supervisor:\n"
        f"    argv = [sys.executable, '-I', '-c', {SLEEPER!r}]\n"
        "    supervisor.start(Program('web', argv, dict(os.environ), folder))\n"
        "    print(supervisor.pids()['web'], flush=True)\n"
        "    time.sleep(60)\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    pid = int(run.stdout.readline())

    run.kill()
    run.wait()
    run.stdout.close()

    wait_for(lambda: not psutil.pid_exists(pid) or not guard.recorded(tmp_path / "processes.json"))
    assert guard.recorded(tmp_path / "processes.json") == []


def test_the_next_run_stops_what_a_killed_run_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = subprocess.Popen([sys.executable, "-I", "-c", SLEEPER], start_new_session=True)
    held = guard.hold(left.pid, number=signal.SIGTERM, round=1)
    guard.record(tmp_path / "processes.json", [held])
    reaper = threading.Thread(target=left.wait)
    reaper.start()

    with Supervisor(tmp_path):
        reaper.join(timeout=120)

    assert left.returncode == -signal.SIGTERM
    assert "Stopping 1 processes that a killed run left behind." in capsys.readouterr().err


def test_a_pid_that_is_somebody_elses_by_now_is_left_alone(tmp_path: Path) -> None:
    stale = guard.Held(pid=os.getpid(), began=1.0, signal=signal.SIGKILL, round=1)
    guard.record(tmp_path / "processes.json", [stale])

    assert guard.recorded(tmp_path / "processes.json") == []


@pytest.mark.parametrize(("code", "words"), [(3, "exit code 3"), (-9, "killed by SIGKILL")])
def test_an_end_is_put_in_words(code: int, words: str) -> None:
    assert how_it_ended(code) == words
