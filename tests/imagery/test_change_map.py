"""A map made band by band is the map made at once; it comes whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from depotwatch.imagery import sample
from depotwatch.imagery.blocks import FilePair
from depotwatch.imagery.change import score, score_change
from depotwatch.imagery.change_map import map_change
from depotwatch.imagery.errors import CancelledError
from depotwatch.imagery.normalise import normalise
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.register import register, register_files
from depotwatch.imagery.scene_file import open_scene
from depotwatch.imagery.write import rounded

SIDE, SHIFT = 420, (0.4, -0.6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """before.tif and after.tif: shifted, of other gain, with gaps and changed blocks."""
    rng = np.random.default_rng(5)
    land = ndimage.gaussian_filter(rng.normal(size=(SIDE + 40, SIDE + 40)), 1.5)
    land += 3 * ndimage.gaussian_filter(rng.normal(size=land.shape), 12)
    shades = rng.uniform(0.5, 1.5, 4)
    moved = ndimage.shift(land, SHIFT, order=5, mode="mirror")
    dates = []
    for date, gain in ((land, 1.0), (moved, 1.2)):
        ground = 2000 + 400 * gain * shades[:, None, None] * (date / land.std())[20:-20, 20:-20]
        dates.append(ground + rng.normal(0, 15, ground.shape))
    dates[1][:, 100:112, 200:215] += 1800
    dates[1][:, 250:258, 60:80] -= 900
    dates[0][:, 300:340, 300:420] = 0
    dates[1][:, :30, 100:140] = 0
    made = tmp_path_factory.mktemp("pair")
    profile = {"driver": "GTiff", "dtype": "uint16", "count": 4, "height": SIDE, "width": SIDE, "crs": "EPSG:32636"}
    tiles = {"tiled": True, "blockxsize": 64, "blockysize": 64, "transform": Affine(10, 0, 300_000, 0, -10, 5_200_000)}
    for name, pixels in zip(("before", "after"), dates, strict=True):
        with rasterio.open(made / f"{name}.tif", "w", **profile, **tiles) as out:
            out.write(np.clip(pixels, 0, 60_000).astype(np.uint16))
    return made


def scores(path: Path) -> NDArray[np.float32]:
    with rasterio.open(path) as dataset:
        return np.asarray(dataset.read(1))


def mapped(folder: Path, path: Path, **how: object) -> NDArray[np.float32]:
    map_change(open_scene(folder / "before.tif"), open_scene(folder / "after.tif"), path, **how)  # type: ignore[arg-type]
    return scores(path)


def apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the largest difference of two maps that must be valid in the same places."""
    assert np.array_equal(np.isnan(one), np.isnan(other))
    return float(np.nanmax(np.abs(one - other)))


@pytest.mark.parametrize("method", ["ir-mad", "mad", "change-vector"])
def test_the_map_of_files_is_the_map_of_arrays(method: str, folder: Path, tmp_path: Path) -> None:
    pair = register(read_scene(folder / "before.tif"), read_scene(folder / "after.tif"))
    whole = score_change(normalise(pair), method)
    report = map_change(
        open_scene(folder / "before.tif"), open_scene(folder / "after.tif"), tmp_path / "map.tif", method
    )
    assert apart(scores(tmp_path / "map.tif"), rounded(whole.score)) <= 1 / 4096 + 1e-6
    assert report.method == whole.method
    assert report.expected_false_alarms_per_km2 == pytest.approx(whole.expected_false_alarms_per_km2)
    assert report.valid_fraction == pytest.approx(float(np.isfinite(whole.score).mean()))
    assert report.registration.shift_px == pytest.approx(pair.registration.shift_px)
    assert report.objects >= 2
    assert set(report.seconds) == {"read", "register", "normalise", "score", "save", "total"}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.integers(1, SIDE), method=st.sampled_from(["ir-mad", "change-vector"]))
def test_the_map_does_not_depend_on_the_bands(rows: int, method: str, folder: Path, tmp_path: Path) -> None:
    whole, cut = (
        mapped(folder, tmp_path / f"{name}.tif", method=method, band_rows=height)
        for name, height in (("whole", SIDE), ("cut", max(rows, 5)))
    )
    assert apart(whole, cut) <= 1 / 4096 + 1e-6


def test_a_sampled_scene_is_cut_into_bands_without_a_trace(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "SAMPLE_SIDE_PX", 48)
    monkeypatch.setattr(sample, "SAMPLE_WINDOWS", 12)
    monkeypatch.setattr(sample, "CELL_PX", 64)
    maps = [mapped(folder, tmp_path / "map.tif", method="ir-mad", band_rows=rows) for rows in (SIDE, 33)]
    assert apart(*maps) <= 1 / 4096 + 1e-6
    assert (maps[0][102:110, 202:213] > 0.5).mean() > 0.9


@pytest.mark.parametrize("method", ["mad", "change-vector", "structured-vector"])
def test_arrays_of_a_large_pair_are_learned_from_the_sample_and_scored_in_bands_without_a_trace(
    method: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "SAMPLE_SIDE_PX", 48)
    monkeypatch.setattr(sample, "SAMPLE_WINDOWS", 12)
    monkeypatch.setattr(sample, "CELL_PX", 64)
    pair = normalise(register(read_scene(folder / "before.tif"), read_scene(folder / "after.tif")))
    whole = score_change(pair, method)
    monkeypatch.setattr(score, "BAND_PX", 33 * SIDE)
    cut = score_change(pair, method)
    assert whole.threshold == cut.threshold
    assert apart(whole.score, cut.score) < 1e-5
    assert apart(whole.signed, cut.signed) < 1e-3


def test_sample_windows_are_spread_over_the_scene_and_valid_somewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "SAMPLE_SIDE_PX", 48)
    monkeypatch.setattr(sample, "SAMPLE_WINDOWS", 12)
    monkeypatch.setattr(sample, "CELL_PX", 64)
    before, after = open_scene(folder / "before.tif"), open_scene(folder / "after.tif")
    windows = FilePair(before, after, register_files(before, after)).sample()
    corners = np.array([window.before.offset for window in windows])
    assert len(windows) == 12 == len(np.unique(corners, axis=0))
    assert all(window.valid.any() for window in windows)
    assert all(len(np.unique(corners[:, axis] // (SIDE // 2))) == 2 for axis in (0, 1))
    assert sum((corners // (SIDE // 2) == quarter).all(axis=1).sum() for quarter in np.ndindex(2, 2)) == 12


def test_what_is_not_valid_changes_nothing(folder: Path, tmp_path: Path) -> None:
    def variant(fill: int) -> NDArray[np.float32]:
        for name in ("before", "after"):
            with rasterio.open(folder / f"{name}.tif") as dataset:
                pixels, profile = dataset.read(), dataset.profile
            gap = (pixels == 0).all(axis=0)
            pixels[:, gap] = np.random.default_rng(fill).integers(1, 60_000, (4, int(gap.sum())))
            with rasterio.open(tmp_path / f"{name}.tif", "w", **profile) as out:
                out.write(pixels)
                out.write_mask(~gap)
        return mapped(tmp_path, tmp_path / "map.tif", method="ir-mad", band_rows=50)

    assert np.array_equal(variant(1), variant(2), equal_nan=True)


@pytest.mark.parametrize("at", [1, 3, 6])
def test_a_cancelled_map_leaves_nothing_behind(at: int, folder: Path, tmp_path: Path) -> None:
    asked = iter(range(1000))
    target = tmp_path / "map.tif"
    target.write_bytes(b"old")
    with pytest.raises(CancelledError):
        mapped(folder, target, method="ir-mad", band_rows=40, cancelled=lambda: next(asked) >= at)
    assert [one.name for one in tmp_path.iterdir()] == ["map.tif"]
    assert target.read_bytes() == b"old"


def test_an_interrupt_leaves_nothing_behind_and_progress_is_told_for_every_band(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []

    def stop_late(done: int, total: int, what: str) -> None:
        told.append((done, total, what))
        if what == "score" and done > SIDE // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mapped(folder, tmp_path / "map.tif", method="ir-mad", band_rows=50, progress=stop_late)
    assert list(tmp_path.iterdir()) == []
    assert [done for done, _, what in told if what == "score"] == [50, 100, 150, 200, 250]


def test_a_scene_without_common_ground_with_the_other_is_refused_whole(
    folder: Path, tmp_path: Path, write_raster: Callable[..., Path]
) -> None:
    rng = np.random.default_rng(0)
    far = write_raster(
        rng.integers(1, 3000, (4, 80, 80)).astype(np.uint16), crs="EPSG:32636", transform=Affine(10, 0, 0, 0, -10, 0)
    )
    with pytest.raises(Exception, match="share no ground"):
        map_change(open_scene(folder / "before.tif"), open_scene(far), tmp_path / "map.tif")
    assert not (tmp_path / "map.tif").exists()
