"""Other sensors than Sentinel-2: what is fetched of each is read as what it is."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp
from shapely import box

from depotwatch.imagery.catalog.catalogues import known_catalogues
from depotwatch.imagery.catalog.found import Found, found
from depotwatch.imagery.errors import NoOverlapError, UnreadableSceneError
from depotwatch.imagery.fetch import fetch, plan
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.remote.cache import BlockCache
from depotwatch.imagery.remote.door import Door
from depotwatch.imagery.remote.policy import Policy
from depotwatch.imagery.scene import Scene

from .served_scene import GRID, area_of, item_of
from .serving import Server, serving

AREA = area_of(100, 140, 100, 140)
SHAPE = 256, 256

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "served").mkdir()
    with serving(tmp_path / "served") as server:
        yield server


def _write(server: Server, name: str, pixels: np.ndarray, colours: tuple[ColorInterp, ...], **more: object) -> str:
    count, height, width = pixels.shape
    with rasterio.open(
        server.folder / name,
        "w",
        **{"driver": "COG", "count": count, "height": height, "width": width, "dtype": pixels.dtype.name},
        **{"crs": GRID.crs, "transform": GRID.transform, **more},
    ) as dataset:
        dataset.write(pixels)
        dataset.colorinterp = colours
    return server.url(name)


def _found(assets: Mapping[str, Any], catalogue: str, collection: str, **properties: object) -> Found:
    item = item_of("http://data.example/x", **properties)
    kept = {key: value for key, value in item["properties"].items() if not key.startswith("s2:")}
    typed = {name: {"type": "image/tiff; application=geotiff", **asset} for name, asset in assets.items()}
    made = found({**item, "collection": collection, "properties": kept, "assets": typed}, known_catalogues()[catalogue])
    assert made is not None
    return made


def _fetched(scene: Found, tmp_path: Path) -> Scene:
    policy = Policy(frozenset({"data.example"}), local=True)
    with (
        Door(policy, resolve=lambda host, port: ["127.0.0.1"]) as door,
        BlockCache(tmp_path / "cache") as cache,
    ):
        return read_scene(fetch(scene, AREA, tmp_path / "out", door, cache).path)


def test_landsat_is_reflectance_without_what_its_quality_bits_refuse(server: Server, tmp_path: Path) -> None:
    numbers = np.random.default_rng(1).integers(8000, 20_000, (1, *SHAPE), dtype=np.uint16)
    factors = {"raster:bands": [{"scale": 2.75e-05, "offset": -0.2, "nodata": 0, "data_type": "uint16"}]}
    quality = np.full((1, *SHAPE), 0b1000000, dtype=np.uint16)
    quality[:, :110, :110] = 0b1000  # cloud
    assets = {
        name: {"href": _write(server, f"SR_{name}.TIF", numbers, (ColorInterp.gray,), nodata=0), **factors}
        for name in ("blue", "green", "red", "nir08")
    }
    assets["qa_pixel"] = {"href": _write(server, "QA_PIXEL.TIF", quality, (ColorInterp.gray,), nodata=1)}
    said = {"platform": "landsat-8", "landsat:correction": "L2SP"}
    scene = _fetched(_found(assets, "planetary-computer", "landsat-c2-l2", **said), tmp_path)
    top, left = scene.offset[0] + 36, scene.offset[1] + 36
    np.testing.assert_allclose(
        scene.pixels[0][scene.mask],
        (numbers[0, 36:204, 36:204] * np.float32(2.75e-05) - 0.2)[scene.mask],
        atol=1e-6,
    )
    assert (top, left) == (36, 36)
    assert not scene.mask[:74, :74].any() and scene.mask[74:].all()
    assert (scene.bands, scene.acquisition.level) == (("blue", "green", "red", "nir"), "L2SP")
    assert scene.acquisition.credit == "Landsat 2023 courtesy of the U.S. Geological Survey"
    assert scene.acquisition.licence == "PDDL-1.0"


def test_radar_is_linear_power_of_gamma_nought(server: Server, tmp_path: Path) -> None:
    power = np.random.default_rng(1).gamma(4, 0.02, (1, *SHAPE)).astype(np.float32)
    power[:, 120:130, 120:130] = -32768
    assets = {
        name: {"href": _write(server, f"iw-{name}.rtc.tiff", power, (ColorInterp.gray,), nodata=-32768)}
        for name in ("vv", "vh")
    }
    said = {"sar:instrument_mode": "IW", "sar:product_type": "GRD", "platform": "SENTINEL-1A"}
    scene = _fetched(_found(assets, "planetary-computer", "sentinel-1-rtc", **said), tmp_path)
    assert (scene.acquisition.sensor, scene.acquisition.units, scene.bands) == ("sar", "gamma0", ("vv", "vh"))
    assert not scene.mask[84:94, 84:94].any() and scene.mask.sum() == scene.mask.size - 100
    np.testing.assert_array_equal(scene.pixels[0][scene.mask], power[0, 36:204, 36:204][scene.mask])


@pytest.mark.parametrize("own", ["alpha", "mask"])
def test_a_picture_keeps_its_mask_and_is_known_to_be_stretched_for_the_eye(
    own: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (4, *SHAPE), dtype=np.uint8)
    pixels[3] = 255
    pixels[3, 120:130, 120:130] = 0
    colours = ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha
    if own == "alpha":
        url = _write(server, "10300100-visual.tif", pixels, colours)
    else:
        url = server.url("10300100-visual.tif")
        with (
            rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
            rasterio.open(
                server.folder / "10300100-visual.tif",
                "w",
                **{"driver": "GTiff", "count": 3, "height": 256, "width": 256, "dtype": "uint8", "tiled": True},
                **{"crs": GRID.crs, "transform": GRID.transform, "photometric": "RGB"},
            ) as dataset,
        ):
            dataset.write(pixels[:3])
            dataset.write_mask(pixels[3])
    scene = _fetched(_found({"visual": {"href": url}}, "maxar-open-data", "an-event"), tmp_path)
    assert scene.bands == ("red", "green", "blue")
    assert scene.acquisition.units == "display"
    assert scene.acquisition.licence == "CC-BY-NC-4.0"
    assert not scene.mask[84:94, 84:94].any() and scene.mask.sum() == scene.mask.size - 100
    np.testing.assert_array_equal(scene.pixels[:, scene.mask], pixels[:3, 36:204, 36:204][:, scene.mask])


def test_radar_in_its_own_geometry_is_refused(server: Server, tmp_path: Path) -> None:
    numbers = np.ones((1, *SHAPE), dtype=np.uint16)
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        url = _write(server, "iw-vv.tiff", numbers, (ColorInterp.gray,), crs=None, transform=None)
    with pytest.raises(UnreadableSceneError, match="lies on no map, as in radar geometry"):
        _fetched(_found({"vv": {"href": url}}, "planetary-computer", "sentinel-1-rtc"), tmp_path)
    assert not (tmp_path / "out").exists()


def test_bands_of_two_grids_are_not_mixed(server: Server, tmp_path: Path) -> None:
    fine, coarse = np.ones((1, *SHAPE), dtype=np.uint16), np.ones((1, 128, 128), dtype=np.uint16)
    assets = {
        "blue": {"href": _write(server, "blue.tif", fine, (ColorInterp.gray,))},
        "red": {"href": _write(server, "red.tif", coarse, (ColorInterp.gray,))},
    }
    with pytest.raises(UnreadableSceneError, match="choose bands of one grid with --bands"):
        _fetched(_found(assets, "planetary-computer", "landsat-c2-l2"), tmp_path)


def test_an_offset_that_the_pixels_contradict_is_refused(server: Server, tmp_path: Path) -> None:
    taken_out = np.random.default_rng(1).integers(100, 900, (1, *SHAPE), dtype=np.uint16)
    factors = {"raster:bands": [{"scale": 1e-4, "offset": -0.1}]}
    assets = {
        name: {"href": _write(server, f"{name}.tif", taken_out, (ColorInterp.gray,), nodata=0), **factors}
        for name in ("blue", "green", "red", "nir")
    }
    scene = _found(assets, "earth-search", "sentinel-2-l2a")
    scene.item["properties"]["s2:processing_baseline"] = "05.09"
    with pytest.raises(UnreadableSceneError, match=r"earth-search says .* contradicts its pixels .*another coll"):
        _fetched(scene, tmp_path)
    assert list((tmp_path / "out").iterdir()) == []


def test_no_data_that_is_no_number_is_kept_and_said(server: Server, tmp_path: Path) -> None:
    power = np.ones((1, *SHAPE), dtype=np.float32)
    power[:, 120:130, 120:130] = np.nan
    assets = {"vv": {"href": _write(server, "vv.tif", power, (ColorInterp.gray,), nodata=np.nan)}}
    scene = _fetched(_found(assets, "planetary-computer", "sentinel-1-rtc"), tmp_path)
    assert scene.mask.sum() == scene.mask.size - 100
    assert '"nodata": "nan"' in next(scene.path.glob("*.json")).read_text()


def test_an_item_with_odd_words_is_fetched_without_them(server: Server, tmp_path: Path) -> None:
    pixels = np.ones((2, *SHAPE), dtype=np.uint16)
    colours = ColorInterp.gray, ColorInterp.undefined
    bands = [{"name": name, "common_name": name} for name in ("\ud800", "../\n" * 50)]
    url = _write(server, "10300100-visual.tif", pixels, colours)
    said = {"view:odd": float("nan"), "sat:odd": "\ud800", "eo:cloud_cover": float("inf"), "platform": ["x", {}]}
    scene = _found({"visual": {"href": url, "eo:bands": bands}}, "maxar-open-data", "an-event", **said)
    assert _fetched(replace(scene, credit="© \ud800"), tmp_path).bands == ("band1", "band2")


def test_an_area_on_the_other_side_of_the_earth_lies_outside(server: Server, tmp_path: Path) -> None:
    url = _write(server, "vv.tif", np.ones((1, *SHAPE), dtype=np.float32), (ColorInterp.gray,))
    scene = _found({"vv": {"href": url}}, "planetary-computer", "sentinel-1-rtc")
    policy = Policy(frozenset({"data.example"}), local=True)
    with (
        Door(policy, resolve=lambda host, port: ["127.0.0.1"]) as door,
        BlockCache(tmp_path / "cache") as cache,
    ):
        for lon, lat in ((-51.0, -42.0), (129.0, -42.0), (40.0, 5.0)):
            with pytest.raises(NoOverlapError, match="lies outside"):
                plan(scene, box(lon, lat, lon + 0.1, lat + 0.1), door, cache)
