"""A wire to the server that can be cut or frozen, without touching the server."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

CHUNK = 65536


class Wire:
    """Forwards connections to an address; `cut` refuses them, `freeze` takes them and says nothing,
    as a stopped process does."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self._open = threading.Event()
        self._open.set()
        self._flows = threading.Event()
        self._flows.set()
        self._sockets: list[socket.socket] = []
        self._listener = self._listen(0)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _listen(self, port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._sockets.append(client)
        self._flows.wait()
        with contextlib.suppress(OSError):
            server = socket.create_connection(self._target)
            self._sockets.append(server)
            back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
            back.start()
            self._pump(client, server)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                self._flows.wait()
                sink.sendall(data)
        for end in (source, sink):
            end.close()

    def freeze(self) -> None:
        """Nothing comes through, and nobody is told."""
        self._flows.clear()

    def thaw(self) -> None:
        """What was held up goes on."""
        self._flows.set()

    def cut(self) -> None:
        """Connections break, new ones are refused."""
        for end in [self._listener, *self._sockets]:
            with contextlib.suppress(OSError):  # closed already
                end.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._sockets.clear()

    def mend(self) -> None:
        """Connections are taken again."""
        self._listener = self._listen(self.port)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()


@contextlib.contextmanager
def wire_to(target: str) -> Iterator[Wire]:
    """A wire, thawed and gone afterwards."""
    wire = Wire(target)
    try:
        yield wire
    finally:
        wire.thaw()
        wire.cut()
