"""A small project as analysts leave it: two scenes on the ground, one image without georeference, labels, evidence."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from shapely import box

from depotwatch.labels.project import Project
from depotwatch.labels.records import (
    Annotation,
    Candidate,
    Citation,
    Claim,
    Comparison,
    Count,
    Judgement,
    KindResult,
    Origin,
    Quantity,
    SceneRecord,
    Shape,
    Site,
    SiteRole,
    Source,
    SourceCopy,
    Verdict,
    Window,
)


def scene(name: str, time: str | None, crs: str | None = "EPSG:32652") -> SceneRecord:
    return SceneRecord(
        id=f"sha-{name}",
        name=f"{name}.tif",
        path=f"images/{name}.tif",
        time=time,
        sensor="optical",
        platform="Sentinel-2 MSI",
        level="L1C",
        bands=("B02", "B03, wide", "B04"),
        height_px=300,
        width_px=400,
        gsd_y_m=9.15,
        gsd_x_m=10.97,
        crs=crs,
        transform=(10.0, 0.0, 300000.0, 0.0, -10.0, 4700000.0),
        sun_azimuth_deg=161.25,
        sun_elevation_deg=None,
        sun_computed=False,
        view_off_nadir_deg=12.5,
        view_azimuth_deg=None,
        units="reflectance",
        offset_applied=None if crs is None else True,
        valid_fraction=0.97,
        credit="Contains modified Copernicus Sentinel data",
        licence="CC-BY-SA-3.0-IGO",
        synthetic=False,
    )


def outline(at: float, scene_id: str, on_ground: bool = True) -> Shape:
    ground = box(130.3 + at / 1000, 42.23, 130.3004 + at / 1000, 42.2304) if on_ground else None
    return Shape(box(at, 10.25, at + 3.1, 14.0), scene_id, ground, 34.0, 28.1, 950.5, 45.0)


def place(name: str, at: float, on_ground: bool = True) -> Annotation:
    return Annotation(
        id=name,
        kind="storage-pit",
        change="appeared",
        state="empty",
        shape=outline(at, "sha-before" if on_ground else "sha-photo", on_ground),
        origin="machine" if on_ground else "analyst",
        site="rajin" if on_ground else None,
        before="sha-before" if on_ground else "sha-photo",
        after="sha-after" if on_ground else None,
        score=0.73 if on_ground else None,
        count=Count(1, 2, None, tiers_low=1),
        note="beside the rail spur",
    )


def fill(project: Project) -> None:
    """Put a whole small case into a project, in one transaction."""
    run = Comparison(
        id="run",
        before="sha-before",
        after="sha-after",
        site="rajin",
        settings={"method": "auto", "kinds": ["storage-pit"], "gsd_m": None},
        version="0.1.0",
        refused=None,
        method="robust",
        threshold=3.25,
        shift_y_m=-1.5,
        shift_x_m=2.25,
        residual_median_px=0.12,
        residual_p95_px=0.4,
        registration={"model": [1.0, 0.0, -0.25, 0.0, 1.0, 0.5], "local": None},
        valid_fraction=0.9,
        valid_area_km2=11.0,
        false_alarms_per_km2=0.2,
        kinds=(KindResult("storage-pit", True, "", 1), KindResult("rail-car", False, "GSD is too coarse", 0)),
        time="2024-05-01T10:00:00.000Z",
    )
    pit = place("pit", 0)
    born = Candidate(
        "born",
        "run",
        "pit",
        pit.kind,
        pit.change,
        pit.state,
        pit.shape,
        0.73,
        None,
        {"contrast": 4.5, "flags": ["edge"]},
    )
    with project.transaction():
        project.put_site(Site("rajin", "Rajin port", box(130.2, 42.1, 130.4, 42.3), "port", "KP", "gazetteer-level"))
        for one in (scene("before", "2023-08-01"), scene("after", None), scene("photo", None, crs=None)):
            project.add_scene(one)
        project.add_comparison(run, [born], [pit])
        project.put_annotation(place("second", 8))
        project.put_source(Source("rusi", {"id": "rusi", "type": "report", "title": "Route", "URL": "https://x.org/r"}))
        project.put_source_copy(SourceCopy("rusi", "route.pdf", "ab" * 32, b"%PDF\x00\xff"))
        project.put_origin(Origin("institute", "An institute"))
        sites = (SiteRole("rajin", "from"), SiteRole("rajin", "at"))
        window = Window("2023-08-15", None)
        quantity = Quantity(101, None, "pits", "more than a hundred")
        args = ("pits", "rusi", "More than a hundred pits were dug", "storage-pit", "new", quantity, sites, window)
        project.put_claim(Claim(*args, "asserts", "institute"))
        words = ("Twelve rectangles are visible.", "Ground was opened there.", "likely", "moderate")
        project.put_judgement(Judgement("pits", "Ada", "2024-05-02T09:02:00.000Z", *words))
        project.put_verdict(Verdict("pit", "Ada", "accepted", None, "clear", "2024-05-02T09:00:00.000Z"))
        project.put_citation(Citation("pit", "pits", "supports", "Ada", "2024-05-02T09:01:00.000Z"))
        project.append("Ada", "verdict", {"annotation": "pit", "before": None, "after": "accepted"})


@pytest.fixture(scope="session")
def filling() -> Callable[[Project], None]:
    """How to fill an empty project."""
    return fill


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "empty.gpkg") as project:
        yield project


@pytest.fixture(scope="session")
def case_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small case as a file, made once; tests copy it."""
    path = tmp_path_factory.mktemp("made") / "case.gpkg"
    with Project.create(path, title="Rajin 2023") as project:
        fill(project)
    return path


@pytest.fixture
def case(tmp_path: Path, case_file: Path) -> Iterator[Project]:
    shutil.copy(case_file, tmp_path)
    with Project.open(tmp_path / "case.gpkg") as project:
        yield project


@pytest.fixture
def unplaced() -> Annotation:
    """A drawing on the image without georeference."""
    return place("sketch", 20, on_ground=False)
