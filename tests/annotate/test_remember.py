"""What a project keeps of a scene, when more of it is learnt."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

from depotwatch.annotate.remember import newer_of, record_of, reopen
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.scene import Sun


def test_a_sun_that_was_computed_stays_so_and_yields_to_one_that_is_stated(tmp_path: Path) -> None:
    file = tmp_path / "scene.tif"
    place = Affine(10, 0, 500_000, 0, -10, 4_000_000)
    profile = {"driver": "GTiff", "dtype": "uint16", "count": 1, "height": 20, "width": 20}
    with rasterio.open(file, "w", crs="EPSG:32636", transform=place, **profile) as out:
        out.write(np.full((1, 20, 20), 900, np.uint16))
    scene = read_scene(file, ReadOptions(time="2023-08-15T08:30:00Z"))
    computed = record_of(scene, tmp_path)
    assert computed.sun_computed and computed.sun_azimuth_deg is not None
    again = reopen(computed, tmp_path).acquisition.sun
    assert again is not None and again.computed
    told = record_of(read_scene(file, ReadOptions(time="2023-08-15T08:30:00Z", sun=Sun(150, 60))), tmp_path)
    assert newer_of(computed, told).sun_azimuth_deg == 150 and not newer_of(computed, told).sun_computed
    assert newer_of(told, computed).sun_azimuth_deg == 150
    assert newer_of(told, replace(told, sun_azimuth_deg=None, sun_elevation_deg=None)).sun_azimuth_deg == 150
