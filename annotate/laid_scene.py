"""A picture that was laid on the map becomes a scene of a project."""

from pathlib import Path

from ..imagery.gcp import place, read_points
from ..imagery.metadata import ReadOptions
from ..imagery.read import read_scene
from ..labels.project import Project
from ..labels.records import SceneRecord
from .errors import AnnotateError
from .keep import keep_scene


def keep_laid(project: Project, analyst: str, picture: Path, points: Path, time: str | None = None) -> SceneRecord:
    """
    Keep a picture as a scene where control points put it, with an entry in the journal, and return its record.

    Parameters
    ----------
    project
        Open for writing.
    analyst
        Who clicked the points.
    picture, points
        Files, as for `--gcp`.
    time
        When it was taken, ISO 8601; None leaves it to the file.

    Raises
    ------
    AnnotateError
        If the picture has a georeference of its own, which stands above points.
    ImageryError
        If it cannot be read or laid.
    """
    scene = read_scene(picture, ReadOptions(gcp=points, time=time))
    if scene.grid.transform != place(scene.grid.shape, points).transform:
        raise AnnotateError(
            f"{picture.name} has a georeference of its own, which stands above points; compare it as it is."
        )
    with project.transaction():
        record = keep_scene(project, scene)
        said = {"scene": record.id, "name": record.name, "points": read_points(points).tolist()}
        project.append(analyst, "place", said)
    return record
