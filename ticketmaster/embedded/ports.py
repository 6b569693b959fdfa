"""Loopback ports: is one free, which one is, who has it, what it answers."""

from __future__ import annotations

import http.client
import socket

import psutil

from ticketmaster.embedded.errors import CannotRun

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen there now. SO_REUSEADDR, as servers do, lets it take over a
    port whose last connections are still in TIME_WAIT."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def web_port(wanted: str) -> int:
    """The port named by `PORT=`; raises CannotRun if it is none or somebody else has it."""
    if not wanted.isdecimal() or not 1 <= int(wanted) <= 65535:
        raise CannotRun(f"PORT must be a number from 1 to 65535, not {wanted!r}.")
    port = int(wanted)
    if not is_free(port):
        raise CannotRun(
            f"Port {port} is taken by {_owner(port)}: stop it, or choose another port with "
            f"`PORT={port + 1} ./run`."
        )
    return port


def site_url(port: int) -> str:
    """The address of a site that listens there."""
    return f"http://{LOOPBACK}:{port}"


def status_of(port: int, path: str) -> int | None:
    """The HTTP status that a loopback server answers there, or None. Never through a proxy."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=3)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _owner(port: int) -> str:
    try:
        connections = psutil.net_connections("tcp")
    except (psutil.Error, OSError):  # macOS shows other people's sockets to root only
        return "another program"
    for connection in connections:
        if connection.laddr and connection.laddr.port == port and connection.pid:
            try:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
            except psutil.Error:
                break
    return "another program"
