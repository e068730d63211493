"""One scene alone: kept in a project for drawing and counting by hand, with what it can show."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shapely import Polygon

from ..imagery.metadata import ReadOptions
from ..imagery.read import read_scene
from ..labels.project import Project
from ..labels.records import SceneRecord
from .keep import keep_scene
from .kinds import load_kinds
from .testable import Testability, testable


@dataclass(frozen=True, eq=False)
class Single:
    """A scene as it is kept, whether it is new to the project, and what it can show, by kind."""

    scene: SceneRecord
    new: bool
    testability: Mapping[str, Testability]


def keep_single(
    scene: str | Path,
    project: Project,
    options: ReadOptions,
    area: Polygon | None = None,
    analyst: str = "unnamed",
) -> Single:
    """
    Keep one scene; nothing is proposed on it, as the detectors compare dates.

    Parameters
    ----------
    scene
        A file, or band files joined by commas.
    project
        Open for writing.
    options
        What the user says about it.
    area
        Only this area, EPSG:4326.
    analyst
        In whose name the step is journalled.

    Raises
    ------
    ImageryError
        If the scene cannot be read; nothing is then kept.
    """
    read = read_scene(scene, options, area)
    with project.transaction():
        had = {one.id: one for one in project.scenes()}
        record = keep_scene(project, read)
        if record != had.get(record.id):
            project.append(analyst, "scene", {"scene": record.id, "name": record.name, "time": record.time})
    fraction = read.valid_fraction
    seen = {
        name: testable(kind, read.grid.gsd_m, read.acquisition.sensor, fraction) for name, kind in load_kinds().items()
    }
    return Single(record, record.id not in had, seen)
