"""What tests of every room share."""

from collections.abc import Callable
from pathlib import Path
from string import Template

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import settings
from numpy.typing import NDArray

pytest_plugins = ("depotwatch.tests.readers", "depotwatch.tests.servers")

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

SAFE_PRODUCT = Template("""<?xml version="1.0" encoding="UTF-8"?>
<n1:Level-${level}_User_Product xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/User_Product_Level-${level}.xsd">
  <n1:General_Info>
    <Product_Info>
      <PRODUCT_START_TIME>2023-06-25T08:36:01.024Z</PRODUCT_START_TIME>
      <PROCESSING_LEVEL>Level-${level}</PROCESSING_LEVEL>
      <PROCESSING_BASELINE>${baseline}</PROCESSING_BASELINE>
      <Datatake><SPACECRAFT_NAME>Sentinel-2A</SPACECRAFT_NAME></Datatake>
      <Product_Organisation><Granule_List><Granule>${images}</Granule></Granule_List></Product_Organisation>
    </Product_Info>
    <Product_Image_Characteristics>
      <${quantity} unit="none">10000</${quantity}>
      ${offsets}
    </Product_Image_Characteristics>
  </n1:General_Info>
</n1:Level-${level}_User_Product>
""")
SAFE_TILE = Template("""<?xml version="1.0" encoding="UTF-8"?>
<n1:Level-${level}_Tile_ID xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/S2_PDI_Level-${level}_Tile_Metadata.xsd">
  <n1:General_Info>
    <SENSING_TIME metadataLevel="Standard">2023-06-25T08:46:15.341Z</SENSING_TIME>
  </n1:General_Info>
  <n1:Geometric_Info>
    <Tile_Angles>
      <Mean_Sun_Angle>
        <ZENITH_ANGLE unit="deg">16.5</ZENITH_ANGLE>
        <AZIMUTH_ANGLE unit="deg">123.25</AZIMUTH_ANGLE>
      </Mean_Sun_Angle>
      <Mean_Viewing_Incidence_Angle_List>
        <Mean_Viewing_Incidence_Angle bandId="3">
          <ZENITH_ANGLE unit="deg">7.5</ZENITH_ANGLE>
          <AZIMUTH_ANGLE unit="deg">288.0</AZIMUTH_ANGLE>
        </Mean_Viewing_Incidence_Angle>
      </Mean_Viewing_Incidence_Angle_List>
    </Tile_Angles>
  </n1:Geometric_Info>
</n1:Level-${level}_Tile_ID>
""")


@pytest.fixture(scope="session")
def data() -> Path:
    """The development imagery beside the repository; tests that ask for it skip where it is absent."""
    folder = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the development imagery is not beside the repository")
    return folder


@pytest.fixture
def write_jp2() -> Callable[..., None]:
    """Write one band without loss as Sentinel-2 images are: JPEG 2000 that declares no no-data value."""

    def write(path: Path, pixels: NDArray[np.integer], step: int = 1) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        height, width = pixels.shape
        transform = Affine(10 * step, 0, 600_000, 0, -10 * step, 3_760_000)
        lossless = {"QUALITY": "100", "REVERSIBLE": "YES"}
        profile = {"driver": "JP2OpenJPEG", "count": 1, "height": height, "width": width, "dtype": pixels.dtype}
        with rasterio.open(path, "w", **profile, crs="EPSG:32636", transform=transform, **lossless) as dataset:
            dataset.write(pixels, 1)

    return write


@pytest.fixture
def make_safe(tmp_path: Path, write_jp2: Callable[..., None]) -> Callable[..., Path]:
    """Write a Sentinel-2 product: numbers (4, rows, columns) of the 10 m bands, SCL of half the size."""

    def make(
        numbers: NDArray[np.generic],
        scl: NDArray[np.generic] | None = None,
        level: str = "L2A",
        baseline: str = "05.09",
        tile: str = "T36SYC",
    ) -> Path:
        surface = level == "L2A"
        name = f"S2A_MSI{level}_20230625T083601_N{baseline.replace('.', '')}_R064_{tile}_20230625T120000.SAFE"
        granule = f"GRANULE/{level}_{tile}_A041826_20230625T083615"
        images = []
        for band, pixels in zip(("B02", "B03", "B04", "B08"), numbers.astype(np.uint16), strict=True):
            place, ending = ("IMG_DATA/R10m", "_10m") if surface else ("IMG_DATA", "")
            images.append(f"{granule}/{place}/{tile}_20230625T083601_{band}{ending}")
            write_jp2(tmp_path / name / f"{images[-1]}.jp2", pixels)
        if surface:
            images.append(f"{granule}/IMG_DATA/R20m/{tile}_20230625T083601_SCL_20m")
            clear = np.full((numbers.shape[1] // 2, numbers.shape[2] // 2), 4)
            write_jp2(tmp_path / name / f"{images[-1]}.jp2", (clear if scl is None else scl).astype(np.uint8), 2)
        tag = "BOA_ADD_OFFSET" if surface else "RADIO_ADD_OFFSET"
        offsets = "".join(f'<{tag} band_id="{at}">-1000</{tag}>' for at in range(13))
        said = {
            "level": level[1:],
            "baseline": baseline,
            "images": "".join(f"<IMAGE_FILE>{image}</IMAGE_FILE>" for image in images),
            "quantity": "BOA_QUANTIFICATION_VALUE" if surface else "QUANTIFICATION_VALUE",
            "offsets": offsets if baseline >= "04.00" else "",
        }
        (tmp_path / name / f"MTD_MSI{level}.xml").write_text(SAFE_PRODUCT.substitute(said))
        (tmp_path / name / granule / "MTD_TL.xml").write_text(SAFE_TILE.substitute(said))
        return tmp_path / name

    return make
