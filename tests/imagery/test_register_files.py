"""Scenes in files are registered through few windows, as well as whole ones, and the same where they are small."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from scipy import ndimage

from depotwatch.imagery.errors import NoOverlapError, RegistrationError
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.register import register, register_files, sampled
from depotwatch.imagery.scene_file import SceneFile, open_scene

SIDE = 1300
Image = NDArray[np.float64]


@pytest.fixture(scope="module")
def land() -> Image:
    """Ground with detail at every size, of more than a scene's extent."""
    rng = np.random.default_rng(5)
    side = SIDE + 400
    layers = [
        ndimage.zoom(rng.normal(size=(side // step + 2,) * 2), step, order=1)[:side, :side] for step in (4, 16, 64)
    ]
    detail = ndimage.gaussian_filter(rng.normal(size=(side, side)), 1.2)
    return np.asarray(3000 + 1200 * detail + 150 * sum(layers, np.zeros((side, side))))


@pytest.fixture
def windows_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every scene for one that is too large to be held."""
    monkeypatch.setattr(sampled, "WHOLE_PX", 0)
    monkeypatch.setattr(sampled, "MOST_WHOLE_PX", 0)


def written(path: Path, image: Image, origin: tuple[float, float] = (700_000, 3_800_000)) -> SceneFile:
    profile = {"driver": "GTiff", "count": 2, "dtype": "uint16", "height": image.shape[0], "width": image.shape[1]}
    transform = Affine(10, 0, origin[0], 0, -10, origin[1])
    with rasterio.open(
        path, "w", **profile, crs="EPSG:32636", transform=transform, tiled=True, blockxsize=256, blockysize=256
    ) as out:
        for band in (1, 2):
            out.write(np.clip(image * (0.8 + 0.2 * band), 1, 65535).astype(np.uint16), band)
    return open_scene(path)


def cut(land: Image, down: float, right: float) -> Image:
    """Return a scene of which (row, column) lies at (row + down, column + right) of that at (0, 0)."""
    moved = ndimage.shift(land, (-down, -right), order=3, mode="mirror") if (down, right) != (0, 0) else land
    return np.array(moved[200 : 200 + SIDE, 200 : 200 + SIDE])


def later(image: Image) -> Image:
    return np.asarray(90 + 1.2 * image + np.random.default_rng(1).normal(0, 40, image.shape))


def test_a_small_scene_is_registered_as_in_memory(tmp_path: Path, land: Image) -> None:
    files = [
        written(tmp_path / name, image[:300, :320])
        for name, image in (("before.tif", cut(land, 0, 0)), ("after.tif", later(cut(land, 0.6, -1.3))))
    ]
    lazily = register_files(files[0], files[1])
    whole = register(read_scene(files[0].path), read_scene(files[1].path)).registration
    np.testing.assert_array_equal(lazily.model, whole.model)
    assert lazily.residual == whole.residual
    assert lazily.shift_px == whole.shift_px == pytest.approx((0.6, -1.3), abs=0.05)


@pytest.mark.usefixtures("windows_only")
@pytest.mark.parametrize("off", [(0.0, 0.0), (0.62, -0.37), (11.3, -17.8), (143.4, -171.9)])
def test_a_large_scene_is_registered_through_windows(tmp_path: Path, land: Image, off: tuple[float, float]) -> None:
    before = written(tmp_path / "before.tif", cut(land, 0, 0))
    after = written(tmp_path / "after.tif", later(cut(land, *off)))
    registration = register_files(before, after)
    assert registration.shift_px == pytest.approx(off, abs=0.02)
    assert registration.residual.p95_px < 0.1
    assert registration.local is None


@pytest.mark.usefixtures("windows_only")
def test_a_large_scene_with_another_frame_and_holes_is_registered(tmp_path: Path, land: Image) -> None:
    image = cut(land, 0, 0)
    image[:500, :600] = 0
    before = written(tmp_path / "before.tif", image)
    after = written(tmp_path / "after.tif", later(cut(land, 0.4, 0.7))[130:, 75:], (700_750, 3_798_700))
    assert register_files(before, after).shift_px == pytest.approx((0.4, 0.7), abs=0.02)


def test_where_windows_do_not_settle_it_every_pixel_is_looked_at(
    tmp_path: Path, land: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampled, "WHOLE_PX", 0)
    before = written(tmp_path / "before.tif", cut(land, 0, 0)[:500, :500])
    after = written(tmp_path / "after.tif", later(cut(land, 330.4, -0.3))[:500, :500])
    assert register_files(before, after).shift_px == pytest.approx((330.4, -0.3), abs=0.05)


@pytest.mark.usefixtures("windows_only")
def test_large_scenes_that_do_not_match_are_refused(tmp_path: Path, land: Image) -> None:
    before = written(tmp_path / "before.tif", cut(land, 0, 0))
    with pytest.raises(RegistrationError):
        register_files(before, written(tmp_path / "other.tif", cut(land, 0, 0)[::-1, ::-1]))
    with pytest.raises(NoOverlapError):
        register_files(before, written(tmp_path / "away.tif", cut(land, 0, 0), (800_000, 3_800_000)))


@pytest.mark.usefixtures("windows_only")
def test_a_large_scene_of_another_pixel_size_is_registered(tmp_path: Path, land: Image) -> None:
    before = written(tmp_path / "before.tif", cut(land, 0, 0))
    finer = later(ndimage.affine_transform(cut(land, 0.8, -0.5)[:900, :900], [0.75, 0.75], -0.125, (1200, 1200)))
    path = tmp_path / "after.tif"
    written(path, finer)
    with rasterio.open(path, "r+") as raster:
        raster.transform = Affine(7.5, 0, 700_000, 0, -7.5, 3_800_000)
    registration = register_files(before, open_scene(path))
    assert registration.shift_px == pytest.approx((0.8, -0.5), abs=0.03)
    np.testing.assert_allclose(registration.model[:, :2], np.eye(2), atol=1e-3)
