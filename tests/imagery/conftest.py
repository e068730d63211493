"""Ground and pairs that the tests of the pixel stages share."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.errors import NotGeoreferencedWarning
from scipy import ndimage

from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, Registration, Residual, Scene, ScenePair

Pixels = NDArray[np.floating]


@pytest.fixture
def ground() -> Callable[[int], NDArray[np.float64]]:
    """Four bands of made ground (fields, roofs, texture), 160 × 160, by seed."""

    def make(seed: int, size: int = 160) -> NDArray[np.float64]:
        rng = np.random.default_rng(seed)
        fields = ndimage.gaussian_filter(rng.normal(size=(size, size)), 12)
        fine = ndimage.gaussian_filter(rng.normal(size=(size, size)), 1.2)
        roofs = ndimage.gaussian_filter((rng.random((size, size)) > 0.995).astype(float), 1.5)
        shades = rng.uniform(0.5, 1.5, (4, 3))
        parts = np.stack([part / part.std() for part in (fields, fine, roofs)])
        bands = 1500 + 300 * np.tensordot(shades, parts, axes=1)
        return np.asarray(bands + 0.3 * 300 * rng.normal(size=(4, size, size)) * 0.2)

    return make


@pytest.fixture
def pair_of() -> Callable[..., ScenePair]:
    """Two pixel arrays as a registered pair of 10 m pixels."""

    def make(before: Pixels, after: Pixels, sensor: str = "optical", gsd_m: float = 10.0) -> ScenePair:
        def scene(pixels: Pixels, name: str) -> Scene:
            grid = Grid.without_crs((pixels.shape[1], pixels.shape[2]), gsd_m, gsd_m)
            mask = np.ones(grid.shape, dtype=bool)
            bands = tuple(f"band{i}" for i in range(1, len(pixels) + 1))
            known = Acquisition(sensor=sensor)
            return Scene(grid, pixels.astype(np.float32), mask, bands, known, Path(name), name)

        still = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.0, 0.0, 0.0, 0.0, 100))
        return ScenePair(scene(before, "before"), scene(after, "after"), still)

    return make


@pytest.fixture
def write_raster(tmp_path: Path) -> Callable[..., Path]:
    """Write pixels (bands, rows, columns) as a file; keywords go to rasterio, `tags` and `names` into the file."""

    def write(
        pixels: Pixels | NDArray[np.integer],
        name: str = "scene.tif",
        tags: dict[str, str] | None = None,
        names: tuple[str, ...] = (),
        **profile: str | float | CRS | Affine,
    ) -> Path:
        path = tmp_path / name
        kind = {".tif": "GTiff", ".png": "PNG"}[path.suffix]
        count, height, width = pixels.shape
        known = {"driver": kind, "count": count, "height": height, "width": width, "dtype": pixels.dtype, **profile}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path, "w", **known) as dataset:
                dataset.write(pixels)
                dataset.update_tags(**(tags or {}))
                for index, band in enumerate(names, 1):
                    dataset.set_band_description(index, band)
        return path

    return write


UTM = {"crs": "EPSG:32636", "transform": Affine(10, 0, 600_000, 0, -10, 3_760_000)}


@pytest.fixture
def write_jp2() -> Callable[..., None]:
    """Write one band without loss as Sentinel-2 images are: JPEG 2000 that declares no no-data value."""

    def write(path: Path, pixels: NDArray[np.integer], step: int = 1) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        height, width = pixels.shape
        transform = UTM["transform"] @ Affine.scale(step)
        lossless = {"QUALITY": "100", "REVERSIBLE": "YES"}
        profile = {"driver": "JP2OpenJPEG", "count": 1, "height": height, "width": width, "dtype": pixels.dtype}
        with rasterio.open(path, "w", **profile, crs=UTM["crs"], transform=transform, **lossless) as dataset:
            dataset.write(pixels, 1)

    return write


@pytest.fixture
def make_safe(tmp_path: Path, write_jp2: Callable[..., None]) -> Callable[..., Path]:
    """Write a Sentinel-2 product of one tile: numbers (4, rows, columns) of the 10 m bands, SCL of half the size."""

    def make(numbers: Pixels, scl: Pixels | None = None, level: str = "L2A", baseline: str = "05.09") -> Path:
        surface = level == "L2A"
        name = f"S2A_MSI{level}_20230625T083601_N{baseline.replace('.', '')}_R064_T36SYC_20230625T120000.SAFE"
        folder = tmp_path / name
        granule = f"GRANULE/{level}_T36SYC_A041826_20230625T083615"
        images = []
        for band, pixels in zip(("B02", "B03", "B04", "B08"), numbers.astype(np.uint16), strict=True):
            place = (
                f"IMG_DATA/R10m/T36SYC_20230625T083601_{band}_10m"
                if surface
                else (f"IMG_DATA/T36SYC_20230625T083601_{band}")
            )
            images.append(f"{granule}/{place}")
            write_jp2(folder / f"{images[-1]}.jp2", pixels)
        if surface:
            images.append(f"{granule}/IMG_DATA/R20m/T36SYC_20230625T083601_SCL_20m")
            small = np.full((numbers.shape[1] // 2, numbers.shape[2] // 2), 4) if scl is None else scl
            write_jp2(folder / f"{images[-1]}.jp2", small.astype(np.uint8), 2)
        tag = ("BOA_" if surface else "RADIO_") + "ADD_OFFSET"
        offsets = "".join(f'<{tag} band_id="{at}">-1000</{tag}>' for at in range(13)) if baseline >= "04.00" else ""
        quantity = "BOA_QUANTIFICATION_VALUE" if surface else "QUANTIFICATION_VALUE"
        listed = "".join(f"<IMAGE_FILE>{image}</IMAGE_FILE>" for image in images)
        (folder / f"MTD_MSI{level}.xml").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?><n1:Level-{level[1:]}_User_Product xmlns:n1="https://psd-14'
            f'.sentinel2.eo.esa.int/PSD/User_Product_Level-{level[1:]}.xsd"><n1:General_Info><Product_Info>'
            "<PRODUCT_START_TIME>2023-06-25T08:36:01.024Z</PRODUCT_START_TIME>"
            f"<PROCESSING_LEVEL>Level-{level[1:]}</PROCESSING_LEVEL><PROCESSING_BASELINE>{baseline}</PROCESSING_BASELINE>"
            "<Datatake><SPACECRAFT_NAME>Sentinel-2A</SPACECRAFT_NAME></Datatake><Product_Organisation><Granule_List>"
            f"<Granule>{listed}</Granule></Granule_List></Product_Organisation></Product_Info>"
            f'<Product_Image_Characteristics><{quantity} unit="none">10000</{quantity}>{offsets}'
            f"</Product_Image_Characteristics></n1:General_Info></n1:Level-{level[1:]}_User_Product>"
        )
        (folder / granule / "MTD_TL.xml").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?><n1:Level-{level[1:]}_Tile_ID xmlns:n1="x"><n1:General_Info>'
            '<SENSING_TIME metadataLevel="Standard">2023-06-25T08:46:15.341Z</SENSING_TIME></n1:General_Info>'
            "<n1:Geometric_Info><Tile_Angles><Mean_Sun_Angle>"
            '<ZENITH_ANGLE unit="deg">16.5</ZENITH_ANGLE><AZIMUTH_ANGLE unit="deg">123.25</AZIMUTH_ANGLE>'
            "</Mean_Sun_Angle><Mean_Viewing_Incidence_Angle_List>"
            '<Mean_Viewing_Incidence_Angle bandId="3"><ZENITH_ANGLE unit="deg">7.5</ZENITH_ANGLE>'
            '<AZIMUTH_ANGLE unit="deg">288.0</AZIMUTH_ANGLE></Mean_Viewing_Incidence_Angle>'
            "</Mean_Viewing_Incidence_Angle_List></Tile_Angles></n1:Geometric_Info></n1:Level-2A_Tile_ID>".replace(
                "Level-2A", f"Level-{level[1:]}"
            )
        )
        return folder

    return make
