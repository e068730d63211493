"""
The servers that search and fetch are made for, started by the tests on this machine and stopped by them.

A test that asks one is marked `server`, and skips where they are not installed. `.ci/run` installs them on Debian and
names their environment in DEPOTWATCH_SERVERS: a skip among these tests is then a failure.
"""

import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

_ENVIRONMENT = Path(os.environ.get("DEPOTWATCH_SERVERS", ".servers")).absolute()
_ANYONE = "postgres"  # PostgreSQL refuses to run as root
_PATIENCE_S = 60.0


@dataclass(frozen=True)
class Nginx:
    """
    A server of files by ranges.

    Parameters
    ----------
    folder
        What it serves.
    port
        On 127.0.0.1.
    log
        Its access log: method, path, range, status, bytes of the body.
    """

    folder: Path
    port: int
    log: Path

    def asked(self, name: str) -> list[tuple[str, int]]:
        """Return range and bytes sent of every request for a file so far."""
        lines = [line.split("|") for line in self.log.read_text().splitlines()]
        return [(span, int(size)) for path, span, _, size in lines if path.endswith(f"/{name}")]


@dataclass(frozen=True)
class Pgstac:
    """
    A STAC API over pgstac.

    Parameters
    ----------
    port
        On 127.0.0.1.
    load
        Puts collections and items in.
    """

    port: int
    load: Callable[[Sequence[dict[str, Any]], Sequence[dict[str, Any]]], None]


@pytest.fixture(scope="session")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """Serve an empty folder, which tests fill, with nginx."""
    home = tmp_path_factory.mktemp("nginx")
    (home / "served").mkdir()
    with running_nginx(home, home / "served") as server:
        yield server


@contextmanager
def running_nginx(home: Path, folder: Path, port: int | None = None) -> Iterator[Nginx]:
    """
    Serve a folder with an nginx of its own until the block ends.

    Parameters
    ----------
    home
        For what it writes.
    folder
        What it serves.
    port
        On 127.0.0.1; None for any that is free.
    """
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed (nginx-light)")
    port, log = port or free_port(), home / "access.log"
    home.chmod(0o755)
    log.touch()
    configuration = home / "nginx.conf"
    configuration.write_text(_nginx_configuration(home, folder, port, log))
    with _process([program, "-c", str(configuration), "-p", str(home)], home):
        _answers(port, "/")
        yield Nginx(folder, port, log)


@pytest.fixture(scope="session")
def pgstac() -> Iterator[Pgstac]:
    """Serve an empty pgstac catalogue, which tests fill."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs or not (_ENVIRONMENT / "bin" / "pypgstac").exists():
        pytest.skip("PostgreSQL with PostGIS and pgstac is not installed (.ci/servers .servers)")
    # Not in pytest's own folder, which nobody but its owner may pass through.
    with (
        tempfile.TemporaryDirectory(prefix="depotwatch-pgstac-") as place,
        _pgstac_at(Path(place), programs[-1]) as server,
    ):
        yield server


@contextmanager
def _pgstac_at(home: Path, initdb: Path) -> Iterator[Pgstac]:
    with _postgres(initdb.parent, home) as database:
        _pgstac(database, home, "migrate")
        port = free_port()
        command = [str(_ENVIRONMENT / "bin" / "python"), "-m", "uvicorn", "--factory"]
        command += ["stac_fastapi.pgstac.app:create_app", "--host", "127.0.0.1", "--port", str(port)]
        settings = {f"PG{name}": value for name, value in database.items()} | {"POSTGRES_SCHEMA": "pgstac"}

        def load(collections: Sequence[dict[str, Any]], items: Sequence[dict[str, Any]]) -> None:
            for what, records in (("collections", collections), ("items", items)):
                file = home / f"{what}.ndjson"
                file.write_text("".join(json.dumps(record) + "\n" for record in records))
                _pgstac(database, home, "load", what, str(file), "--method", "upsert")

        with _process(command, home, settings):
            _answers(port, "/")
            yield Pgstac(port, load)


@contextmanager
def _postgres(programs: Path, home: Path) -> Iterator[dict[str, str]]:
    """Run a database of its own on this machine, as somebody who is not root."""
    owner = _ANYONE if os.geteuid() == 0 else None
    data, port = home / "data", free_port()
    if owner is not None:
        shutil.chown(home, owner)
    made = [str(programs / "initdb"), "-D", str(data), "-U", _ANYONE, "--auth=trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(made, check=True, capture_output=True, user=owner, cwd=home)
    command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", str(home), "-F"]
    with _process([*command, "-c", "listen_addresses=127.0.0.1"], home, user=owner):
        database = {"HOST": "127.0.0.1", "PORT": str(port), "USER": _ANYONE, "PASSWORD": "none", "DATABASE": "postgres"}
        _until(lambda: _ready(programs, port), "PostgreSQL does not answer")
        yield database


def _ready(programs: Path, port: int) -> bool:
    asked = subprocess.run([str(programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)], capture_output=True)
    return asked.returncode == 0


def _pgstac(database: dict[str, str], home: Path, *words: str) -> None:
    told = subprocess.run(
        [str(_ENVIRONMENT / "bin" / "pypgstac"), *words],
        capture_output=True,
        text=True,
        env=os.environ | {f"PG{name}": value for name, value in database.items()},
        cwd=home,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


@contextmanager
def _process(
    command: Sequence[str], home: Path, settings: dict[str, str] | None = None, user: str | None = None
) -> Iterator[None]:
    """Run a server until the block ends; what it says stands in a file of its home."""
    with (home / f"{Path(command[0]).name}.log").open("wb") as said:
        server = subprocess.Popen(
            command, stdout=said, stderr=subprocess.STDOUT, cwd=home, env=os.environ | (settings or {}), user=user
        )
    try:
        yield
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _answers(port: int, path: str) -> None:
    def asked() -> bool:
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 500
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    _until(asked, f"the server on port {port} does not answer")


def _until(true: Callable[[], bool], otherwise: str) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not true():
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _nginx_configuration(home: Path, folder: Path, port: int, log: Path) -> str:
    user = f"user {pwd.getpwuid(os.geteuid()).pw_name};" if sys.platform != "win32" and os.geteuid() == 0 else ""
    return f"""
{user}
daemon off;
worker_processes 1;
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{ worker_connections 64; }}
http {{
    log_format spans '$uri|$http_range|$status|$body_bytes_sent';
    access_log {log} spans;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder};
        autoindex on;
    }}
}}
"""
