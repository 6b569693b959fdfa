"""`./run`: the services, then web, worker and beat, until Ctrl-C."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

from ticketmaster.embedded import environment, guard, preparing, services
from ticketmaster.embedded.area import ROOT, Area
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.lock import AreaLock
from ticketmaster.embedded.output import announce, say
from ticketmaster.embedded.ports import site_url, status_of, web_port
from ticketmaster.embedded.services import Services
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import Program, Supervisor

MANAGE_PATIENCE_S = 600.0  # how long to wait for a management command that runs on its own
WEB_WORKERS = 2  # the laptop's cores that this is measured on
# settings/crowd.py: eight that work, two for the webhook, forty that wait to look, two hundred and
# forty that wait for an answer under way, the rest for who buys. They are made as they are needed.
WEB_THREADS = 320
# Granian's word for it is backpressure, and it counts connections, idle ones too: the next one is
# accepted and never answered. Its own default is half of the backlog, which a crowd fills.
WEB_CONNECTIONS = 4_096
# A third of a share where all want the processor: tickets can be seen at once, their mail may wait
# until the rush is over. Not the last place, or mails would stand still as long as it lasts.
MAILS_GIVE_WAY = 5
READY_S = 60.0
NEEDED_BYTES = 300 * 1024 * 1024
LOGINS = """Demo logins, password tickets-please:
  fans   fan@example.com, fan2@example.com … fan20@example.com
  staff  staff@example.com ({site}/admin/)"""


def run(*, fresh: bool) -> int:
    """Run the site until SIGINT or SIGTERM; returns 0."""
    area = Area("site")
    area.prepare()
    with AreaLock(area, word="site") as lock:
        lock.take(patience_s=MANAGE_PATIENCE_S)
        port = web_port(os.environ.get("PORT", "8000"))
        if shutil.disk_usage(ROOT).free < NEEDED_BYTES:
            raise CannotRun(f"The disk that holds {ROOT} is full: make room and start again.")
        if fresh:
            start_over(area)
        return _serve(area, port)


def start_over(area: Area) -> None:
    """Delete the site's data, and nothing else; the caller holds the lock."""
    guard.stop(guard.recorded(area.folder / "processes.json"))
    state = State(area.state_file)
    for key in ("postgres_outside", "postgres_socket"):
        if state.get(key):
            shutil.rmtree(Path(state.get(key)), ignore_errors=True)
    area.erase()
    area.prepare()


def _serve(area: Area, port: int) -> int:
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: end.set())
    state = State(area.state_file)
    chosen = services.choose(area, state, web_port=port, sandbox_log=None)
    found = environment.for_site(area, state, chosen.environment(), port=port)
    state.set("site", None)  # of a site that was killed
    state.set("last_port", port)
    with Supervisor(area.folder, end=end) as supervisor:
        collecting = preparing.start_collecting_static_files(state, found)
        chosen.start(supervisor)
        preparing.migrate_if_needed(supervisor, chosen, found)
        _tell_commands(chosen, found, port)
        preparing.load_demo_if_new(supervisor, chosen, found)
        preparing.build_search_index_if_needed(supervisor, found)
        if collecting:
            collecting.finish()
        for program in programs(chosen, found, port):
            supervisor.start(program)
        _tell_when_ready(port, end)
        end.wait()
        say("Stopping.")
    state.set("site", None)
    return 0


def _tell_commands(chosen: Services, found: dict[str, str], port: int) -> None:
    """From here on `./run manage` works beside us."""
    services_found = environment.services_in(found)
    identity = chosen.database_identity()
    chosen.state.set("site", {"port": port, "services": services_found, "database": identity})


def programs(chosen: Services, found: dict[str, str], port: int) -> list[Program]:
    """Web, two workers and beat. The queue that money and seats wait in has a worker of its own,
    so that a thousand mails never stand in front of it, and the other gives way to buyers. Prefork,
    as in production: only there do the tasks' time limits work."""
    web = {**environment.for_web(chosen, found), **_shared_figures(chosen.area)}
    worker = environment.for_worker(chosen, found)
    schedule = chosen.area.folder / "beat-schedule"
    return [
        Program("web", _granian(port), web, ROOT),
        Program("critical", _celery_worker("critical", queues="critical"), worker, ROOT),
        Program(
            "worker",
            _celery_worker("worker", queues="default,bulk"),
            worker,
            ROOT,
            niceness=MAILS_GIVE_WAY,
        ),
        Program("beat", [*_celery("beat"), "--schedule", str(schedule)], worker, ROOT),
    ]


def _shared_figures(area: Area) -> dict[str, str]:
    """Where the web processes count together for /metrics, begun anew."""
    folder = area.folder / "figures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return {"PROMETHEUS_MULTIPROC_DIR": str(folder)}


def _granian(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "error"),
        *("--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS)),
        # A crowd waits in the backlog a moment rather than being refused.
        *("--backlog", "2048", "--backpressure", str(WEB_CONNECTIONS)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "5"),
        "ticketmaster.wsgi:application",
    ]


def _celery(word: str) -> list[str]:
    start = [sys.executable, "-m", "celery", "--quiet", "--app", "ticketmaster.celery:app"]
    return [*start, word, "--loglevel", "WARNING"]


def _celery_worker(name: str, *, queues: str) -> list[str]:
    return [
        *_celery("worker"),
        *("--hostname", f"{name}@%h", "--queues", queues, "--concurrency", "2"),
        # There is no other worker to talk to, and greeting them takes a second.
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def _tell_when_ready(port: int, end: threading.Event) -> None:
    """Say the logins and the address once /readyz answers 200, however long that takes."""
    site = site_url(port)
    patience_until = time.monotonic() + READY_S
    while (status := status_of(port, "/readyz")) != 200:
        if end.wait(0.1):
            return
        if time.monotonic() > patience_until:
            said = f"answers {status}" if status else "does not answer"
            say(f"Not ready yet: {site}/readyz {said}.")
            patience_until = time.monotonic() + READY_S
    announce(LOGINS.format(site=site))
    announce(f"Ready: {site}")
