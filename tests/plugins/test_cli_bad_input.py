"""Bad input: one clear sentence, exit 1, and nothing half-written."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS

from depotwatch.labels.project import Project
from depotwatch.plugins.cli import main

PORT = CRS.from_epsg(32636)
ENGINEERING = CRS.from_wkt('LOCAL_CS["a building site",UNIT["metre",1],AXIS["x",EAST],AXIS["y",NORTH]]')


def ground(seed: int = 0) -> NDArray[np.uint16]:
    """Smooth texture, 3 bands of 96 x 96."""
    noise = np.random.default_rng(seed).normal(size=(3, 96, 96))
    for axis in (1, 2):
        noise = np.mean([np.roll(noise, step, axis) for step in range(-2, 3)], axis=0)
    return np.asarray(2000 + 900 * noise, dtype=np.uint16)


def write_image(
    path: Path,
    pixels: NDArray[np.uint16] | None = None,
    crs: CRS | None = PORT,
    west: float = 500_000,
    nodata: int | None = None,
) -> str:
    pixels = ground() if pixels is None else pixels
    bands, height, width = pixels.shape
    profile = {"driver": "GTiff", "dtype": "uint16", "count": bands, "height": height, "width": width, "nodata": nodata}
    if crs is not None:
        profile |= {"crs": crs, "transform": Affine(10, 0, west, 0, -10, 3_750_000)}
    with rasterio.open(path, "w", **profile) as file:
        file.write(pixels)
    return str(path)


def state_of(folder: Path) -> Mapping[str, str]:
    """Every file below a folder with the hash of its bytes, or of its tables: opening a project rewrites its header."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return {str(file.relative_to(folder)): hashlib.sha256(content_of(file)).hexdigest() for file in files}


def content_of(file: Path) -> bytes:
    if file.suffix != ".gpkg" or not file.read_bytes().startswith(b"SQLite format 3"):
        return file.read_bytes()
    connection = sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)
    try:
        return "\n".join(connection.iterdump()).encode()
    finally:
        connection.close()


def missing(folder: Path) -> tuple[str, str]:
    return str(folder / "nowhere.tif"), write_image(folder / "after.tif")


def text_named_tif(folder: Path) -> tuple[str, str]:
    (folder / "before.tif").write_text("These are words, not pixels.\n" * 50, encoding="utf-8")
    return str(folder / "before.tif"), write_image(folder / "after.tif")


def zero_overlap(folder: Path) -> tuple[str, str]:
    return write_image(folder / "before.tif"), write_image(folder / "after.tif", west=600_000)


def unrelated_crs(folder: Path) -> tuple[str, str]:
    return write_image(folder / "before.tif"), write_image(folder / "after.tif", crs=ENGINEERING)


def no_crs_no_gsd(folder: Path) -> tuple[str, str]:
    return write_image(folder / "before.tif", crs=None), write_image(folder / "after.tif", crs=None)


def all_nodata(folder: Path) -> tuple[str, str]:
    nothing = np.zeros((3, 96, 96), dtype=np.uint16)
    return write_image(folder / "before.tif"), write_image(folder / "after.tif", nothing, nodata=0)


SCENES: dict[Callable[[Path], tuple[str, str]], str] = {
    missing: "nowhere.tif",
    text_named_tif: "before.tif",
    zero_overlap: "no ground",
    unrelated_crs: "--gcp",
    no_crs_no_gsd: "--gsd",
    all_nodata: "no valid pixel",
}


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
@pytest.mark.parametrize("command", ["compare", "compare into a project", "change"])
def test_scenes_that_cannot_be_compared(
    make: Callable[[Path], tuple[str, str]], command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = make(tmp_path)
    target = tmp_path / ("map.tif" if command == "change" else "port.gpkg")
    if command == "compare into a project":
        Project.create(target).close()
    had = state_of(tmp_path)
    words = ["change", before, after, str(target)]
    if command != "change":
        words = ["compare", before, after, "--project", str(target), "--map", str(tmp_path / "map.tif")]
    assert main([*words, "--json"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    sentence = told.err.strip().splitlines()[-1]
    assert SCENES[make] in sentence
    assert sentence.endswith(".")
    assert state_of(tmp_path) == had


def of_another_version(path: Path) -> None:
    Project.create(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE project SET schema_version = 99")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()


def of_another_kind(path: Path) -> None:
    path.write_text("This is no GeoPackage.", encoding="utf-8")


def of_another_program(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (words TEXT)")
    connection.commit()
    connection.close()


COMMANDS = [
    ["compare", "before.tif", "after.tif", "--project", "p.gpkg"],
    ["detect", "before.tif", "--project", "p.gpkg"],
    ["count", "p.gpkg", "--json"],
    ["claims", "p.gpkg", "--json"],
    ["export", "p.gpkg", "out.geojson"],
    ["source", "list", "p.gpkg"],
    ["site", "add", "p.gpkg", "rajin", "--analyst", "Ann"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("make", [of_another_version, of_another_kind, of_another_program])
def test_projects_that_cannot_be_used(
    make: Callable[[Path], None],
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_image(tmp_path / "before.tif")
    write_image(tmp_path / "after.tif", ground(1))
    make(tmp_path / "p.gpkg")
    had = state_of(tmp_path)
    assert main(words) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "p.gpkg" in told.err.strip().splitlines()[-1]
    assert "Internal error" not in told.err
    assert state_of(tmp_path) == had


WITH_LITTLE_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from depotwatch.plugins.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="only POSIX limits the size of a process's files")
@pytest.mark.parametrize("limit", [0, 4_000, 150_000])
@pytest.mark.parametrize("command", ["compare", "change", "source"])
def test_a_full_disk(limit: int, command: str, tmp_path: Path) -> None:
    before, after = write_image(tmp_path / "before.tif"), write_image(tmp_path / "after.tif", ground(0))
    (tmp_path / "sources.json").write_text('[{"id": "a", "type": "report", "title": "T"}]', encoding="utf-8")
    target = str(tmp_path / ("map.tif" if command == "change" else "port.gpkg"))
    words = {
        "compare": ["compare", before, after, "--project", target, "--map", str(tmp_path / "map.tif")],
        "change": ["change", before, after, target],
        "source": ["source", "import", target, str(tmp_path / "sources.json"), "--analyst", "Ann"],
    }[command]
    had = state_of(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", WITH_LITTLE_DISK, str(limit), *words], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        assert Path(target).stat().st_size <= limit, "more was written than there was room for"
        assert limit > 0
        return
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "disk" in done.stderr.strip().splitlines()[-1], "a limit on file size is met as an I/O error"
    assert state_of(tmp_path) == had


def test_an_unknown_benchmark_names_those_there_are(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["bench", "guess"]) == 2
    assert "choose detect, count, pixels, explain, learning, project, fetch or review" in " ".join(
        capsys.readouterr().err.split()
    )
    assert main(["bench", "pixels", "--pairs", str(tmp_path / "missing")]) == 2
    assert "is not a folder" in " ".join(capsys.readouterr().err.split())
    assert main(["bench", "pixels", "--part", "guess"]) == 2
    assert "registering, maps, null, scenes" in " ".join(capsys.readouterr().err.split())
    assert main(["bench", "detect", "--seeds", "9-3"]) == 2
    assert "use a number or two with a dash" in " ".join(capsys.readouterr().err.split())
    assert main(["bench", "detect", "--cases", str(tmp_path / "missing")]) == 2
    assert "is not a folder" in " ".join(capsys.readouterr().err.split())
    assert main(["bench", "detect", "--cases", str(tmp_path)]) == 1
    assert "holds no cases" in " ".join(capsys.readouterr().err.split())
    assert main(["bench", "detect", "--gsd", "30"]) == 2
    assert "use 0.25 to 10 m per pixel" in " ".join(capsys.readouterr().err.split())
    assert main(["bench", "pixels", "--part", "maps"]) == 0
    assert "Left out" in capsys.readouterr().out
