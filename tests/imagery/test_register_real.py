"""Real pairs land where their publishers and other tools place them, or are refused."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy import ndimage

from depotwatch.imagery.errors import RegistrationError
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.register import MAX_RESIDUAL_PX, register
from depotwatch.imagery.register.place import apply, locate
from depotwatch.imagery.scene import ScenePair

pytestmark = pytest.mark.real


def registered(data: Path, name: str) -> ScenePair:
    folder = data / "pairs" / name
    about = json.loads((folder / "meta.json").read_text())
    radar = "SAR" in about["sensor"] or "Sentinel-1" in about["sensor"]
    options = ReadOptions(gsd_m=about["gsd_m"] or 10, sensor="sar" if radar else "optical")
    before, after = (read_scene(folder / f"{date}.tif", options) for date in ("before", "after"))
    return register(before, after)


@pytest.mark.long
@pytest.mark.parametrize(
    "name", ["sentinel2-beirut", "sentinel2-hongkong", "landsat-taizhou", "sar-ottawa", "aerial-tiszadob-3"]
)
def test_pairs_that_were_published_together_stay_together(data: Path, name: str) -> None:
    registration = registered(data, name).registration
    assert registration.residual.p95_px <= MAX_RESIDUAL_PX
    assert np.hypot(*registration.shift_px) < 1.5


def test_a_window_moves_as_the_whole_does(data: Path) -> None:
    whole, part = (registered(data, f"{kind}sentinel2-beirut").registration for kind in ("", "null-"))
    assert part.shift_px == pytest.approx(whole.shift_px, abs=0.2)


def test_an_unregistered_pair_of_little_overlap_is_found(data: Path) -> None:
    """In meta.json: after = before scaled by .9998, turned by -.0003 rad, moved by (-492.6, -1403.3), to about 2 px."""
    pair = registered(data, "planet-sanfrancisco")
    model = pair.registration.model
    rows, columns = np.nonzero(pair.valid)
    points = np.column_stack([columns, rows])[:: len(rows) // 50].astype(float)
    scale, turn = 0.9998, -0.0003
    truth = np.array([[scale, -scale * turn, -492.6], [scale * turn, scale, -1403.3]])
    apart = np.hypot(*(apply(model, points) - apply(truth, points)).T)
    assert np.median(apart) < 2.0
    assert pair.valid.mean() == pytest.approx(0.17, abs=0.02)


@pytest.mark.parametrize("name", ["vhr-dsifn-0-2", "vhr-dsifn-2-4", "vhr-dsifn-8-3", "vhr-levir-test-2-0000-0512"])
def test_places_rebuilt_beyond_recognition_are_refused(data: Path, name: str) -> None:
    with pytest.raises(RegistrationError):
        registered(data, name)


def test_a_released_screenshot_is_laid_on_a_scene_by_control_points(data: Path, tmp_path: Path) -> None:
    """Another date, stretched to 8 bits, of another scale, turned, and placed by points that were clicked by hand."""
    folder = data / "pairs" / "sentinel2-beirut"
    before, after = (read_scene(folder / f"{date}.tif") for date in ("before", "after"))
    known = register(before, after).registration
    turn, zoom, shape = np.radians(4.0), 0.77, (560, 620)  # screen pixels; a screen pixel is 0.77 of the scene's
    matrix = zoom * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    corner = np.array([380.0, 420.0])  # column, row of the after scene at the screen's upper left corner
    columns, rows = np.meshgrid(np.arange(shape[1]) + 0.5, np.arange(shape[0]) + 0.5)
    x, y = (matrix[k, 0] * columns + matrix[k, 1] * rows + corner[k] - 0.5 for k in (0, 1))
    low, high = np.percentile(after.pixels[:3], [2, 98])
    picture = [ndimage.map_coordinates(band, [y, x], order=3) for band in after.pixels[2::-1]]
    screen = np.clip((np.stack(picture) - low) / (high - low), 0, 1) ** 0.8 * 255
    image = tmp_path / "report.png"
    cv2.imwrite(str(image), screen[::-1].astype(np.uint8).transpose(1, 2, 0))
    rng = np.random.default_rng(7)
    clicked = rng.uniform([20, 20], [600, 540], (8, 2))
    lon, lat = after.grid.lonlat(*(clicked @ matrix.T + corner + rng.normal(0, 1.5, (8, 2))).T)
    lines = [f"{c},{r},{a},{b}" for (c, r), a, b in zip(clicked, lon, lat, strict=True)]
    (tmp_path / "points.csv").write_text("\n".join(["column,row,lon,lat", *lines]))

    shown = read_scene(image, ReadOptions(gcp=tmp_path / "points.csv"))
    pair = register(before, shown)
    assert pair.registration.residual.p95_px <= MAX_RESIDUAL_PX
    assert pair.registration.residual.points >= 50
    rows, columns = (axis[::997].astype(float) for axis in np.nonzero(pair.valid))
    points = np.column_stack([columns, rows])
    truth = (locate(before.grid, after.grid, apply(known.model, points)) + 0.5 - corner) @ np.linalg.inv(matrix).T - 0.5
    placed = locate(before.grid, shown.grid, apply(pair.registration.model, points))
    off = zoom * np.hypot(*(placed - truth).T)
    assert np.percentile(off, 95) < 0.15
