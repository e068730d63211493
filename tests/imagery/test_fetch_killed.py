"""A process that is killed while it fetches leaves whole dates or none, and the next one goes on where it stopped."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from shapely import from_wkt

from depotwatch.imagery.fetch import fetch
from depotwatch.imagery.fetch.local import kept_whole
from depotwatch.imagery.remote.cache import BlockCache
from depotwatch.imagery.remote.door import Door
from depotwatch.imagery.remote.policy import Policy

from .served_scene import area_of, item_of, scene_at, write_scene
from .serving import Server, serving

HOST = "127.0.0.1"
AREA = from_wkt(area_of(310, 350, 501, 541).wkt)  # as the other process reads it
FETCHING = """
import json, os, signal, sys
from pathlib import Path
from shapely import from_wkt
from depotwatch.imagery.catalog.catalogues import known_catalogues
from depotwatch.imagery.catalog.found import found
from depotwatch.imagery.fetch import fetch, local
from depotwatch.imagery.remote.cache import BlockCache
from depotwatch.imagery.remote.door import Door
from depotwatch.imagery.remote.policy import Policy

item, area, out, cache, when = sys.argv[1:]
scene = found(json.loads(item), known_catalogues()["earth-search"])
if when == "writing":
    local.write_json = lambda path, root: os.kill(os.getpid(), signal.SIGKILL)
with BlockCache(Path(cache)) as kept, Door(Policy(frozenset({"127.0.0.1"}), local=True)) as door:
    fetch(scene, from_wkt(area), Path(out), door, kept)
"""

pytestmark = [
    pytest.mark.allow_hosts([HOST]),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL"),
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "served"
    folder.mkdir()
    write_scene(folder)
    with serving(folder) as server:
        yield server


def _base(server: Server) -> str:
    return server.url("", HOST).rstrip("/")


def _started(server: Server, tmp_path: Path, when: str) -> subprocess.Popen[bytes]:
    said = json.dumps(item_of(_base(server))), AREA.wkt
    return subprocess.Popen([sys.executable, "-c", FETCHING, *said, tmp_path / "out", tmp_path / "cache", when])


def _fetched_bytes(server: Server, tmp_path: Path, cache: str, out: str) -> int:
    """Fetch in this process and return the bytes that it took, without the checks of what is kept."""
    server.asked.clear()
    with BlockCache(tmp_path / cache) as kept, Door(Policy(frozenset({HOST}), local=True)) as door:
        made = fetch(scene_at(_base(server)), AREA, tmp_path / out, door, kept)
    assert kept_whole(made.path) is not None
    return _bytes(server)


def _bytes(server: Server) -> int:
    return sum(last + 1 - first for first, last in server.asked if (first, last) != (0, 0))


def _images(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted(folder.rglob("*.tif"))]


def test_what_had_come_when_it_was_killed_does_not_come_again(server: Server, tmp_path: Path) -> None:
    server.faults[:] = [""] * 9 + ["stall"] * 60
    process = _started(server, tmp_path, "reading")
    while len(server.faults) >= 60:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    server.faults.clear()
    assert not (tmp_path / "out").exists()
    rest = _fetched_bytes(server, tmp_path, "cache", "out")
    assert 0 < rest < _fetched_bytes(server, tmp_path, "other", "clean")
    assert _images(tmp_path / "out") == _images(tmp_path / "clean")


def test_one_killed_while_it_writes_leaves_nothing_that_looks_like_a_date(server: Server, tmp_path: Path) -> None:
    assert _started(server, tmp_path, "writing").wait() == -signal.SIGKILL
    assert all(path.name.startswith(".") for path in (tmp_path / "out").iterdir())
    assert _fetched_bytes(server, tmp_path, "cache", "out") == 0
    (folder,) = (tmp_path / "out").iterdir()
    assert kept_whole(folder) is not None
