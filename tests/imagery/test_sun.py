"""The computed sun stands where published examples and image metadata put it, and is computed only where it may be."""

import json
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from rasterio.crs import CRS

from depotwatch.imagery.facts import Facts
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.metadata import ReadOptions, acquisition_of
from depotwatch.imagery.scene import Sun
from depotwatch.imagery.sun import sun_at

HERE = Grid((100, 100), Affine(1e-4, 0, 35.5, 0, -1e-4, 33.9), CRS.from_epsg(4326))


def test_the_worked_example_of_the_solar_position_algorithm() -> None:
    """Reda & Andreas 2004, Solar Energy 76(5):577, appendix A.5: 17 October 2003, Golden, before refraction."""
    sun = sun_at("2003-10-17T19:30:30Z", -105.1786, 39.742476)
    assert sun.azimuth_deg == pytest.approx(194.34024, abs=0.01)
    assert sun.elevation_deg == pytest.approx(39.872046, abs=0.01)
    assert sun.computed


def test_the_mean_sun_of_a_sentinel_2_tile() -> None:
    """MTD_TL.xml of S2A_MSIL1C_20210908T042701_N0301_R133_T46RER, at the middle of its tile."""
    lon, lat = Transformer.from_crs("EPSG:32646", "EPSG:4326", always_xy=True).transform(554_880, 3_045_120)
    sun = sun_at("2021-09-08T04:40:48Z", lon, lat)
    assert sun.azimuth_deg == pytest.approx(142.987598836457, abs=0.05)
    assert sun.elevation_deg == pytest.approx(90 - 26.4931642669439, abs=0.05)


def test_the_sun_of_the_almanac() -> None:
    """Meeus 1998, example 25.a: 13 October 1992, 0 h TD, declination -7.78507°; the hour angle is 0 in the south."""
    times = [f"1992-10-13T{hour:02d}:{minute:02d}:00Z" for hour in (11, 12) for minute in range(60)]
    noon = max((sun_at(time, 0, 51.5) for time in times), key=lambda sun: sun.elevation_deg)
    assert noon.azimuth_deg == pytest.approx(180, abs=0.4)
    assert noon.elevation_deg == pytest.approx(90 - 51.5 - 7.97, abs=0.02)  # half a day later, 0.38° a day further


@given(hour=st.integers(0, 23), lon=st.floats(-180, 180), lat=st.floats(-89, 89))
def test_the_sun_turns_with_the_earth(hour: int, lon: float, lat: float) -> None:
    here, there = (
        sun_at(f"2023-03-05T{hour:02d}:10:00Z", lon, lat),
        sun_at(f"2023-03-05T{hour:02d}:10:00Z", lon + 360, lat),
    )
    assert here.elevation_deg == pytest.approx(there.elevation_deg, abs=1e-9)
    assert 0 <= here.azimuth_deg < 360 and -90 <= here.elevation_deg <= 90


def known(facts: Facts, grid: Grid | None = HERE, bands: tuple[str, ...] = ("red",)) -> Sun | None:
    return acquisition_of([facts], bands, ReadOptions(), "scene.tif", grid).sun


def test_a_time_of_day_and_a_place_make_a_sun_and_a_date_alone_makes_none() -> None:
    at_noon = Facts(time="2023-06-25T09:30:00Z", clock=True)
    sun = known(at_noon)
    assert sun is not None and sun.computed and 70 < sun.elevation_deg < 80
    assert known(Facts(time="2023-06-25", clock=True)) is None
    assert known(Facts(time="2023-06-25T09:30:00Z", clock=False)) is None
    assert known(at_noon, None) is None
    assert known(at_noon, Grid.without_crs((10, 10), 1, 1)) is None
    assert known(Facts(time="2023-06-25T21:30:00Z", clock=True)) is None
    assert known(at_noon, bands=("VV",)) is None


def test_stated_suns_are_not_computed_again() -> None:
    stated = Facts(time="2023-06-25T09:30:00Z", clock=True, sun=Sun(10, 20))
    assert known(stated) == Sun(10, 20)


@pytest.mark.real
@pytest.mark.parametrize(
    "name",
    ["LC08_L2SP_047027_20201204_02_T1", "LC09_L2SP_010065_20220129_02_T1", "LE07_L2SP_021030_20100109_02_T1"],
)
def test_the_suns_of_real_items_are_met(data: Path, name: str) -> None:
    item = json.loads((data / "stac" / "landsat" / f"{name}.json").read_text())
    said, corners = item["properties"], np.array(item["geometry"]["coordinates"][0][:4])
    sun = sun_at(said["datetime"], *corners.mean(axis=0))
    assert sun.azimuth_deg == pytest.approx(said["view:sun_azimuth"], abs=0.05)
    assert sun.elevation_deg == pytest.approx(said["view:sun_elevation"], abs=0.05)
