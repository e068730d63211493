"""A tank farm through the command line: a kind of the user's own is found, kept, counted and named in errors."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import rasterio
from affine import Affine
from scipy.ndimage import gaussian_filter

from depotwatch.annotate.kind_examples import kept_examples
from depotwatch.annotate.review import Review
from depotwatch.labels.project import Project
from depotwatch.plugins.cli import main
from depotwatch.plugins.viewer.keys import kind_keys

GSD, SIDE = 2.0, 300
TANKS = ((60, 60, 24), (130, 70, 36), (220, 80, 50), (70, 180, 58), (170, 180, 30))
SHEDS = ((240, 200, 30, 15), (140, 240, 40, 20), (20, 250, 50, 12))
TANK = """
[storage-tank]
title = "storage tank"
definition = "A round tank with a flat or domed roof."
unit = "tanks"
length_m = [20.0, 60.0]
width_m = [18.0, 60.0]
roundness = [0.8, 1.0]
aspect = [1.0, 1.3]
tone = "brighter"
colour = "#009E73"
key = "t"
evidence = ["A bright disc with a crescent of shadow."]
examples = ["tank.png"]
"""


def disc(column: float, row: float, across_m: float) -> np.ndarray:
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    return np.asarray(np.clip(across_m / 2 / GSD - np.hypot(columns - column, rows - row) + 0.5, 0, 1))


def write(path: Path, image: np.ndarray, date: str) -> str:
    noisy = gaussian_filter(image, 0.6) + np.random.default_rng(len(date) + int(date[5:7])).normal(0, 12, image.shape)
    profile = {"driver": "GTiff", "dtype": "uint16", "count": 1, "height": SIDE, "width": SIDE, "crs": "EPSG:32636"}
    with rasterio.open(path, "w", transform=Affine(GSD, 0, 5e5, 0, -GSD, 4.7e6), **profile) as out:
        out.write(np.clip(noisy, 1, 60_000).astype(np.uint16), 1)
        out.update_tags(TIFFTAG_DATETIME=date)
    return str(path)


@pytest.fixture
def farm(tmp_path: Path) -> tuple[str, str]:
    """Plain ground, and the same with five tanks with shadows and three sheds."""
    rng = np.random.default_rng(4)
    parts = [gaussian_filter(rng.normal(size=(SIDE, SIDE)), scale) for scale in (1.2, 4.0, 15.0)]
    before = 1500 + 60 * sum(part / part.std() for part in parts)
    after = before.copy()
    for column, row, across in TANKS:
        roof = disc(column, row, across)
        shade = np.clip(disc(column - 4, row - 3, across) - roof, 0, 1)
        after = after * (1 - roof - shade) + 3200 * roof + 500 * shade
    for column, row, width, height in SHEDS:
        after[row : row + height, column : column + width] = 3000
    first = write(tmp_path / "b.tif", before, "2023:08:15 08:30:00")
    return first, write(tmp_path / "a.tif", after, "2023:10:16 08:31:00")


@pytest.fixture
def kinds_file(tmp_path: Path) -> str:
    """The user's file beside its example chip."""
    chip = np.zeros((300, 240, 3), np.uint8)
    chip[..., 2] = 200  # red, as OpenCV writes it
    assert cv2.imwrite(str(tmp_path / "tank.png"), chip)
    (tmp_path / "own.toml").write_text(TANK, encoding="utf-8")
    return str(tmp_path / "own.toml")


def centres(project: Path, kind: str = "storage-tank") -> list[tuple[float, float]]:
    with Project.open(project, read_only=True) as store:
        return [tuple(one.shape.pixels.centroid.coords[0]) for one in store.candidates() if one.kind == kind]


def each_tank_once(found: list[tuple[float, float]]) -> bool:
    near = [[np.hypot(x - column, y - row) < 4 for x, y in found] for column, row, _ in TANKS]
    return len(found) == len(TANKS) and all(sum(row) == 1 for row in near)


def test_a_tank_farm_is_found_in_a_pair_counted_and_ready_for_review(
    farm: tuple[str, str], kinds_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "p.gpkg"
    given = ("compare", *farm, "--project", str(project), "--analyst", "me")
    assert main([*given, "--kinds", kinds_file]) == 0
    assert each_tank_once(centres(project))
    capsys.readouterr()
    assert main(["count", str(project), "--json"]) == 0
    rows = {row["kind"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["storage-tank"]["objects"] == len(TANKS)
    assert rows["storage-tank"]["count"]["low"] <= len(TANKS) <= rows["storage-tank"]["count"]["high"]
    with Project.open(project) as store:
        review = Review(store, "me")
        assert review.kinds["storage-tank"].colour == "#009E73"
        assert "T" in {key.key for key in kind_keys(review.kinds)}


def test_the_project_keeps_the_kind_and_the_same_run_adds_nothing(
    farm: tuple[str, str], kinds_file: str, tmp_path: Path
) -> None:
    project = tmp_path / "p.gpkg"
    given = ("compare", *farm, "--project", str(project), "--analyst", "me", "--kind", "storage-tank")
    assert main([*given, "--kinds", kinds_file]) == 0
    assert main([*given]) == 0
    with Project.open(project, read_only=True) as store:
        assert len(store.comparisons()) == 1
        (chip,) = kept_examples(store, "storage-tank")
        assert chip.shape == (192, 154, 3) and tuple(chip[5, 5]) == (200, 0, 0)


def test_an_example_that_is_no_picture_is_named_and_nothing_is_made(
    farm: tuple[str, str], kinds_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tank.png").write_bytes(b"a chip")
    project = tmp_path / "p.gpkg"
    given = ["detect", farm[1], "--project", str(project), "--analyst", "me", "--kinds", kinds_file]
    assert main(given) == 1
    assert "field examples: 'tank.png' is not a picture that can be read" in capsys.readouterr().err
    assert not project.exists()


def test_tanks_are_found_on_one_scene(farm: tuple[str, str], kinds_file: str, tmp_path: Path) -> None:
    project = tmp_path / "one.gpkg"
    assert main(["detect", farm[1], "--project", str(project), "--analyst", "me", "--kinds", kinds_file]) == 0
    assert each_tank_once(centres(project))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('tone = "brighter"', 'tone = "shiny"', "Kind storage-tank, field tone: expected one of"),
        ("roundness = [0.8, 1.0]", "roundness = [0.8, 1.2]", "Kind storage-tank, field roundness: expected shares"),
        ('examples = ["tank.png"]', 'examples = ["none.png"]', "field examples: 'none.png' is not a file beside"),
        ('title = "storage tank"\n', "", "Kind storage-tank, field title: missing"),
        ('key = "t"', 'key = "j"', "field key: 'j' belongs to storage-pit"),
        ('key = "t"', 'key = "n"', "field key: 'n' is for 'reject' in the review; choose another or leave it out."),
        ("[storage-tank]", "[vessel]", "Kind vessel of own.toml: this name is built in"),
    ],
)
def test_a_wrong_kinds_file_is_answered_with_one_sentence(
    farm: tuple[str, str],
    kinds_file: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    words: str,
) -> None:
    Path(kinds_file).write_text(TANK.replace(old, new), encoding="utf-8")
    project = tmp_path / "p.gpkg"
    assert main(["compare", *farm, "--project", str(project), "--analyst", "me", "--kinds", kinds_file]) == 1
    assert words in capsys.readouterr().err
    assert not project.exists()


def test_an_own_kind_is_unknown_where_neither_file_nor_project_defines_it(
    farm: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "p.gpkg"
    assert main(["compare", *farm, "--project", str(project), "--analyst", "me", "--kind", "storage-tank"]) == 1
    assert "give the file that defines it with --kinds" in capsys.readouterr().err
