"""A map file is cloud-optimised and says what it is, and comes whole or not at all."""

import struct
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS

from depotwatch.imagery import cog
from depotwatch.imagery.errors import ImageryError
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.write import MapWriter, rounded, tags_of

SHAPE = (1301, 1150)


def grid(shape: tuple[int, int] = SHAPE) -> Grid:
    return Grid(shape, Affine(10, 0, 300_000, 0, -10, 5_200_000), CRS.from_epsg(32636))


def scores(shape: tuple[int, int] = SHAPE) -> NDArray[np.float32]:
    values = np.random.default_rng(0).random(shape).astype(np.float32)
    values[100:164, 200:264] = np.nan
    return rounded(values)


def write(path: Path, values: NDArray[np.float32], height: int = 100) -> None:
    with MapWriter(path, grid(values.shape), tags_of("ir-mad", 0.25)) as out:
        for top in range(0, len(values), height):
            out.write(values[top : top + height])
        out.finish()


def directories(path: Path) -> list[tuple[int, dict[int, tuple[int, ...]]]]:
    """Where each directory of a classic TIFF lies, and its offsets (324), byte counts (325), sizes (256, 257)."""
    data = path.read_bytes()
    assert data[:4] == b"II*\0"
    found, at = [], struct.unpack_from("<I", data, 4)[0]
    while at:
        (count,) = struct.unpack_from("<H", data, at)
        values: dict[int, tuple[int, ...]] = {}
        for n in range(count):
            tag, kind, size = struct.unpack_from("<HHI", data, at + 2 + 12 * n)
            if tag in {254, 256, 257, 324, 325}:
                letter, width = {3: ("H", 2), 4: ("I", 4)}[kind]
                inline = size * width <= 4
                start = at + 10 + 12 * n if inline else struct.unpack_from("<I", data, at + 10 + 12 * n)[0]
                values[tag] = struct.unpack_from(f"<{size}{letter}", data, start)
        found.append((at, values))
        at = struct.unpack_from("<I", data, at + 2 + 12 * count)[0]
    return found


def test_the_map_reads_back_with_what_it_says_of_itself(tmp_path: Path) -> None:
    path, values = tmp_path / "map.tif", scores()
    write(path, values)
    with rasterio.open(path) as dataset:
        assert np.array_equal(dataset.read(1), values, equal_nan=True)
        assert (dataset.crs, dataset.transform) == (grid().crs, grid().transform)
        assert np.isnan(dataset.nodata) and dataset.dtypes == ("float32",)
        assert dataset.tags()["METHOD"] == "ir-mad" and dataset.tags()["THRESHOLD"] == "0.5"
        assert dataset.tags()["FALSE_ALARMS_PER_KM2"] == "0.25"
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert dataset.overviews(1) == [2, 4]
    assert [one.name for one in tmp_path.iterdir()] == ["map.tif"]


def test_overviews_are_means_of_what_is_valid(tmp_path: Path) -> None:
    path, values = tmp_path / "map.tif", scores()
    write(path, values)
    with rasterio.open(path, overview_level=0) as dataset:
        half = dataset.read(1)
    assert half.shape == (651, 575)
    with np.errstate(invalid="ignore"):
        blocks = values[:1300].reshape(650, 2, 575, 2)
        known = np.isfinite(blocks)
        mean = np.where(known, blocks, 0).sum(axis=(1, 3)) / known.sum(axis=(1, 3))
    assert np.array_equal(np.isnan(half[:650]), np.isnan(mean))
    assert np.nanmax(np.abs(half[:650] - mean)) <= 0.5 / 4096 + 1e-6


def test_directories_come_first_and_the_smallest_overview_before_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "map.tif"
    write(path, scores())
    found = directories(path)
    places = [at for at, _ in found]
    assert len(found) == 3 and places == sorted(places)
    first, last = (np.array([edge(values[324]) for _, values in found]) for edge in (min, max))
    assert places[-1] < first.min(), "every directory stands before any tile"
    assert (last[1:] < first[:-1]).all(), "a smaller image's tiles stand before a larger one's"
    assert [values.get(254, (0,)) for _, values in found] == [(0,), (1,), (1,)]
    data = path.read_bytes()
    for _, values in found:
        for offset, count in zip(values[324], values[325], strict=True):
            assert struct.unpack_from("<I", data, offset - 4) == (count,)
            assert data[offset + count : offset + count + 4] == data[offset + count - 4 : offset + count]


@pytest.mark.parametrize("height", [1, 37, 512, 2000])
def test_the_file_does_not_depend_on_how_the_rows_come(height: int, tmp_path: Path) -> None:
    values = scores((600, 530))
    write(tmp_path / "whole.tif", values, len(values))
    write(tmp_path / "pieces.tif", values, height)
    assert (tmp_path / "whole.tif").read_bytes() == (tmp_path / "pieces.tif").read_bytes()


def test_a_file_too_large_for_classic_tiff_is_a_bigtiff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cog, "LARGEST_CLASSIC", 1000)
    path, values = tmp_path / "map.tif", scores()
    write(path, values)
    assert path.read_bytes()[:4] == b"II+\0"
    with rasterio.open(path) as dataset:
        assert np.array_equal(dataset.read(1), values, equal_nan=True) and dataset.overviews(1) == [2, 4]


def test_what_was_there_stays_where_the_map_is_not_finished(tmp_path: Path) -> None:
    path = tmp_path / "map.tif"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), MapWriter(path, grid(), {}) as out:
        out.write(scores())
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["map.tif"]


def test_a_part_that_is_cut_short_is_no_map(tmp_path: Path) -> None:
    path = tmp_path / "map.tif"
    with pytest.raises(ImageryError, match="free disk space"), MapWriter(path, grid(), {}) as out:
        out.write(scores())
        for level in out._levels:
            level.close()
        part = next(tmp_path.glob("*.0.part.tif"))
        with part.open("r+b") as file:
            file.truncate(part.stat().st_size // 2)
        out.finish()
    assert list(tmp_path.iterdir()) == []


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageryError, match=r"must end in \.tif"):
        MapWriter(tmp_path / "map.png", grid(), {})
