"""A proxy before a real server, on loopback, that injects faults into its answers."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PASSED_ON = ("Range", "Accept", "If-Match")
KEPT = ("Content-Type", "Content-Range", "ETag", "Last-Modified")


@dataclass
class Proxy:
    """
    Where it listens and what it does.

    Parameters
    ----------
    upstream
        Port of the real server.
    port
        Its own, on 127.0.0.1.
    faults
        One a request, in order: "503", "drop", "stall", "truncate" (stops half way), "short" (a range shorter than
        asked for, and said to be whole), "long" (a Content-Length larger than what comes), "to URL" (redirects); ""
        passes on, and so does everything after the last.
    asked
        Paths that were asked for.
    """

    upstream: int
    port: int = 0
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextmanager
def proxied(upstream: int) -> Iterator[Proxy]:
    """Stand before a server until the block ends."""
    proxy = Proxy(upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(self, proxy)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(handler: BaseHTTPRequestHandler, proxy: Proxy) -> None:
    fault = proxy.faults.pop(0) if proxy.faults else ""
    proxy.asked.append(handler.path)
    handler.close_connection = fault in ("drop", "stall", "truncate", "long")
    if fault == "503" or fault.startswith("to "):
        handler.send_response(503 if fault == "503" else 302)
        if fault != "503":
            handler.send_header("Location", fault.removeprefix("to "))
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    if fault in ("drop", "stall"):
        time.sleep(1 if fault == "stall" else 0)
        return
    connection = HTTPConnection("127.0.0.1", proxy.upstream, timeout=10)
    try:
        sent = {name: handler.headers[name] for name in PASSED_ON if name in handler.headers}
        connection.request("GET", handler.path, headers=sent)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    length = len(body) + (1000 if fault == "long" else 0)
    if fault == "short":
        body, length = body[: len(body) // 2], len(body) // 2
    handler.send_response(answer.status)
    for name in KEPT:
        if answer.getheader(name) is not None:
            handler.send_header(name, str(answer.getheader(name)))
    handler.send_header("Content-Length", str(length))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2] if fault == "truncate" else body)
