"""
What search and fetch cost, from a server of ranges on loopback: requests, bytes and seconds, not an internet's.

The images are synthetic and of the size of a Sentinel-2 tile; what they show does not matter here.
"""

import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from shapely import Polygon, box
from shapely.geometry import mapping

from ...imagery.catalog.catalogues import catalogue
from ...imagery.catalog.clear import Clear, clear_skies
from ...imagery.catalog.found import Found, found
from ...imagery.fetch import fetch
from ...imagery.fetch.planning import plan
from ...imagery.grid import Grid
from ...imagery.remote.cache import BLOCK
from ...imagery.remote.reach import Terms, reaching
from ...imagery.scene_file import open_scene
from ...imagery.synthetic.served import CORNER, TILE_PX, write_served

HOST = "bench.example"
DATES = 50
WINDOW_PX = 316  # of 10 m: 10 km²


@dataclass(frozen=True, slots=True)
class Cost:
    """
    What was measured.

    Parameters
    ----------
    side
        Pixels a side of the band.
    requests, bytes
        For its window of 10 km², the file's head included.
    tile_bytes
        Of the tiles that the window touches.
    skies_s
        Seconds to look at the sky over the area on `DATES` dates.
    skies_requests
        In all.
    same
        Whether a second run, without a server, gave the same bytes.
    """

    side: int
    requests: int
    bytes: int
    tile_bytes: int
    skies_s: float
    skies_requests: int
    same: bool


@dataclass
class _Asked:
    ranges: list[tuple[str, int]] = field(default_factory=list)


def bench_fetching(work: Path, progress: Callable[[float, float, str], None] | None = None) -> Cost:
    """
    Measure one fetch of 10 km², fifty skies, and a fetch offline.

    Parameters
    ----------
    work
        Where the images are made, and kept for the next time: 250 MB.
    progress
        Called with (done, total, what).
    """
    say = progress or (lambda done, total, what: None)
    say(0, 3, "making a band of 10980 × 10980 pixels")
    folder = work / "served"
    band, _ = write_served(folder)
    with tempfile.TemporaryDirectory() as scratch, _serving(folder) as (port, asked):
        terms = Terms(local=True, cache=Path(scratch) / "cache", resolve=lambda host, port: ["127.0.0.1"])
        one, area = _found(port, "band"), _area(_side(band))
        with reaching(terms, [HOST]) as reach:
            say(1, 3, "fetching 10 km²")
            drawn = plan(one, area, reach.door, reach.cache)
            tile_bytes = sum(piece.tile_bytes for piece in drawn.bands)
            fetch(one, area, Path(scratch) / "first", reach.door, reach.cache)
            of_band = [size for path, size in asked.ranges if path.startswith("/band")]
            say(2, 3, "looking at fifty skies")
            dates = [replace(_found(port, f"d{n}"), mask=(_url(port, f"scl-{n}"), "scl")) for n in range(DATES)]
            before, start = len(asked.ranges), time.perf_counter()
            skies = clear_skies(dates, area, reach.door, reach.cache)
            skies_s = time.perf_counter() - start
            skies_requests = len(asked.ranges) - before
            assert all(isinstance(sky, Clear) for sky in skies)
        with reaching(replace(terms, offline=True)) as reach:
            fetch(one, area, Path(scratch) / "second", reach.door, reach.cache)
        same = _bytes(Path(scratch) / "first") == _bytes(Path(scratch) / "second")
    say(3, 3, "done")
    return Cost(_side(band), len(of_band), sum(of_band), tile_bytes, skies_s, skies_requests, same)


def to_text(cost: Cost) -> str:
    """Return the figures as Markdown, beside what was asked."""
    share = cost.bytes / cost.tile_bytes
    rows = [
        (f"requests a band, 10 km² of {cost.side}²", f"{cost.requests}", "5"),
        (f"bytes over those of the touched tiles (blocks of {BLOCK // 1024} KiB)", f"{share:.2f} ×", "1.50 ×"),
        (f"sky over the area on {DATES} dates, {cost.skies_requests} requests", f"{cost.skies_s:.2f} s", "5 s"),
        ("second run without a server gives the same bytes", "yes" if cost.same else "NO", "yes"),
    ]
    lines = [
        "| search and fetch, on loopback, synthetic images | measured | at most |",
        "| --- | --- | --- |",
        *(f"| {what} | {found} | {most} |" for what, found, most in rows),
    ]
    return "\n".join(lines)


def _side(band: Path) -> int:
    """Return the pixels a side of the band."""
    return open_scene(band).grid.shape[0]


def _area(side: int) -> Polygon:
    """Return 10 km² across the corner of four tiles, where a window costs most."""
    grid = Grid.remembered((side, side), (10, 0, CORNER[0], 0, -10, CORNER[1]), "EPSG:32636")
    low, high = 2 * TILE_PX - WINDOW_PX // 2, 2 * TILE_PX + WINDOW_PX // 2
    lon, lat = grid.lonlat([low, high], [high, low])
    return box(float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1]))


def _url(port: int, name: str) -> str:
    return f"http://{HOST}:{port}/{name}.tif"


def _found(port: int, name: str) -> Found:
    asset = {"type": "image/tiff; application=geotiff", "roles": ["data"]}
    item = {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": name,
        "collection": "synthetic",
        "geometry": mapping(box(29, 45, 33, 48)),
        "properties": {"datetime": "2023-08-04T08:31:00Z"},
        "assets": {"image": {**asset, "href": _url(port, "band")}},
        "links": [{"rel": "self", "href": _url(port, name)}],
    }
    made = found(item, catalogue(f"http://{HOST}:{port}/v1"))
    assert made is not None
    return made


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[int, _Asked]]:
    """Serve band.tif and scl.tif by ranges, under any name that begins like theirs, until the block ends."""
    asked = _Asked()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = "scl.tif" if self.path.startswith("/scl") else "band.tif"
            span = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
            size = (folder / name).stat().st_size
            first, last = (int(span[1]), min(int(span[2]), size - 1)) if span else (0, size - 1)
            asked.ranges.append((self.path, last - first + 1))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
            self.send_header("Content-Length", str(last - first + 1))
            self.send_header("ETag", '"1"')
            self.end_headers()
            with (folder / name).open("rb") as file:
                file.seek(first)
                self.wfile.write(file.read(last - first + 1))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
