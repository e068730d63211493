"""A small rendered pair with hand-made places in a real project, for tests of the viewer."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from shapely import Polygon, box

from depotwatch.annotate.registered import kept_registration
from depotwatch.annotate.remember import record_of
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.register import register
from depotwatch.imagery.scene import Scene
from depotwatch.imagery.synthetic import render_case, write_case
from depotwatch.labels.project import Project
from depotwatch.labels.records import (
    Annotation,
    Candidate,
    Claim,
    Comparison,
    KindResult,
    Shape,
    Source,
    Window,
)

# napari reads it when it is imported, here and in the programs that tests start: the user's own settings stay alone.
os.environ["NAPARI_CONFIG"] = str(Path(tempfile.mkdtemp(prefix="depotwatch-tests-"), "settings.yaml"))

PLACES = (("storage-pit", 0.9), ("container-stack", 0.8), ("storage-pit", 0.7), ("unknown", 0.6))
TERMS: Mapping[int, Mapping[str, object]] = {3: {"explained_by": "shadow", "explained_share": 0.8}}
SIDE_PX = 12


@pytest.fixture(autouse=True)
def own_configuration(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what a test configures away from the user's own configuration."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return before.tif and after.tif, rendered once: 150 px a side, 1 m a pixel."""
    before, after, _ = write_case(render_case(3, gsd_m=1.0, extent_m=150.0), tmp_path_factory.mktemp("case"))
    return before, after


@pytest.fixture(scope="session")
def before(rendered: tuple[Path, Path]) -> Scene:
    """Return the before scene."""
    return read_scene(rendered[0])


@pytest.fixture(scope="session")
def after(rendered: tuple[Path, Path]) -> Scene:
    """Return the after scene."""
    return read_scene(rendered[1])


@pytest.fixture(scope="session")
def registration(before: Scene, after: Scene) -> dict[str, object]:
    """Return the pair's registration, as a comparison keeps it."""
    return kept_registration(register(before, after).registration)


@pytest.fixture
def squares() -> list[Polygon]:
    """Return the outlines of the places, in (column, row) of the before scene."""
    corners = [(20 + 25 * number, 30 + 15 * number) for number in range(len(PLACES))]
    return [box(left, top, left + SIDE_PX, top + SIDE_PX) for left, top in corners]


@pytest.fixture
def review_project(
    before: Scene, after: Scene, registration: dict[str, object], squares: list[Polygon], tmp_path: Path
) -> Path:
    """Return a project of the pair with four places, strongest first: a0 to a3."""
    path = tmp_path / "pair.gpkg"
    with Project.create(path, title="A pair", synthetic=True) as project, project.transaction():
        project.add_scene(record_of(before, tmp_path))
        project.add_scene(record_of(after, tmp_path))
        shapes = [shape_of(square, before) for square in squares]
        run = _comparison(before, after, registration)
        project.add_comparison(run, _candidates(shapes), _annotations(shapes, before, after))
        project.put_source(Source("report", {"title": "An invented report"}, synthetic=True))
        project.put_claim(
            Claim("claim", "report", "Pits were dug", "storage-pit", "new", None, (), Window(), "asserts", None)
        )
    return path


def shape_of(outline: Polygon, scene: Scene) -> Shape:
    """Return the shape of a square outline of a scene of 1 m pixels."""
    columns, rows = np.asarray(outline.exterior.coords).T
    ground = Polygon(np.column_stack(scene.grid.lonlat(columns, rows)))
    return Shape(outline, scene.sha256, ground, SIDE_PX, SIDE_PX, SIDE_PX**2, 0.0)


def _annotations(shapes: list[Shape], before: Scene, after: Scene) -> list[Annotation]:
    return [
        Annotation(
            f"a{n}", kind, "appeared", "unknown", shapes[n], "machine", None, before.sha256, after.sha256, score, None
        )
        for n, (kind, score) in enumerate(PLACES)
    ]


def _candidates(shapes: list[Shape]) -> list[Candidate]:
    return [
        Candidate(f"k{n}", "comparison", f"a{n}", kind, "appeared", "unknown", shapes[n], score, None, TERMS.get(n, {}))
        for n, (kind, score) in enumerate(PLACES)
    ]


def _comparison(before: Scene, after: Scene, registration: dict[str, object]) -> Comparison:
    kinds = (
        KindResult("storage-pit", True, "", 2),
        KindResult("container-stack", True, "", 1),
        KindResult("rail-car", False, "A pixel of 1 m is too coarse for rail cars.", 0),
    )
    return Comparison(
        id="comparison",
        before=before.sha256,
        after=after.sha256,
        site=None,
        settings={},
        version="0.1.0",
        refused=None,
        method="change-vector",
        threshold=1.0,
        shift_y_m=0.2,
        shift_x_m=0.3,
        residual_median_px=0.1,
        residual_p95_px=0.3,
        registration=registration,
        valid_fraction=1.0,
        valid_area_km2=0.0225,
        false_alarms_per_km2=0.5,
        kinds=kinds,
        time="2032-03-01T00:00:00Z",
    )
