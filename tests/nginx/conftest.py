"""The gateway's own configuration under a real nginx, in front of the site or of made-up nodes.

Where there is no nginx these tests are not collected; CI installs it.
"""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "deploy" / "nginx" / "frontrow.conf.template"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

collect_ignore_glob = [] if NGINX else ["test_*.py"]


@dataclass(frozen=True)
class Answer:
    """What the gateway answered; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def cache(self) -> str:
        """HIT, MISS, STALE, UPDATING, or blank where it was not looked for."""
        return self.headers.get("x-cache", "")


@dataclass(frozen=True)
class Gateway:
    """A running nginx."""

    port: int

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body or None, named)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture
def gateway_before(tmp_path: Path) -> Iterator[Callable[..., Gateway]]:
    """Starts the gateway before nodes at these ports; it ends with the test."""
    running = []

    def start(*nodes: int) -> Gateway:
        context = _running(tmp_path, free_port(), nodes)
        running.append(context)
        return context.__enter__()

    yield start
    for context in running:
        context.__exit__(None, None, None)


@contextmanager
def _running(folder: Path, port: int, nodes: tuple[int, ...]) -> Iterator[Gateway]:
    config = folder / "nginx.conf"
    config.write_text(_main(folder, _site(folder, port, nodes)))
    assert NGINX is not None
    process = subprocess.Popen(
        [NGINX, "-p", str(folder), "-c", str(config), "-e", str(folder / "error.log")],
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_listens(process, port)
        yield Gateway(port)
    finally:
        process.terminate()
        process.wait(120)


def _main(folder: Path, site: str) -> str:
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"{user}\ndaemon off;\nworker_processes 2;\npid {folder}/nginx.pid;\n"
        f"events {{ worker_connections 512; }}\nhttp {{\n{temporary}\n{site}\n}}\n"
    )


def _site(folder: Path, port: int, nodes: tuple[int, ...]) -> str:
    """The template as it is, but for TLS, ports and folders."""
    site = TEMPLATE.read_text()
    server = re.search(r"server \$\{WEB_UPSTREAM\}([^;]*);", site)
    assert server is not None
    lines = "\n".join(f"server 127.0.0.1:{node}{server[1]};" for node in nodes)
    site = site.replace(server[0], lines).replace("${CACHE_FOLDER}", f"{folder}/cache")
    site = re.sub(r"ssl_\w+ [^;]*;", "", site)
    # However slow this machine is, nobody in line for the first answer loses patience.
    site = site.replace("proxy_cache_lock_timeout 2s", "proxy_cache_lock_timeout 60s")
    site = site.replace("listen 443 ssl ", f"listen 127.0.0.1:{port} ")
    site = site.replace("listen 80 ", f"listen 127.0.0.1:{free_port()} ")
    return site.replace("/dev/stdout", f"{folder}/access.log")


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 120
    while True:
        assert process.poll() is None, "nginx ended at once"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < until
        time.sleep(0.02)
