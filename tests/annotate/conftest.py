"""A small project of real records, for everything that judges without pixels."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
import rasterio
from affine import Affine
from shapely import Polygon, box
from shapely.affinity import rotate

from depotwatch.annotate.keep import keep_scene
from depotwatch.annotate.outline import grid_of, measure
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene
from depotwatch.labels.project import Project
from depotwatch.labels.records import (
    Annotation,
    Candidate,
    Citation,
    Claim,
    Comparison,
    Count,
    KindResult,
    Quantity,
    SceneRecord,
    Shape,
    Site,
    Source,
    Verdict,
    Window,
)

Place = tuple[str, str, float]
"""Kind, change and score of one proposal."""


def scene_record(
    name: str, time: str | None, gsd_m: float, sensor: str, crs: str | None, synthetic: bool
) -> SceneRecord:
    origin = (500_000.0, 5_000_000.0) if crs else (0.0, 0.0)
    return SceneRecord(
        id=name,
        name=f"{name}.tif",
        path=f"{name}.tif",
        time=time,
        sensor=sensor,
        platform=None,
        level=None,
        bands=("1",),
        height_px=1000,
        width_px=1000,
        gsd_y_m=gsd_m,
        gsd_x_m=gsd_m,
        crs=crs,
        transform=(gsd_m, 0.0, origin[0], 0.0, -gsd_m, origin[1]),
        sun_azimuth_deg=None,
        sun_elevation_deg=None,
        sun_computed=False,
        view_off_nadir_deg=None,
        view_azimuth_deg=None,
        units=None,
        offset_applied=None,
        valid_fraction=1.0,
        credit=None,
        licence=None,
        synthetic=synthetic,
    )


def outline(number: int, gsd_m: float, scene: str) -> Shape:
    pixels: Polygon = box(20 * (number % 40), 20 * (number // 40), 20 * (number % 40) + 10, 20 * (number // 40) + 10)
    return Shape(pixels, scene, None, 10 * gsd_m, 10 * gsd_m, 100 * gsd_m**2, 0.0)


@pytest.fixture
def add_pair() -> Callable[..., Comparison]:
    """Return what puts a compared pair with its proposals into a project."""

    def add(
        project: Project,
        places: Sequence[Place],
        *,
        name: str = "1",
        times: tuple[str | None, str | None] = ("2023-08-20", "2023-10-10"),
        gsd_m: float = 0.5,
        sensor: str = "optical",
        crs: str | None = "EPSG:32637",
        site: str | None = "depot",
        held: Count | None = None,
        false_alarms_per_km2: float | None = None,
        results: Sequence[KindResult] = (),
        refused: str | None = None,
        valid_fraction: float = 1.0,
        synthetic: bool = False,
        proposed: Sequence[str] | None = None,
        run_at: str = "2023-11-01T00:00:00Z",
        version: str = "1",
        terms: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
    ) -> Comparison:
        before, after = f"before-{name}", f"after-{name}"
        for scene, time in ((before, times[0]), (after, times[1])):
            project.add_scene(scene_record(scene, time, gsd_m, sensor, crs, synthetic))
        if site is not None:
            project.put_site(Site(site, site.title(), box(38.0, 45.0, 39.5, 45.3), synthetic=synthetic))
        identity = f"comparison-{name}-{version}"
        comparison = Comparison(
            id=identity,
            before=before,
            after=after,
            site=site,
            settings={},
            version=version,
            refused=refused,
            method=None if refused else "plain",
            threshold=None if refused else 1.0,
            shift_y_m=0.0,
            shift_x_m=0.0,
            residual_median_px=0.1,
            residual_p95_px=0.2,
            registration=None,
            valid_fraction=valid_fraction,
            valid_area_km2=0.25,
            false_alarms_per_km2=false_alarms_per_km2,
            kinds=tuple(results),
            time=run_at,
        )
        annotations = [
            Annotation(
                id=f"p{name}-{number}",
                kind=kind,
                change=change,
                state="unknown",
                shape=outline(number, gsd_m, before),
                origin="machine",
                site=site,
                before=before,
                after=after,
                score=score,
                count=held or Count(1, 1, 1),
            )
            for number, (kind, change, score) in enumerate(places)
        ]
        known = {one.id: one for one in [*project.annotations(include_withdrawn=True), *annotations]}
        wanted = [known[place] for place in ([one.id for one in annotations] if proposed is None else proposed)]
        candidates = [
            Candidate(
                id=f"{identity}-{one.id}",
                comparison=identity,
                annotation=one.id,
                kind=one.kind,
                change=one.change,
                state=one.state,
                shape=one.shape,
                score=one.score or 0.5,
                count=one.count,
                terms=terms.get(one.id, {}),
            )
            for one in wanted
        ]
        project.add_comparison(comparison, candidates, annotations)
        return comparison

    return add


@pytest.fixture
def project_with(tmp_path: Path, add_pair: Callable[..., Comparison]) -> Iterator[Callable[..., Project]]:
    """Return what makes a project with one compared pair; options as for `add_pair`."""
    made: list[Project] = []

    def make(places: Sequence[Place] = (), **options: object) -> Project:
        project = Project.create(tmp_path / f"project-{len(made)}.gpkg", title="test")
        made.append(project)
        add_pair(project, places, **options)
        return project

    yield make
    for project in made:
        project.close()


@pytest.fixture
def pictured(tmp_path: Path) -> Iterator[Project]:
    """Return a project of two small images on the ground, with three places on them: two judged, one cited."""
    with Project.create(tmp_path / "pictured.gpkg", title="Two small images") as project:
        fill_pictured(project)
        yield project


def fill_pictured(project: Project, licence: str | None = "CC-BY-4.0") -> None:
    """Write two images of noise with a bright box in the later one, and put them with three places into a project."""
    records = []
    for name, day, bright in (("before", "2024-05-01T10:11:12Z", 90), ("after", "2024-06-01", 200)):
        pixels = np.random.default_rng(7).integers(60, 120, (3, 120, 160)).astype(np.uint8)
        pixels[:, 40:60, 50:90] = bright
        path = project.path.with_name(f"{name}.tif")
        georeference = {"crs": "EPSG:32652", "transform": Affine(2, 0, 300_000, 0, -2, 4_700_000)}
        with rasterio.open(
            path, "w", driver="GTiff", width=160, height=120, count=3, dtype="uint8", **georeference
        ) as file:
            file.write(pixels)
        scene = read_scene(path, ReadOptions(time=day, credit=f"Credit of {name}", licence=licence))
        records.append(keep_scene(project, scene))
    before, after = records
    grid = grid_of(before)
    turned = rotate(box(100, 70, 130, 82), 30)
    with project.transaction():
        for number, (pixels, count) in enumerate(((box(50, 40, 90, 60), Count(2, 3, 4)), (turned, None))):
            shape = measure(pixels, before.id, grid)
            places = (f"p{number}", "storage-pit", "appeared", "empty", shape, "machine", None)
            project.put_annotation(Annotation(*places, before.id, after.id, 0.7, count, note="seen, twice"))
        drawn = measure(box(5.5, 5.25, 20, 15), after.id, grid)
        whole = ("drawn", "vessel", "present", "unknown", drawn, "analyst", None, after.id, None, None, None)
        project.put_annotation(Annotation(*whole))
        project.put_verdict(Verdict("p0", "Ada", "accepted", None, "clear", "2024-06-02T00:00:00.000Z"))
        project.put_verdict(Verdict("p1", "Ada", "rejected", "shadow", "", "2024-06-02T00:00:01.000Z"))
        csl = {"id": "report", "type": "report", "title": "A report", "URL": "https://example.org/r"}
        project.put_source(Source("report", csl))
        pits = Quantity(2, None, "pits", "at least two")
        said = ("two", "report", "Two pits were dug", "storage-pit", "new", pits, (), Window(), "asserts", None)
        project.put_claim(Claim(*said))
        project.put_citation(Citation("p0", "two", "supports", "Ada", "2024-06-02T00:00:02.000Z"))
        project.append("Ada", "verdict", {"annotation": "p0"})
