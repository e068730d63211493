"""Synthetic projects and images to measure the window on: they mean nothing, and say so."""

from pathlib import Path

import numpy as np
from shapely import box

from ....annotate.outline import measure
from ....annotate.registered import kept_registration
from ....annotate.remember import record_of
from ....imagery.read import read_scene
from ....imagery.scene import Registration, Residual, Scene
from ....imagery.synthetic.noise import write_noise
from ....labels.project import Project
from ....labels.records import Annotation, Candidate, Comparison, KindResult

CANDIDATES, SIDE_PX = 10_000, 2048
KINDS = ("storage-pit", "container-stack", "vessel", "disturbed-soil")
TITLE = "Synthetic: random texture and outlines, to measure the window on"
IN_PLACE = Registration(
    np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), (0.0, 0.0), (0.0, 0.0), Residual(0.1, 0.2, 0.1, 0.2, 100)
)


def write_project(folder: Path, candidates: int = CANDIDATES, side_px: int = SIDE_PX) -> Path:
    """
    Return a project of two random images of one metre per pixel and so many candidates; made once in a folder.

    Parameters
    ----------
    folder
        Made where there is none.
    candidates
        How many, in rows over the whole image.
    side_px
        Of each image.
    """
    path = folder / f"{candidates}.gpkg"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    files = [write_noise(folder / f"{name}.tif", side_px, seed) for seed, name in enumerate(("before", "after"))]
    before, after = (read_scene(file) for file in files)
    with Project.create(path, title=TITLE, synthetic=True) as project, project.transaction():
        for scene in (before, after):
            project.add_scene(record_of(scene, folder))
        annotations = _annotations(before, after, candidates)
        run = _comparison(before, after, candidates)
        project.add_comparison(run, [_candidate(run, one) for one in annotations], annotations)
    return path


def _annotations(before: Scene, after: Scene, number: int) -> list[Annotation]:
    across = int(np.ceil(np.sqrt(number)))
    step = before.grid.shape[0] / across
    scores = np.random.default_rng(1).uniform(0.5, 0.95, number)
    found = []
    for n in range(number):
        x, y = step * (n % across + 0.2), step * (n // across + 0.2)
        shape = measure(box(x, y, x + 0.6 * step, y + 0.5 * step), before.sha256, before.file_grid)
        kind = KINDS[n % len(KINDS)]
        born = (kind, "appeared", "unknown", shape, "machine", None, before.sha256, after.sha256)
        found.append(Annotation(f"place-{n}", *born, float(scores[n]), None))
    return found


def _candidate(run: Comparison, one: Annotation) -> Candidate:
    return Candidate(
        f"candidate of {one.id}", run.id, one.id, one.kind, one.change, one.state, one.shape, one.score or 0.5, None, {}
    )


def _comparison(before: Scene, after: Scene, number: int) -> Comparison:
    return Comparison(
        id="synthetic",
        before=before.sha256,
        after=after.sha256,
        site=None,
        settings={"method": "auto"},
        version="synthetic",
        refused=None,
        method="structured-vector",
        threshold=3.0,
        shift_y_m=0.0,
        shift_x_m=0.0,
        residual_median_px=0.1,
        residual_p95_px=0.2,
        registration=kept_registration(IN_PLACE),
        valid_fraction=1.0,
        valid_area_km2=before.grid.shape[0] * before.grid.shape[1] / 1e6,
        false_alarms_per_km2=5.0,
        kinds=tuple(KindResult(kind, True, "", number // len(KINDS)) for kind in KINDS),
        time="2032-01-01T00:00:00Z",
    )
