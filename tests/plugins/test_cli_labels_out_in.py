"""Labels out of one project and into another, as a user does it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from shapely import box

from depotwatch.annotate.keep import keep_scene
from depotwatch.annotate.review import Review
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene
from depotwatch.labels.project import Project
from depotwatch.plugins.cli import main


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project of one image with one drawn label."""
    image, path = tmp_path / "port.tif", tmp_path / "port.gpkg"
    georeference = {"crs": "EPSG:32652", "transform": Affine(2, 0, 300_000, 0, -2, 4_700_000)}
    pixels = np.random.default_rng(3).integers(60, 120, (1, 120, 160)).astype(np.uint8)
    with rasterio.open(
        image, "w", driver="GTiff", width=160, height=120, count=1, dtype="uint8", **georeference
    ) as file:
        file.write(pixels)
    with Project.create(path) as made:
        record = keep_scene(made, read_scene(image, ReadOptions(time="2024-05-01", credit="Made up")))
        made.append("Ada", "scene", {"scene": record.id})
        Review(made, "Ada").draw("vessel", box(10, 10, 40, 20), record.id, change="present")
    return path


@pytest.mark.parametrize(
    ("out", "format"),
    [
        *((f"out{ending}", None) for ending in (".geojson", ".gpkg", ".csv", ".kml", ".png", ".zip")),
        *(("out.json", name) for name in ("coco", "stac", "prov", "claimreview")),
    ],
)
def test_every_format_is_written_and_the_head_is_told(
    out: str, format: str | None, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project.with_name(out)
    words = ["export", str(project), str(path), "--analyst", "Bo", *(["--format", format] if format else [])]
    assert main(words) == 0
    told = capsys.readouterr().err
    assert path.stat().st_size > 200 and f"Wrote {path} of 1 label" in told
    with Project.open(project, read_only=True) as kept:
        *_, drawn, exported = kept.journal()
    assert drawn.mark in told and (exported.action, exported.analyst) == ("export", "Bo")
    if format == "coco" or out.endswith((".png", ".zip")):
        assert "port.tif are withheld: its licence is not stated" in told


def test_labels_go_from_one_project_into_another(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other, file = Path(shutil.copy(project, project.with_name("other.gpkg"))), project.with_name("theirs.geojson")
    assert main(["export", str(project), str(file)]) == 0
    features = json.loads(file.read_text(encoding="utf-8"))
    for feature in features["features"]:
        del feature["depotwatch"]
        feature["properties"] = {"what": "crater"}
    file.write_text(json.dumps(features), encoding="utf-8")
    words = ["import", str(other), str(file), "--analyst", "Bo"]
    assert main(words) == 1
    assert "no property 'kind'; give --kind" in capsys.readouterr().err
    assert main([*words, "--kind", "storage-pit", "--scene", "port.tif"]) == 0
    assert "Imported 1 labels from theirs.geojson" in capsys.readouterr().err
    with Project.open(other, read_only=True) as kept:
        assert sorted(one.kind for one in kept.annotations()) == ["storage-pit", "vessel"]


def test_a_project_on_a_medium_that_takes_no_writing_is_exported_all_the_same(
    project: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    project.chmod(0o444)
    out = tmp_path_factory.mktemp("out") / "out.csv"
    assert main(["export", str(project), str(out), "--analyst", "Bo"]) == 0
    assert "read-only, so this export is not journalled" in capsys.readouterr().err and out.is_file()
