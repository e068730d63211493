import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from pystac.validation import validate_dict
from shapely import Polygon, box

from depotwatch.imagery.errors import (
    ImageryError,
    NoOverlapError,
    OfflineError,
    RefusedAddressError,
    RemoteError,
    UnreadableSceneError,
)
from depotwatch.imagery.fetch.tile_picture import decoded
from depotwatch.imagery.fetch.tile_source import MAX_TILES, TileSource
from depotwatch.imagery.fetch.tiles import fetch_tiles, missing_tiles
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.remote.cache import BlockCache
from depotwatch.imagery.remote.door import Door
from depotwatch.imagery.remote.patience import Patience
from depotwatch.imagery.remote.policy import Policy

from .serving import Server, serving

HASTY = Patience(connect_s=2, read_s=0.3, answer_s=5, first_wait_s=0.01, longest_wait_s=0.02)
ZOOM = 15
CORNER = 28245, 12145  # a tile of that zoom in the Sea of Japan
SIDE_DEG = 360 / 2**ZOOM
WEST = CORNER[0] * SIDE_DEG - 180

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def _north(row: float) -> float:
    return float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * row / 2**ZOOM)))))


def _area(columns: float = 2, rows: float = 2) -> Polygon:
    """Return the ground from the middle of the corner's tile to so many tiles on."""
    west, north = WEST + SIDE_DEG / 2, _north(CORNER[1] + 0.5)
    return box(west, _north(CORNER[1] + 0.5 + rows - 1), west + (columns - 1) * SIDE_DEG, north)


AREA = _area()


def _tile(column: int, row: int, driver: str = "PNG", side: int = 256, bands: int = 3) -> bytes:
    """Return a tile that is red by its column, green by its row."""
    pixels = np.zeros((bands, side, side), dtype=np.uint8)
    pixels[0], pixels[1 % bands] = 40 + column % 7 * 20, 40 + row % 7 * 20
    if bands == 4:
        pixels[3, :, side // 2 :] = 255
    order = [2, 1, 0, 3][:bands] if bands >= 3 else [0]
    done, body = cv2.imencode(
        {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}[driver], np.moveaxis(pixels[order], 0, -1)
    )
    assert done
    return bytes(body)


def _write(folder: Path, column: int, row: int, body: bytes) -> None:
    file = folder / str(ZOOM) / str(column) / f"{row}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    for column in range(CORNER[0] - 1, CORNER[0] + 4):
        for row in range(CORNER[1] - 1, CORNER[1] + 4):
            _write(folder, column, row, _tile(column, row))
    return folder


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as server:
        yield server


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[BlockCache]:
    with BlockCache(tmp_path / "cache") as cache:
        yield cache


@pytest.fixture
def door() -> Iterator[Door]:
    policy = Policy(frozenset({"data.example"}), local=True)
    with Door(policy, HASTY, lambda host, port: ["127.0.0.1"]) as door:
        yield door


def _source(server: Server, date: str | None = "2023-10-16") -> TileSource:
    return TileSource(server.url("{z}/{x}/{y}.png?key=secret"), ZOOM, date, "© Somebody", "CC-BY-4.0")


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_the_tiles_of_an_area_are_a_scene_with_all_that_the_user_said(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path
) -> None:
    made = fetch_tiles(_source(server), AREA, tmp_path / "out", door, cache)
    scene = read_scene(made.path)
    assert scene.bands == ("red", "green", "blue")
    assert scene.grid.crs is not None and scene.grid.crs.to_epsg() == 3857
    assert scene.mask.all()
    for down, across in ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75)):
        lon, lat = AREA.bounds[0] + across * SIDE_DEG, _north(CORNER[1] + 0.5 + down)
        column, row = (int(np.floor(one)) for one in scene.grid.pixel_of(lon, lat))
        expected = 40 + (CORNER[0] + (across > 0.5)) % 7 * 20, 40 + (CORNER[1] + (down > 0.5)) % 7 * 20
        assert tuple(scene.pixels[:2, row, column]) == expected
    known = scene.acquisition
    assert (known.time, known.credit, known.licence, known.units) == (
        "2023-10-16",
        "© Somebody",
        "CC-BY-4.0",
        "display",
    )
    latitude = AREA.centroid.y
    assert scene.grid.mean_gsd_m == pytest.approx(
        156543.03392804097 * np.cos(np.radians(latitude)) / 2**ZOOM, rel=0.005
    )


def test_the_item_is_stac_and_keeps_no_key(server: Server, door: Door, cache: BlockCache, tmp_path: Path) -> None:
    made = fetch_tiles(_source(server), AREA, tmp_path / "out", door, cache)
    text = next(made.path.glob("*.json")).read_text()
    assert "secret" not in text
    assert b"secret" not in cache.path.read_bytes()
    root = json.loads(text)
    assert validate_dict({**root, "stac_extensions": []})
    assert root["assets"]["data"]["depotwatch:sources"][0]["href"] == server.url("{z}/{x}/{y}.png")


def test_without_a_date_a_scene_is_undated(server: Server, door: Door, cache: BlockCache, tmp_path: Path) -> None:
    made = fetch_tiles(_source(server, None), AREA, tmp_path / "out", door, cache)
    root = json.loads(next(made.path.glob("*.json")).read_text())
    assert validate_dict({**root, "stac_extensions": []})
    assert read_scene(made.path).acquisition.time is None
    assert read_scene(made.path).acquisition.sun is None


def test_a_tile_that_is_not_there_is_not_valid(
    server: Server, door: Door, cache: BlockCache, folder: Path, tmp_path: Path
) -> None:
    (folder / str(ZOOM) / str(CORNER[0]) / f"{CORNER[1]}.png").unlink()
    made = fetch_tiles(_source(server), AREA, tmp_path / "out", door, cache)
    scene = read_scene(made.path)
    column, row = (int(np.floor(one)) for one in scene.grid.pixel_of(WEST + 0.7 * SIDE_DEG, _north(CORNER[1] + 0.7)))
    assert not scene.mask[row, column]
    assert scene.mask[-1, -1]
    assert made.valid == pytest.approx(0.75, abs=0.01)
    again = fetch_tiles(_source(server), AREA, tmp_path / "again", None, cache)
    assert _bytes(made.path) == _bytes(again.path)


def test_a_second_run_gives_the_same_bytes_without_a_server(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path
) -> None:
    assert missing_tiles(_source(server), AREA, cache) == (4, 4)
    fetch_tiles(_source(server), AREA, tmp_path / "first", door, cache)
    assert missing_tiles(_source(server), AREA, cache) == (4, 0)
    fetch_tiles(_source(server), AREA, tmp_path / "second", None, cache)
    assert _bytes(tmp_path / "first") == _bytes(tmp_path / "second")
    with pytest.raises(OfflineError, match="is not kept on this machine"):
        fetch_tiles(_source(server), _area(3, 3), tmp_path / "third", None, cache)


@pytest.mark.parametrize(
    ("driver", "bands", "side"), [("JPEG", 3, 256), ("WEBP", 3, 512), ("PNG", 4, 256), ("PNG", 1, 512)]
)
def test_every_kind_of_tile_is_read(
    server: Server, door: Door, cache: BlockCache, folder: Path, tmp_path: Path, driver: str, bands: int, side: int
) -> None:
    for file in folder.rglob("*.png"):
        file.write_bytes(_tile(int(file.parent.name), int(file.stem), driver, side, bands))
    scene = read_scene(fetch_tiles(_source(server), AREA, tmp_path / "out", door, cache).path)
    assert scene.pixels[0, -1, -1] == pytest.approx(40 + (CORNER[0] + 1) % 7 * 20, abs=4)
    assert scene.grid.mean_gsd_m == pytest.approx(
        TileSource(server.url("{z}/{x}/{y}"), ZOOM).gsd_m(AREA.centroid.y, side), rel=0.005
    )
    assert scene.mask.all() == (bands != 4)


@pytest.mark.parametrize("fault", ["503", "drop", "stall", "truncate"])
def test_a_fault_that_passes_is_got_over_and_one_that_stays_ends_in_a_sentence(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path, fault: str
) -> None:
    server.faults[:] = ["", fault] * 2
    fetch_tiles(_source(server), AREA, tmp_path / "out", door, cache)
    with BlockCache(tmp_path / "other") as other:
        server.faults[:] = [""] + [fault] * 40
        with pytest.raises(RemoteError, match=r"asked 5 times; try again later\.$"):
            fetch_tiles(_source(server), AREA, tmp_path / "none", door, other)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html>key needed</html>", "is no PNG, JPEG or WebP"),
        (_tile(1, 1)[:-30], "was cut short"),
        (_tile(1, 1, "JPEG")[:-100], "was cut short"),
        (_tile(1, 1, side=300), "has 300 × 300 pixels"),
        (_tile(1, 1)[:40] + b"\0" * 40 + _tile(1, 1)[80:], "it is damaged"),
        (b'<VRTDataset rasterXSize="1" rasterYSize="1"></VRTDataset>', "is no PNG, JPEG or WebP"),
    ],
)
def test_what_is_no_tile_is_refused_and_not_kept(
    server: Server, door: Door, cache: BlockCache, folder: Path, tmp_path: Path, body: bytes, says: str
) -> None:
    _write(folder, *CORNER, body)
    with pytest.raises(UnreadableSceneError, match=says):
        fetch_tiles(_source(server), AREA, tmp_path / "out", door, cache)
    assert not (tmp_path / "out").exists()
    _write(folder, *CORNER, _tile(*CORNER))
    assert fetch_tiles(_source(server), AREA, tmp_path / "out", door, cache).valid == 1


def test_an_area_without_any_tile_is_refused(server: Server, door: Door, cache: BlockCache, tmp_path: Path) -> None:
    with pytest.raises(NoOverlapError, match="has no tile of the area at zoom 14"):
        fetch_tiles(replace(_source(server), zoom=14), AREA, tmp_path / "out", door, cache)
    with pytest.raises(RemoteError, match=f"at most {MAX_TILES:,} are fetched: choose a lower zoom"):
        fetch_tiles(replace(_source(server), zoom=22), AREA, tmp_path / "out", door, cache)
    with pytest.raises(NoOverlapError, match="do not reach"):
        fetch_tiles(_source(server), box(10, 86, 11, 87), tmp_path / "out", door, cache)


def test_a_host_that_is_not_allowed_is_not_asked(server: Server, door: Door, cache: BlockCache, tmp_path: Path) -> None:
    source = TileSource("https://elsewhere.example/{z}/{x}/{y}.png", ZOOM)
    with pytest.raises(RefusedAddressError, match=r"elsewhere\.example may not be opened"):
        fetch_tiles(source, AREA, tmp_path / "out", door, cache)


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://a.example/{z}/{x}/{y}.png", "https://a.example/3/5/2.png"),
        ("https://a.example/{z}/{x}/{-y}.png", "https://a.example/3/5/5.png"),
        (
            "https://a.example/wmts/{TileMatrix}/{TileRow}/{TileCol}.jpg?k=1",
            "https://a.example/wmts/3/2/5.jpg?k=1",
        ),
        ("https://a.example/?z={z}&x={x}&y={y}&key=1", "https://a.example/?z=3&x=5&y=2&key=1"),
    ],
)
def test_templates_are_those_of_xyz_and_wmts(template: str, address: str) -> None:
    source = TileSource(template, 3)
    assert source.url(5, 2) == address
    assert "k=1" not in source.shown and "key=1" not in source.shown


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"template": "https://a.example/{z}/{x}.png"}, "is no tile template"),
        ({"template": "https://a.example/{z}/{x}/{y}/{Style}.png"}, "is no tile template"),
        ({"template": "https://{s}.example/{z}/{x}/{y}.png"}, "is no tile template"),
        ({"template": "https://{z}.example/{x}/{y}.png"}, "names no one server"),
        ({"template": "/tiles/{z}/{x}/{y}.png"}, "names no one server"),
        ({"zoom": 30}, "Zoom 30 is not possible"),
        ({"date": "last summer"}, "'last summer' is no date"),
    ],
)
def test_what_is_no_tile_source_is_refused(said: dict[str, str | int], why: str) -> None:
    with pytest.raises(RemoteError, match=why):
        TileSource(**{"template": "https://a.example/{z}/{x}/{y}.png", "zoom": 3, **said})  # type: ignore[arg-type]


def test_the_ground_sample_distance_follows_zoom_and_latitude() -> None:
    source = TileSource("https://a.example/{z}/{x}/{y}.png", 17)
    assert source.gsd_m(0, 256) == pytest.approx(1.194329, rel=1e-6)
    assert source.gsd_m(60, 512) == pytest.approx(1.194329 / 4, rel=1e-6)


def test_nothing_is_left_where_the_disk_is_full(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ImageryError, match=r"cannot be written \(No space left on device\)"):
        fetch_tiles(_source(server), AREA, tmp_path / "out", door, cache)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_tile_picture_is_never_opened_as_anything_else() -> None:
    done, body = cv2.imencode(".tif", np.ones((256, 256), dtype=np.uint8))
    assert done
    with pytest.raises(UnreadableSceneError, match="is no PNG, JPEG or WebP"):
        decoded(bytes(body), "x")
