"""The synthetic case as files: they read back, and say that they are synthetic."""

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio

from depotwatch.imagery.read import read_scene
from depotwatch.imagery.synthetic import Case, render_case, write_case


@pytest.fixture(scope="module")
def case() -> Case:
    return render_case(6, 2.0, 200.0)


def test_the_images_read_back_with_their_tags(case: Case, tmp_path: Path) -> None:
    before, after, _ = write_case(case, tmp_path / "new" / "folder")
    for path, scene in ((before, case.before), (after, case.after)):
        with rasterio.open(path) as file:
            tags = file.tags()
            np.testing.assert_array_equal(file.read(), scene.pixels)
            assert file.descriptions == ("blue", "green", "red", "nir")
            assert (file.nodata, file.dtypes[0], file.crs) == (0, "uint16", scene.grid.crs)
        assert tags["DEPOTWATCH_SYNTHETIC"] == "YES"
        assert "synthetic" in tags["TIFFTAG_IMAGEDESCRIPTION"].lower()
        assert scene.acquisition.sun is not None
        assert float(tags["SUN_AZIMUTH"]) == pytest.approx(scene.acquisition.sun.azimuth_deg, abs=1e-3)
        assert float(tags["SUN_ELEVATION"]) == pytest.approx(scene.acquisition.sun.elevation_deg, abs=1e-3)


def test_the_reader_finds_in_the_file_what_the_renderer_knew(case: Case, tmp_path: Path) -> None:
    before, _, _ = write_case(case, tmp_path)
    scene = read_scene(before)
    scene.grid.require_same(case.before.grid)
    known, read = case.before.acquisition, scene.acquisition
    assert (read.time, read.synthetic, read.credit, read.licence) == (known.time, True, known.credit, known.licence)
    assert read.sensor == "optical"
    assert read.sun is not None
    assert known.sun is not None
    assert read.sun.azimuth_deg == pytest.approx(known.sun.azimuth_deg, abs=1e-3)
    assert scene.mask.all()


def test_the_truth_file_holds_every_object_and_how_it_was_made(case: Case, tmp_path: Path) -> None:
    _, _, path = write_case(case, tmp_path)
    truth = json.loads(path.read_text(encoding="utf-8"))
    assert truth["synthetic"] is True
    assert (truth["seed"], truth["gsd_m"]) == (6, 2.0)
    assert truth["true_shift_px"] == pytest.approx(case.true_shift_px)
    assert len(truth["features"]) == len(case.truth)
    for feature, thing in zip(truth["features"], case.truth, strict=True):
        assert feature["properties"]["kind"] == thing.kind
        assert feature["properties"]["change"] == thing.change
        assert feature["geometry"]["coordinates"][0][0] == pytest.approx(thing.polygon.exterior.coords[0])
