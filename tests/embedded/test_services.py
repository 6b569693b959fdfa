"""Which services are embedded, where they listen, and what the site is told of them."""

import json
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from ticketmaster.embedded import (
    environment,
    postgres,
    preparing,
    redis_server,
    services,
    website,
)
from ticketmaster.embedded.area import ROOT, Area
from ticketmaster.embedded.output import write_line
from ticketmaster.embedded.postgres import Postgres
from ticketmaster.embedded.services import Services
from ticketmaster.embedded.state import State

REAL = {
    "DATABASE_URL": "postgresql://someone@db.example.com/tickets",
    "REDIS_URL": "redis://cache.example.com:6379/0",
    "STRIPE_SECRET_KEY": "sk_test_real",
}


@pytest.fixture
def area(tmp_path: Path) -> Area:
    area = Area("site", local=tmp_path / ".local")
    area.prepare()
    return area


def chosen(area: Area) -> Services:
    return services.choose(area, State(area.state_file), web_port=8000, sandbox_log=None)


def test_each_real_service_switches_its_embedded_one_off(
    area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in REAL.items():
        monkeypatch.setenv(name, value)

    found = chosen(area)

    assert (found.postgres, found.redis, found.sandbox) == (None, None, None)
    assert found.environment() == {}


def test_with_a_real_database_redis_and_the_sandbox_stay_embedded(
    area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", REAL["DATABASE_URL"])
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.delenv("STRIPE_SECRET_KEY", raising=False)

    found = chosen(area).environment()

    assert "DATABASE_URL" not in found
    assert found["REDIS_URL"].startswith("redis://:")
    assert found["STRIPE_SECRET_KEY"] == "sk_test_sandbox"
    assert found["STRIPE_JS_URL"] == f"{found['STRIPE_API_BASE']}/v3/"


def test_commands_beside_a_site_find_the_services_it_was_started_with(
    area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://other")
    site = {**REAL, "HOME": "/home/somebody", "ELASTICSEARCH_URL": "http://search:9200"}

    told = environment.services_in(site)
    found = environment.for_site(area, State(area.state_file), told, port=8000)

    assert told == {**REAL, "ELASTICSEARCH_URL": "http://search:9200"}
    assert found["DATABASE_URL"] == REAL["DATABASE_URL"]
    assert found["EMBEDDED"] == "1"


def cluster(tmp_path: Path, socket: Path) -> Postgres:
    return Postgres(
        binaries=tmp_path,
        data=tmp_path / "data",
        socket=socket,
        log=tmp_path / "log",
        settings=postgres.SETTINGS,
        user=None,
    )


def test_the_database_is_reached_by_a_socket_and_no_port(tmp_path: Path) -> None:
    server = cluster(tmp_path, Path("/a clone/.local/site/socket"))

    assert conninfo_to_dict(server.url("frontrow_web")) == {
        "user": "frontrow_web",
        "host": "/a clone/.local/site/socket",
        "dbname": "frontrow",
    }
    assert "listen_addresses=" in server.program().argv


def test_web_and_worker_connect_under_roles_of_their_own(area: Area, tmp_path: Path) -> None:
    server = cluster(tmp_path, tmp_path)
    found = Services(area, State(area.state_file), server, None, None)
    plain = found.environment()

    assert conninfo_to_dict(plain["DATABASE_URL"])["user"] == "frontrow"
    web = environment.for_web(found, plain)["DATABASE_URL"]
    worker = environment.for_worker(found, plain)["DATABASE_URL"]
    assert conninfo_to_dict(web)["user"] == "frontrow_web"
    assert conninfo_to_dict(worker)["user"] == "frontrow_worker"


def test_a_clone_in_a_deep_folder_gets_a_short_socket_and_keeps_it(
    area: Area, tmp_path: Path
) -> None:
    deep = tmp_path / ("x" * 100)
    state = State(area.state_file)

    socket = postgres._socket_folder(deep, state)
    again = postgres._socket_folder(deep, State(area.state_file))
    socket.parent.rmdir()

    assert len(str(socket)) < postgres.LONGEST_SOCKET_FOLDER
    assert again == socket


def test_a_half_made_cluster_does_not_count_as_made(tmp_path: Path) -> None:
    server = cluster(tmp_path, tmp_path)
    server.data.mkdir()
    (server.data / "postmaster.pid").write_text("4711\n/data\n1\n5432\n/socket\n\n1 2\nstarting\n")

    assert not server.is_ready()

    (server.data / "postmaster.pid").write_text("4711\n/data\n1\n5432\n/socket\n\n1 2\nready   \n")
    assert server.is_ready()


def test_redis_keeps_its_password_out_of_the_command_line(area: Area) -> None:
    redis = redis_server.locate(area, State(area.state_file))
    redis.prepare()

    config = redis.folder / "valkey.conf"
    assert redis.password in config.read_text()
    assert config.stat().st_mode & 0o077 == 0
    assert redis.password not in " ".join(redis.program().argv)
    assert "maxmemory-policy noeviction" in config.read_text()
    assert not redis.is_ready()


@pytest.mark.parametrize("flag", ["--workers", "--blocking-threads", "--backlog", "--backpressure"])
def test_production_serves_as_many_at_once_as_run_does(flag: str) -> None:
    command = (ROOT / "Dockerfile").read_text().partition("\nCMD ")[2].replace("\\\n", "")
    image, here = json.loads(command), website._granian(8000)

    assert image[image.index(flag) + 1] == here[here.index(flag) + 1]


def test_a_changed_or_a_new_migration_is_noticed(tmp_path: Path) -> None:
    first = tmp_path / "0001_first.py"
    first.write_text("one")
    before = preparing._fingerprint([first])

    first.write_text("other")
    changed = preparing._fingerprint([first])
    second = tmp_path / "0002_second.py"
    second.touch()

    assert len({before, changed, preparing._fingerprint([first, second])}) == 3
    assert preparing._fingerprint([first]) == changed


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def __init__(self, *, tty: bool) -> None:
            self.tty = tty
            self.shown = ""

        def isatty(self) -> bool:
            return self.tty

        def write(self, text: str) -> int:
            self.shown += text
            return len(text)

        def flush(self) -> None: ...

    monkeypatch.delenv("NO_COLOR", raising=False)
    screen, file = Terminal(tty=True), Terminal(tty=False)
    for stream in (screen, file):
        write_line("web", "hello", stream=stream)  # type: ignore[arg-type]

    assert file.shown == "web      | hello\n"
    assert screen.shown == "\x1b[32mweb      |\x1b[0m hello\n"
