"""The exchange GeoPackage: plain layers, read by GDAL, and no project."""

import json
from pathlib import Path

import pyogrio
import pytest
import shapely

from depotwatch.labels.errors import ProjectError
from depotwatch.labels.export import FORMATS, export
from depotwatch.labels.project import Project
from depotwatch.labels.records import Annotation


def exported(project: Project) -> Path:
    path = project.path.with_name("labels.gpkg")
    export(project, path, FORMATS["gpkg"])
    return path


def test_gdal_reads_both_layers_with_their_values(case: Project, unplaced: Annotation) -> None:
    case.put_annotation(unplaced)
    path = exported(case)
    layers = dict(pyogrio.list_layers(path))
    assert layers == {"labels": "Polygon", "labels_pixel": "Polygon", "scenes": None, "provenance": None}
    info = pyogrio.read_info(path, layer="labels")
    assert (info["driver"], info["crs"], info["features"]) == ("GPKG", "EPSG:4326", 2)
    columns = ["id", "verdict", "length_m", "count_best"]
    meta, _, outlines, values = pyogrio.raw.read(path, layer="labels", columns=columns)
    rows = dict(zip(meta["fields"], values, strict=True))
    assert list(rows["id"]) == ["pit", "second"] and list(rows["verdict"]) == ["accepted", "unreviewed"]
    assert list(rows["length_m"]) == [34.0, 34.0] and list(rows["count_best"]) == [2, 2]
    assert shapely.from_wkb(outlines[0]) == case.annotation("pit").shape.ground
    assert pyogrio.read_info(path, layer="labels_pixel")["features"] == 1


def test_it_carries_scenes_credits_and_the_journal_head(case: Project) -> None:
    path = exported(case)
    meta, _, _, values = pyogrio.raw.read(path, layer="provenance")
    rows = dict(zip(*(dict(zip(meta["fields"], values, strict=True))[name] for name in ("name", "value")), strict=True))
    assert json.loads(rows["journal_head"]) == case.journal()[-1].mark
    meta, _, _, values = pyogrio.raw.read(path, layer="scenes")
    scenes = dict(zip(meta["fields"], values, strict=True))
    assert set(scenes["licence"]) == {"CC-BY-SA-3.0-IGO"}


def test_it_is_no_project_and_says_so(case: Project) -> None:
    with pytest.raises(ProjectError, match="not a depotwatch project"):
        Project.open(exported(case))
