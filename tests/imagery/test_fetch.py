import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from pystac.validation import validate_dict

from depotwatch.imagery.errors import (
    CancelledError,
    ImageryError,
    NoOverlapError,
    OfflineError,
    RemoteError,
    UnreadableSceneError,
)
from depotwatch.imagery.fetch import fetch, plan
from depotwatch.imagery.fetch.planning import MARGIN_PX
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.remote.cache import BLOCK, BlockCache
from depotwatch.imagery.remote.door import Door
from depotwatch.imagery.remote.patience import Patience
from depotwatch.imagery.remote.policy import Policy
from depotwatch.imagery.scene_file import open_scene

from .served_scene import BANDS, GRID, area_of, scene_at, write_scene
from .serving import Server, serving

HASTY = Patience(connect_s=2, read_s=0.3, answer_s=5, first_wait_s=0.01, longest_wait_s=0.02)
AREA = area_of(310, 350, 501, 541)
FAULTS = ["503", "drop", "stall", "truncate", "short", "wrong range"]

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    write_scene(folder)
    return folder


@pytest.fixture
def server(served: Path) -> Iterator[Server]:
    with serving(served) as server:
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


def _base(server: Server) -> str:
    return server.url("").rstrip("/")


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_what_is_fetched_is_a_scene_of_the_area_with_all_that_is_known(
    server: Server, door: Door, cache: BlockCache, served: Path, tmp_path: Path
) -> None:
    made = fetch(scene_at(_base(server)), AREA, tmp_path / "out", door, cache)
    scene = read_scene(made.path)
    top, left = (310 - MARGIN_PX) // 2 * 2, (501 - MARGIN_PX) // 2 * 2
    rows, columns = scene.grid.shape
    assert scene.grid == GRID.window(top, left, rows, columns)
    assert (rows, columns) == (350 + MARGIN_PX - top, -(-(541 + MARGIN_PX - left) // 2) * 2)
    assert scene.bands == ("blue", "green", "red", "nir")
    for band, pixels in zip(BANDS.values(), scene.pixels, strict=True):
        with rasterio.open(served / f"{band}.tif") as dataset:
            numbers = dataset.read(1)[top : top + rows, left : left + columns].astype(np.float32)
        np.testing.assert_allclose(pixels, (numbers - 1000) / 10000, atol=1e-6)
    known = scene.acquisition
    assert known.time == "2023-10-16T02:18:31Z"
    assert (known.platform, known.level, known.units, known.offset_applied) == (
        "sentinel-2b",
        "2A",
        "reflectance",
        True,
    )
    assert known.sun is not None and (known.sun.azimuth_deg, known.sun.computed) == (168.2, False)
    assert known.view is not None and known.view.off_nadir_deg == 4.2
    assert known.credit == "Contains modified Copernicus Sentinel data 2023"
    assert known.licence == "LicenseRef-Copernicus-Sentinel"
    assert (made.coverage, made.valid) == (1, 1)


def test_the_quality_mask_is_kept_on_its_own_grid_and_masks(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path
) -> None:
    made = fetch(scene_at(_base(server)), area_of(390, 410, 390, 410), tmp_path / "out", door, cache)
    scene = read_scene(made.path)
    top, left = (390 - MARGIN_PX) // 2 * 2, (390 - MARGIN_PX) // 2 * 2
    expected = np.ones(scene.grid.shape, dtype=bool)
    expected[: 400 - top, : 400 - left] = False
    np.testing.assert_array_equal(scene.mask, expected)
    again = read_scene(",".join(map(str, scene.files)))
    assert (again.sha256, again.bands) == (scene.sha256, scene.bands)
    assert read_scene(next(made.path.glob("*_L2A-????????.tif"))).sha256 == scene.sha256


def test_the_item_is_stac_and_names_every_source_without_signatures(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path
) -> None:
    made = fetch(scene_at(_base(server)), AREA, tmp_path / "out", door, cache)
    text = next(made.path.glob("*.json")).read_text()
    assert "secret" not in text and "s3://" not in text
    root = json.loads(text)
    assert validate_dict({**root, "stac_extensions": []})
    sources = root["assets"]["data"]["depotwatch:sources"]
    assert [one["href"].rsplit("/", 1)[1] for one in sources] == ["B02.tif", "B03.tif", "B04.tif", "B08.tif"]
    assert all(one["validator"] == '"1"' and one["size"] > 0 for one in sources)
    assert root["assets"]["data"]["bands"][0] == {
        "name": "blue",
        "eo:common_name": "blue",
        "raster:scale": 0.0001,
        "raster:offset": -0.1,
    }
    assert root["properties"]["processing:software"].keys() == {"depotwatch"}


def test_a_plan_says_exactly_what_fetching_takes(server: Server, door: Door, cache: BlockCache, tmp_path: Path) -> None:
    scene = scene_at(_base(server))
    drawn = plan(scene, AREA, door, cache)
    server.asked.clear()
    said = list[tuple[int, int]]()
    fetch(scene, AREA, tmp_path / "out", door, cache, progress=lambda done, total, what: said.append((done, total)))
    checks = [asked for asked in server.asked if asked == (0, 0)]
    assert len(checks) == len(drawn.pieces)  # whether a file is still the one that is kept
    assert len(server.asked) - len(checks) == drawn.requests
    assert sum(last + 1 - first for first, last in server.asked) - len(checks) == drawn.bytes
    assert said[-1] == (drawn.bytes, drawn.bytes)
    assert plan(scene, AREA, door, cache).bytes == 0


def test_few_requests_and_few_bytes_more_than_the_tiles(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path
) -> None:
    made = fetch(scene_at(_base(server)), AREA, tmp_path / "out", door, cache)
    with BlockCache(tmp_path / "other") as other:
        drawn = plan(scene_at(_base(server)), AREA, door, other)
    assert made.requests <= 5 * len(drawn.pieces)
    assert made.bytes <= sum(piece.tile_bytes for piece in drawn.pieces) + BLOCK * 2 * made.requests


def test_a_second_run_gives_the_same_bytes_without_a_server(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path
) -> None:
    scene = scene_at(_base(server))
    fetch(scene, AREA, tmp_path / "first", door, cache)
    fetch(scene, AREA, tmp_path / "second", None, cache)
    assert _bytes(tmp_path / "first") == _bytes(tmp_path / "second")


def test_what_was_never_fetched_is_refused_offline(server: Server, cache: BlockCache, tmp_path: Path) -> None:
    with pytest.raises(OfflineError, match="fetch it once with a connection"):
        fetch(scene_at(_base(server)), AREA, tmp_path / "out", None, cache)
    assert not (tmp_path / "out").exists()


def test_what_lies_there_whole_is_not_fetched_again_and_what_is_damaged_is(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path
) -> None:
    scene = scene_at(_base(server))
    made = fetch(scene, AREA, tmp_path / "out", door, cache)
    was = _bytes(made.path)
    server.asked.clear()
    assert fetch(scene, AREA, tmp_path / "out", door, cache).requests == 0
    assert server.asked == []
    next(made.path.glob("*_scl.tif")).write_bytes(b"II")
    (made.path / "notes.txt").write_text("mine")
    with pytest.raises(ImageryError, match=r"holds notes\.txt too; move that away"):
        fetch(scene, AREA, tmp_path / "out", door, cache)
    (made.path / "notes.txt").unlink()
    fetch(scene, AREA, tmp_path / "out", door, cache)
    assert _bytes(made.path) == was


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_stays_ends_in_one_sentence_leaves_nothing_and_is_got_over(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path, fault: str
) -> None:
    scene = scene_at(_base(server))
    server.faults[:] = [""] * 8 + [fault] * 60
    with pytest.raises(RemoteError, match=r"asked 5 times; try again later\.$"):
        fetch(scene, AREA, tmp_path / "out", door, cache)
    assert not (tmp_path / "out").exists()
    server.faults.clear()
    fetch(scene, AREA, tmp_path / "out", door, cache)
    with BlockCache(tmp_path / "other") as other:
        fetch(scene, AREA, tmp_path / "clean", door, other)
    first, second = (next((tmp_path / name).rglob("*_L2A-????????.tif")).read_bytes() for name in ("out", "clean"))
    assert first == second


@pytest.mark.parametrize("fault", ["no ranges", "changed"])
def test_a_server_that_cannot_be_read_by_windows_is_an_error_by_name(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path, fault: str
) -> None:
    server.faults[:] = [""] * 6 + [fault]
    with pytest.raises(RemoteError, match=r"(B0\d|SCL)\.tif (cannot be read in parts|was changed while it was read)"):
        fetch(scene_at(_base(server)), AREA, tmp_path / "out", door, cache)
    assert not (tmp_path / "out").exists()


def test_a_band_that_is_missing_fails_the_date_by_name(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path
) -> None:
    item = scene_at(_base(server))
    bands = {**item.bands, "nir": item.bands["nir"].replace("B08", "B8A")}
    with pytest.raises(RemoteError, match=r"B8A\.tif is not there"):
        fetch(replace(item, bands=bands), AREA, tmp_path / "out", door, cache)
    assert not (tmp_path / "out").exists()


def test_an_area_partly_outside_is_said_and_wholly_outside_refused(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path
) -> None:
    scene = scene_at(_base(server))
    half = fetch(scene, area_of(-50, 50, 500, 600), tmp_path / "out", door, cache)
    assert half.coverage == pytest.approx(0.5, abs=0.02)
    assert half.valid == pytest.approx(half.coverage, abs=0.02)
    edge = fetch(scene, area_of(500, 600, 910, 1010), tmp_path / "out", door, cache)
    assert edge.coverage == 1
    assert edge.valid == pytest.approx(0.5, abs=0.02)
    with pytest.raises(NoOverlapError, match="lies outside S2B_T52TEN"):
        fetch(scene, area_of(2000, 2100, 500, 600), tmp_path / "out", door, cache)
    with pytest.raises(NoOverlapError, match="holds no data in the area"):
        fetch(scene, area_of(500, 540, 970, 1010), tmp_path / "out", door, cache)


def test_a_cache_that_holds_nothing_costs_only_time(server: Server, door: Door, tmp_path: Path) -> None:
    with BlockCache(tmp_path / "small", limit=1) as small:
        made = fetch(scene_at(_base(server)), AREA, tmp_path / "out", door, small)
    assert read_scene(made.path).mask.all()


def test_an_area_that_nobody_can_hold_is_refused(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("depotwatch.imagery.fetch.planning.MAX_PIXELS", 10_000)
    with pytest.raises(UnreadableSceneError, match="choose a smaller area or fewer bands"):
        fetch(scene_at(_base(server)), AREA, tmp_path / "out", door, cache)


def test_bands_are_chosen_by_name(server: Server, door: Door, cache: BlockCache, tmp_path: Path) -> None:
    scene = scene_at(_base(server))
    made = fetch(scene, AREA, tmp_path / "out", door, cache, bands=["nir", "red"])
    assert open_scene(made.path).bands == ("red", "nir")
    with pytest.raises(RemoteError, match="has no band thermal; it has blue, green, red, nir"):
        fetch(scene, AREA, tmp_path / "out", door, cache, bands=["thermal"])


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("s3://eodata/B04.tif", "asks for a login"),
        ("https://data.example/B04.jp2", "no GeoTIFF"),
        ("https://elsewhere.example/B04.tif", "lies on elsewhere.example"),
    ],
)
def test_what_cannot_be_fetched_is_refused_with_what_to_choose_instead(
    door: Door, cache: BlockCache, tmp_path: Path, address: str, why: str
) -> None:
    scene = replace(scene_at("https://data.example"), bands={"red": address}, caution="found, but not fetched")
    with pytest.raises(RemoteError, match=f"{why}.*found, but not fetched.*choose a catalogue"):
        plan(scene, AREA, door, cache)


@pytest.mark.parametrize(
    ("baseline", "said", "offset"),
    [("05.09", {}, -0.1), ("03.01", {}, 0.0), ("05.09", {"earthsearch:boa_offset_applied": True}, 0.0)],
)
def test_the_offset_follows_the_baseline_where_bands_state_none_and_the_flag_over_the_bands(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path, baseline: str, said: dict[str, bool], offset: float
) -> None:
    scene = scene_at(_base(server), **{"s2:processing_baseline": baseline, **said})
    if not said:
        for asset in scene.item["assets"].values():
            asset.pop("raster:bands", None)
    made = fetch(scene, AREA, tmp_path / "out", door, cache)
    pixels = read_scene(made.path).pixels
    assert pixels.min() == pytest.approx(0.12 + offset, abs=1e-3)
    root = json.loads(next(made.path.glob("*.json")).read_text())
    assert {band["raster:offset"] for band in root["assets"]["data"]["bands"]} == {offset}


def test_cancelled_work_leaves_nothing_but_what_had_come(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path
) -> None:
    scene = scene_at(_base(server))
    come = list[int]()
    with pytest.raises(CancelledError):
        fetch(
            scene,
            AREA,
            tmp_path / "out",
            door,
            cache,
            progress=lambda done, total, what: come.append(done),
            cancelled=lambda: len(come) >= 2,
        )
    assert not (tmp_path / "out").exists()
    server.asked.clear()
    drawn = plan(scene, AREA, door, cache)
    with BlockCache(tmp_path / "other") as other:
        assert drawn.bytes < plan(scene, AREA, door, other).bytes


def test_a_disk_that_is_full_is_said_and_leaves_nothing(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    scene = scene_at(_base(server))
    with BlockCache(tmp_path / "other") as other:
        made = fetch(scene, AREA, tmp_path / "first", door, other)
        limit = max(file.stat().st_size for file in made.path.iterdir()) // 2
        was = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, was[1]))
        try:
            with pytest.raises(ImageryError, match="cannot be written"):
                fetch(scene, AREA, tmp_path / "out", None, other)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, was)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_date_whose_mask_is_gone_is_never_read_without_it(
    server: Server, door: Door, cache: BlockCache, tmp_path: Path
) -> None:
    made = fetch(scene_at(_base(server)), AREA, tmp_path / "out", door, cache)
    next(made.path.glob("*_scl.tif")).unlink()
    for path in (made.path, next(made.path.glob("*.tif"))):
        with pytest.raises(UnreadableSceneError, match=r"_scl\.tif is missing; fetch it again"):
            read_scene(path)
