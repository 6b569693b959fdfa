"""Made-up web nodes that take their time and count who came."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Node:
    """Answers every path with `headers` after `delay_s`, or before that once it is `hurried`."""

    def __init__(self, delay_s: float = 0.0, **headers: str) -> None:
        self.delay_s = delay_s
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.status = 200
        self.asked: Counter[str] = Counter()
        self.seen: list[dict[str, str]] = []
        self.hurried = threading.Event()
        self.port = 0


@contextmanager
def running(node: Node) -> Iterator[Node]:
    """The node, listening on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            node.asked[self.path] += 1
            node.seen.append({name.lower(): value for name, value in self.headers.items()})
            node.hurried.wait(node.delay_s)
            body = f"{self.path} {node.asked[self.path]}".encode()
            self.send_response(node.status)
            for name, value in node.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    node.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield node
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
