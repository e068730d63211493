"""napari's writer: the places on our layers as GeoJSON, from the project's records and not from the drawn lines."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import ViewerError

PROJECT, PLACES = "depotwatch_project", "depotwatch_places"
"""What our layers of places carry in their metadata: the project's path, and a list of annotation ids kept current."""

FullLayerData = tuple[Any, dict[str, Any], str]


def write_places(path: str | None = None, layers: Sequence[FullLayerData] = ()) -> list[str]:
    """
    Write the places of layers of one project, as `depotwatch export` writes them.

    Parameters
    ----------
    path
        File to write; None, as from the command palette, asks for one and writes the whole project.
    layers
        As napari gives them.

    Raises
    ------
    ViewerError
        If a layer holds no places of a project, they are of several, or the analyst reads it blind.
    """
    from . import commands

    if path is None:
        commands.export()
        return []
    import napari

    from ...labels.export import GEOJSON, export
    from ...labels.project import Project
    from .launch import review_of

    metadata = [kwargs.get("metadata") or {} for _, kwargs, _ in layers]
    strangers = [kwargs["name"] for (_, kwargs, _), known in zip(layers, metadata, strict=True) if PLACES not in known]
    if strangers:
        raise ViewerError(
            f"The layer “{strangers[0]}” holds no places of a depotwatch project; choose candidates, accepted, "
            "rejected or unsure, or save it in another format."
        )
    projects = {known[PROJECT] for known in metadata}
    if len(projects) != 1:
        raise ViewerError(f"These layers are of {len(projects)} projects; save those of one project at a time.")
    kept, viewer = Path(projects.pop()), napari.current_viewer()
    review = None if viewer is None else review_of(viewer, kept)
    if review is not None and review.blind:
        raise ViewerError(commands.READ_BLIND)
    analyst = None if review is None else review.analyst
    with Project.open(kept, read_only=analyst is None) as project:
        export(project, path, GEOJSON, analyst, places=[place for known in metadata for place in known[PLACES]])
    return [path]
