"""Metadata that are damaged anywhere are refused in a sentence or read for what is left, and never break a run."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depotwatch.imagery.errors import ImageryError
from depotwatch.imagery.scene_file import open_scene

Write = Callable[..., Path]
PLACE = {"crs": "EPSG:32636", "transform": Affine(10, 0, 600_000, 0, -10, 3_760_000)}
SCRAPS = [b"", b"nan", b"inf", b"-7", b"0", b"1e400", b"1e-320", b"../", b"{}", b"[]", b"null", b"\x00", b"\xd2", b"<"]
ITEM = {
    "type": "Feature",
    "stac_version": "1.0.0",
    "properties": {
        "datetime": "2023-06-25T08:46:15Z",
        "s2:processing_baseline": "05.09",
        "earthsearch:boa_offset_applied": False,
        "view:sun_azimuth": 120.5,
        "view:sun_elevation": 55.0,
        "view:off_nadir": 7.5,
        "proj:epsg": 32636,
        "proj:shape": [20, 30],
        "proj:transform": [10, 0, 6e5, 0, -10, 3.76e6],
        "gsd": 10,
        "providers": [{"name": "A", "roles": ["producer"]}],
    },
    "assets": {"data": {"href": "scene.tif", "roles": ["data"], "raster:bands": [{"scale": 0.1, "offset": -1}] * 3}},
}
ENVI = (
    "ENVI\nsamples = 30\nlines = 20\nbands = 3\nheader offset = 0\nfile type = ENVI Standard\ndata type = 12\n"
    "interleave = bsq\nbyte order = 0\nmap info = {UTM, 1, 1, 600000, 3760000, 10, 10, 36, North, WGS-84}\n"
    "wavelength units = Nanometers\nwavelength = {485.0, 560.0, 660.0}\ndata ignore value = 7\n"
    "acquisition time = 2023-06-25T08:46:15Z\nsun azimuth = 120.5\nsun elevation = 55\nband names = {a, b, c}\n"
)


@st.composite
def damage(draw: st.DrawFn, whole: bytes) -> bytes:
    """Some bytes cut out, and a number or a stretch of bytes replaced by a scrap."""
    numbers = [match.span() for match in re.finditer(rb"-?\d+(\.\d+)?", whole)]
    start, stop = draw(st.sampled_from(numbers)) if draw(st.booleans()) else (draw(st.integers(0, len(whole))),) * 2
    damaged = whole[:start] + draw(st.sampled_from(SCRAPS)) + whole[stop + draw(st.integers(0, 12)) :]
    cut = draw(st.integers(0, len(damaged)))
    return damaged[:cut] + damaged[cut + draw(st.sampled_from([0, 0, 1, 30])) :]


def is_refused_or_read(path: Path) -> None:
    try:
        file = open_scene(path)
        scene = file.read(0, min(4, file.grid.shape[0]))
    except ImageryError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
    else:
        assert np.isfinite(scene.pixels).all() and scene.mask.shape == scene.grid.shape


@pytest.fixture
def product(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """A scene, and the metadata file of it that is damaged."""
    numbers = np.full((4, 20, 30), 3000, np.uint16)
    if request.param.startswith("MTD"):
        folder = request.getfixturevalue("make_safe")(numbers)
        return folder, next(folder.rglob(request.param))
    if request.param == "scene.hdr":
        (tmp_path / "scene.img").write_bytes(numbers[:3].tobytes())
        (tmp_path / "scene.hdr").write_text(ENVI)
        return tmp_path / "scene.img", tmp_path / "scene.hdr"
    scene = request.getfixturevalue("write_raster")(numbers[:3], **PLACE)
    (tmp_path / "scene.json").write_text(json.dumps(ITEM))
    return scene, tmp_path / "scene.json"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # GDAL's own words are not always text
@pytest.mark.parametrize("product", ["MTD_MSIL2A.xml", "MTD_TL.xml", "scene.json", "scene.hdr"], indirect=True)
def test_damaged_metadata(product: tuple[Path, Path]) -> None:
    scene, metadata = product
    whole = metadata.read_bytes()

    @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(damaged=damage(whole))
    def one(damaged: bytes) -> None:
        metadata.write_bytes(damaged)
        is_refused_or_read(scene)

    one()
