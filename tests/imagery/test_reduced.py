"""A scene read coarser, for showing it: from its overviews, with what is not valid left out."""

from pathlib import Path

import numpy as np
import pytest

from depotwatch.imagery.scene_file import open_scene
from depotwatch.imagery.synthetic.noise import write_cog, write_noise


@pytest.fixture(scope="module")
def cog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cog(tmp_path_factory.mktemp("cog"), 3000)


def test_a_coarser_reading_covers_the_same_ground(cog: Path) -> None:
    file = open_scene(cog)
    whole, coarse = file.read(), file.read(step=4)
    assert coarse.pixels.shape == (3, 750, 750)
    assert coarse.grid.gsd_m == pytest.approx((4.0, 4.0), rel=1e-3)
    corners = [grid.lonlat([0, grid.shape[1]], [0, grid.shape[0]]) for grid in (whole.grid, coarse.grid)]
    assert np.allclose(corners[0], corners[1], atol=1e-9)
    means = whole.pixels[0].reshape(750, 4, 750, 4).mean(axis=(1, 3))
    assert np.corrcoef(means.ravel(), coarse.pixels[0].ravel())[0, 1] > 0.9
    part = file.read(400, 1200, 800, 2000, step=4)
    assert np.array_equal(part.pixels, coarse.pixels[:, 100:300, 200:500])


def test_overviews_are_named_by_how_much_coarser_they_are(cog: Path, tmp_path: Path) -> None:
    assert open_scene(cog).steps == (1, 2, 4, 8)
    assert open_scene(write_noise(tmp_path / "plain.tif", 1100, 0)).steps == (1, 2, 4)


def test_the_synthetic_image_says_that_it_is(cog: Path) -> None:
    assert open_scene(cog).acquisition.synthetic
