"""What a second run finds again, and who may use an area at a time."""

import fcntl
import json
import os
import re
import socket
import stat
from pathlib import Path

import pytest

from ticketmaster.embedded.area import Area
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.lock import AreaLock
from ticketmaster.embedded.ports import free_port, is_free, web_port
from ticketmaster.embedded.state import State


@pytest.fixture
def area(tmp_path: Path) -> Area:
    area = Area("site", local=tmp_path / ".local")
    area.prepare()
    return area


def test_a_second_run_finds_secrets_and_ports_again(area: Area) -> None:
    first = State(area.state_file)
    secret, port = first.secret("webhook_secret", prefix="whsec_"), first.port("redis")

    second = State(area.state_file)

    assert second.secret("webhook_secret", prefix="whsec_") == secret
    assert re.fullmatch(r"whsec_[\w-]{43}", secret)
    assert second.port("redis") == port


def test_secrets_are_readable_by_their_owner_alone(area: Area) -> None:
    State(area.state_file).secret("secret_key")

    assert stat.S_IMODE(area.state_file.stat().st_mode) == 0o600


def test_two_clones_have_different_secrets(tmp_path: Path) -> None:
    secrets = {State(tmp_path / name).secret("secret_key") for name in ("one", "two")}

    assert len(secrets) == 2


def test_a_remembered_port_that_somebody_took_is_replaced(area: Area) -> None:
    state = State(area.state_file)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        state.set("redis_port", taken)

        assert state.port("redis") != taken


def test_a_state_file_cut_short_is_begun_anew(area: Area) -> None:
    area.state_file.write_text('{"secret_key": "abc')

    assert State(area.state_file).values == {}


def test_what_another_process_wrote_meanwhile_is_kept(area: Area) -> None:
    site = State(area.state_file)
    State(area.state_file).set("demo_in", "database 1")

    site.set("last_port", 8000)

    assert json.loads(area.state_file.read_text()) == {"demo_in": "database 1", "last_port": 8000}


def test_starting_over_leaves_the_other_areas_alone(area: Area) -> None:
    tests = Area("test", local=area.local)
    tests.prepare()
    State(tests.state_file).secret("secret_key")
    State(area.state_file).secret("secret_key")

    area.erase()

    assert not area.folder.exists()
    assert not area.state_file.exists()
    assert tests.state_file.exists()


def test_a_taken_web_port_says_who_has_it_and_what_to_type() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(CannotRun) as refused:
            web_port(str(port))

    assert f"Port {port} is taken by " in str(refused.value)
    assert f"(pid {os.getpid()})" in str(refused.value)
    assert f"PORT={port + 1} ./run" in str(refused.value)


@pytest.mark.parametrize("wanted", ["eighty", "", "0", "65536", "-1", "80.5"])
def test_a_port_that_is_none_is_refused(wanted: str) -> None:
    with pytest.raises(CannotRun, match="PORT must be a number from 1 to 65535"):
        web_port(wanted)


def test_a_free_port_is_free() -> None:
    assert is_free(free_port())


def hold_lock(area: Area, *, word: str, pid: int) -> int:
    """Take the area's lock as another process would; returns the descriptor that holds it."""
    descriptor = os.open(area.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.pwrite(descriptor, json.dumps({"word": word, "pid": pid}).encode(), 0)
    return descriptor


def test_a_previous_run_that_is_still_up_is_named_with_its_pid(area: Area) -> None:
    descriptor = hold_lock(area, word="site", pid=4711)

    with pytest.raises(CannotRun, match=r"A previous \./run is still up \(pid 4711\)"):
        AreaLock(area, word="site").take(patience_s=10)

    os.close(descriptor)


def test_a_management_command_that_runs_is_waited_for(
    area: Area, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = hold_lock(area, word="manage", pid=4711)
    monkeypatch.setattr("ticketmaster.embedded.lock.time.sleep", lambda _: os.close(descriptor))

    with AreaLock(area, word="site") as lock:
        lock.take(patience_s=60)

        assert json.loads(area.lock_file.read_text()) == {"word": "site", "pid": os.getpid()}
    assert "Waiting for a ./run manage (pid 4711) to end." in capsys.readouterr().err


def test_the_lock_of_a_dead_run_is_free(area: Area) -> None:
    os.close(hold_lock(area, word="site", pid=4711))

    with AreaLock(area, word="site") as lock:
        assert lock.holder() is None
