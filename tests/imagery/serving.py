"""A server of files by ranges, on loopback, that misbehaves on request."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Server:
    """
    What it serves and how.

    Parameters
    ----------
    folder
        Its files.
    port
        On 127.0.0.1.
    faults
        One a request, in order: "503", "drop", "stall", "truncate", "short", "wrong range", "no ranges", "no length",
        "to URL" (redirects), "changed"; "" is none, and so is everything after the last.
    asked
        First and last byte of every range that was asked for.
    """

    folder: Path
    port: int = 0
    faults: list[str] = field(default_factory=list)
    asked: list[tuple[int, int]] = field(default_factory=list)

    def url(self, name: str, host: str = "data.example") -> str:
        """Return the address of a file."""
        return f"http://{host}:{self.port}/{name}"


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve the files of a folder until the block ends."""
    said = Server(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer(self, said)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    said.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield said
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(handler: BaseHTTPRequestHandler, said: Server) -> None:
    fault = said.faults.pop(0) if said.faults else ""
    handler.close_connection = fault in ("drop", "stall", "truncate")
    if fault == "503":
        handler.send_response(503)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    if fault.startswith("to "):
        handler.send_response(302)
        handler.send_header("Location", fault.removeprefix("to "))
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    if fault == "drop":
        return
    if fault == "stall":
        time.sleep(1)
        return
    file = said.folder / handler.path.split("?")[0].lstrip("/")
    if not file.is_file():
        handler.send_response(404)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    _send(handler, said, file.read_bytes(), fault)


def _send(handler: BaseHTTPRequestHandler, said: Server, content: bytes, fault: str) -> None:
    asked = re.fullmatch(r"bytes=(\d+)-(\d+)", handler.headers.get("Range", ""))
    if asked is None or fault == "no ranges":
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: len(content) // 2] if fault == "truncate" else content)
        return
    first, last = int(asked[1]), min(int(asked[2]), len(content) - 1)
    said.asked.append((first, last))
    body = content[first : last + 1]
    handler.send_response(206)
    shift = 1 if fault == "wrong range" else 0
    handler.send_header("Content-Range", f"bytes {first + shift}-{last + shift}/{len(content)}")
    handler.send_header("ETag", '"2"' if fault == "changed" else '"1"')
    if fault == "short":
        body = body[: len(body) // 2]
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2] if fault == "truncate" else body)
