"""A small HTTP/1.1 client over kept connections: cheap enough not to be what is measured."""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
NO_ANSWER = 0
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 when nothing did. `seconds` from the first byte sent to the last
    one received."""

    status: int
    seconds: float
    head: bytes
    body: bytes

    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)

    def header(self, name: str) -> str:
        """That header's value, blank where it is missing."""
        found = re.search(rb"\r\n" + name.encode() + rb": *([^\r]*)", self.head, re.IGNORECASE)
        return found[1].decode() if found else ""


class _Wire(asyncio.Protocol):
    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.waiting: asyncio.Future[tuple[bytes, bytes]] | None = None
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        parts = _split(self.received)
        if parts is not None:
            self.received = b""
            if self.waiting is not None and not self.waiting.done():
                self.waiting.set_result(parts)

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(ConnectionResetError("the server hung up"))


def _split(received: bytes) -> tuple[bytes, bytes] | None:
    """Head and body, once all of it is there."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head, body = received[: end + 2], received[end + 4 :]
    length = LENGTH.search(head)
    if length:
        return (head, body) if len(body) >= int(length[1]) else None
    if CHUNKED.search(head):
        return (head, body) if body.endswith(b"0\r\n\r\n") else None
    return head, body


class Connection:
    """One client's connection, opened again after a loss. One request at a time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._wire = _Wire()

    async def open(self) -> None:
        """Connect, if it is not connected."""
        if self._wire.transport is None or self._wire.transport.is_closing():
            loop = asyncio.get_running_loop()
            _, self._wire = await loop.create_connection(_Wire, "127.0.0.1", self.port)

    def close(self) -> None:
        """Hang up."""
        if self._wire.transport is not None:
            self._wire.transport.close()

    async def send(self, request: bytes) -> Answer:
        """Send it and wait for the answer, thirty seconds at most."""
        began = time.perf_counter()
        try:
            await self.open()
            wire = self._wire
            assert wire.transport is not None
            wire.waiting = asyncio.get_running_loop().create_future()
            wire.transport.write(request)
            head, body = await asyncio.wait_for(wire.waiting, PATIENCE_S)
        except (OSError, TimeoutError):
            self.close()
            return Answer(NO_ANSWER, time.perf_counter() - began, b"", b"")
        return Answer(int(head[9:12]), time.perf_counter() - began, head, body)


def request_bytes(
    method: str,
    path: str,
    *,
    token: str = "",
    body: Any = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """The request as it goes over the wire. `body` is sent as JSON, `token` as X-Session-Token."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
    if content:
        lines.append("Content-Type: application/json")
    if token:
        lines.append(f"X-Session-Token: {token}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + content
