"""A small project of real records, for everything that judges without pixels."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pytest
from shapely import Polygon, box

from depotwatch.labels.project import Project
from depotwatch.labels.records import (
    Annotation,
    Candidate,
    Comparison,
    Count,
    KindResult,
    SceneRecord,
    Shape,
    Site,
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
            valid_fraction=1.0,
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
