"""Observed against predicted false alarms, and what is pooled."""

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine
from scipy import ndimage

from depotwatch.annotate.bench.calibration import CalibrationRow, bench_calibration, copy_of, pooled, to_text
from depotwatch.imagery.read import read_scene

SIDE = 160


def write(path: Path, pixels: np.ndarray) -> None:
    profile = {"driver": "GTiff", "dtype": "uint16", "count": len(pixels), "height": SIDE, "width": SIDE}
    where = {"crs": "EPSG:32636", "transform": Affine(10, 0, 500_000, 0, -10, 4_700_000)}
    path.parent.mkdir(exist_ok=True)
    with rasterio.open(path, "w", **profile, **where) as out:
        out.write(np.clip(pixels, 0, 65535).astype(np.uint16))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pair without change and a labelled pair, of the same made ground."""
    rng = np.random.default_rng(3)
    parts = [ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), scale) for scale in (1.5, 4, 15)]
    shades = rng.uniform(0.5, 1.5, (4, 3))
    ground = 2000 + 250 * np.tensordot(shades, np.stack([part / part.std() for part in parts]), axes=1)
    truth = np.zeros((1, SIDE, SIDE))
    truth[:, 60:80, 60:80] = 1
    for name, rise in (("null-one", 0), ("one", 2500)):
        write(tmp_path / name / "before.tif", ground + rng.normal(0, 20, ground.shape))
        write(tmp_path / name / "after.tif", 1.1 * (ground + rise * truth) + rng.normal(0, 20, ground.shape))
        (tmp_path / name / "meta.json").write_text(json.dumps({"sensor": "Sentinel-2 MSI", "gsd_m": 10}))
    write(tmp_path / "one" / "truth.tif", truth)
    return tmp_path


def test_every_kind_of_unchanged_ground_has_a_row(folder: Path) -> None:
    rows = list(bench_calibration(folder))
    assert [row.name for row in rows] == [
        "null-one",
        "one: noise",
        "one: shift",
        "one: season",
        "one: unchanged land",
    ]
    assert all(row.refused is None and row.predicted > 0 for row in rows)
    assert rows[0].area_km2 == pytest.approx(SIDE * SIDE * 1e-4, rel=0.1)
    assert rows[4].area_km2 == pytest.approx((SIDE * SIDE - 24 * 24) * 1e-4, rel=0.1)
    text = to_text(rows)
    assert "| one: season |" in text and "| all null pairs |" in text and "| all unchanged land |" in text


def test_counts_are_pooled_by_class_and_refusals_are_left_out() -> None:
    rows = [
        CalibrationRow("null-a", 1, 2.0, 4.0),
        CalibrationRow("null-b", 0, 0.0, 0.0, "too blurred"),
        CalibrationRow("a: noise", 3, 2.0, 1.0),
        CalibrationRow("b: noise", 5, 6.0, 2.0),
    ]
    null, noise = pooled(rows)
    assert (null.observed, null.predicted) == (1, 2.0)
    assert (noise.name, noise.observed, noise.predicted, noise.area_km2) == ("all noise", 8, 8.0, 3.0)
    low, best, high = noise.ratio
    assert low < best == 1 < high
    assert "too blurred" in to_text(rows)


def test_copies_are_repeatable_and_differ_by_what_is_said(folder: Path) -> None:
    scene = read_scene(folder / "one" / "before.tif")
    noise, season = (copy_of(scene, made) for made in ("noise", "season"))
    assert np.array_equal(noise.pixels, copy_of(scene, "noise").pixels)
    apart = [np.corrcoef(one.pixels[0].ravel(), scene.pixels[0].ravel())[0, 1] for one in (noise, season)]
    assert apart[0] > 0.99 > apart[1] > 0.3
