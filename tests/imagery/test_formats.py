"""A file is opened by what its name says and never by what is in it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from depotwatch.imagery import formats
from depotwatch.imagery.errors import UnreadableSceneError
from depotwatch.imagery.formats import driver_for, open_raster

Write = Callable[..., Path]


def refuses(path: Path, words: str) -> None:
    with pytest.raises(UnreadableSceneError, match=words), open_raster(path):
        pass


def test_a_virtual_raster_in_disguise_cannot_read_another_file(write_raster: Write, tmp_path: Path) -> None:
    secret = write_raster(np.full((1, 20, 20), 7, np.uint8), "secret.tif")
    disguised = tmp_path / "disguised.tif"
    disguised.write_text(
        f'<VRTDataset rasterXSize="20" rasterYSize="20"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f"<SourceFilename>{secret}</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    refuses(disguised, "damaged or not what its suffix says")


@pytest.mark.parametrize("name", ["note.tif", "note.png", "note.jpg", "note.jp2"])
def test_text_with_an_image_suffix_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("not an image")
    refuses(tmp_path / name, name)


def test_an_image_with_the_suffix_of_another_kind_is_refused(write_raster: Write) -> None:
    path = write_raster(np.ones((1, 20, 20), np.uint8))
    refuses(path.rename(path.with_suffix(".png")), "as PNG")


@pytest.mark.parametrize("name", ["scene.vrt", "scene.xml", "scene", "scene.hdf"])
def test_other_suffixes_are_refused_with_what_is_allowed(name: str) -> None:
    with pytest.raises(UnreadableSceneError, match=r"\.tif.*\.jp2"):
        driver_for(Path(name))


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "folder.tif").mkdir()
    refuses(tmp_path / "absent.tif", "absent.tif does not exist")
    refuses(tmp_path / "folder.tif", "not a file")


def test_blocks_too_large_to_decode_are_refused(write_raster: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_BLOCK_BYTES", 1000)
    refuses(write_raster(np.ones((1, 64, 64), np.uint16)), "re-tile it")


def test_complex_values_are_refused(write_raster: Write) -> None:
    refuses(write_raster(np.ones((1, 8, 8), np.complex64)), "detected amplitude")


def test_suffixes_are_read_in_any_case() -> None:
    assert driver_for(Path("SCENE.TIF")) == driver_for(Path("scene.tiff")) == "GTiff"
