"""One scene through the command line: two drawn vessels, one of which is of a stated length."""

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from scipy.ndimage import gaussian_filter

from depotwatch.labels.project import Project
from depotwatch.plugins.cli import main

GSD = 2.5
WATER, DECK = (600, 500, 350, 150), (1100, 1200, 1900, 1800)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return water with vessels of 120 and 240 m."""
    image = np.empty((4, 200, 320))
    image[:] = np.reshape(WATER, (4, 1, 1))
    for row, length, beam in ((60, 48, 8), (140, 96, 14)):
        image[:, row : row + beam, 40 : 40 + length] = np.reshape(DECK, (4, 1, 1))
    soft = gaussian_filter(image, (0, 0.5, 0.5)) * (1 + 0.02 * np.random.default_rng(1).normal(size=image.shape))
    path = tmp_path_factory.mktemp("water") / "s.tif"
    profile = {"driver": "GTiff", "dtype": "uint16", "count": 4, "height": 200, "width": 320, "crs": "EPSG:32652"}
    with rasterio.open(path, "w", transform=Affine(GSD, 0, 5e5, 0, -GSD, 4.7e6), **profile) as out:
        out.write(soft.astype(np.uint16))
        out.descriptions = ("blue", "green", "red", "nir")
        out.update_tags(TIFFTAG_DATETIME="2023:09:01 02:00:00")
    return str(path)


def test_each_vessel_says_whether_it_may_be_that_long(
    scene: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "p.gpkg"
    given = ["detect", scene, "--project", str(project), "--analyst", "me", "--kind", "vessel"]
    assert main([*given, "--vessel-length", "120"]) == 0
    assert "length  1 of 2 vessels may be 120 m long" in capsys.readouterr().out
    with Project.open(project, read_only=True) as store:
        terms = sorted((one.terms for one in store.candidates()), key=lambda one: float(str(one["length_m"])))
    assert [one["length_agrees"] for one in terms] == [True, False]
    assert abs(float(str(terms[0]["length_z"]))) < 2 < float(str(terms[1]["length_z"]))
    assert main([*given, "--vessel-length", "120", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["vessel_length"] == {"given_m": 120.0, "vessels": 2, "agree": 1}


def test_a_length_of_nothing_is_wrong_usage(scene: str, tmp_path: Path) -> None:
    assert main(["detect", scene, "--project", str(tmp_path / "p.gpkg"), "--vessel-length", "-5"]) == 2


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--after-date", "2023-10-01"], "say --before-date"),
        (["--gsd", "2", "--gsd", "3"], "--gsd was given 2 times for one scene"),
    ],
)
def test_what_is_said_of_a_second_scene_is_wrong_usage(
    scene: str, tmp_path: Path, flags: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["detect", scene, "--project", str(tmp_path / "p.gpkg"), "--analyst", "me", *flags]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "p.gpkg").exists()


def test_a_kind_without_a_search_on_one_scene_is_not_said_to_be_absent(
    scene: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["detect", scene, "--project", str(tmp_path / "p.gpkg"), "--analyst", "me"]
    assert main(given) == 0
    lines = {words[0]: line for line in capsys.readouterr().out.splitlines() if (words := line.split())}
    assert " not searched " in lines["disturbed-soil"] and " 2 " in lines["vessel"]
    assert main([*given, "--json"]) == 0
    rows = {row["kind"]: row for row in json.loads(capsys.readouterr().out)["kinds"]}
    assert rows["vessel"]["searched"] and not rows["disturbed-soil"]["searched"]
