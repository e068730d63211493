"""napari's reader: a project opens the review, two images are compared, one image is shown in metres."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

SUFFIXES = (".tif", ".tiff", ".jp2", ".png", ".jpg", ".jpeg")
PROJECT_SUFFIX = ".gpkg"
MOST_PX = 4096**2  # of an image that is read whole; a larger one is read as it is looked at
LayerList = list[Any]
NOTHING: LayerList = [(None,)]
"""napari's way to say: read, and no layer to add."""

Reader = Callable[[str | Sequence[str]], LayerList]


def get_reader(path: str | Sequence[str] | None = None) -> Reader | None:
    """
    Return what reads a path, by its name alone.

    Parameters
    ----------
    path
        A project, an image, or two images at once (dropped with Shift, or `viewer.open([...], stack=True)`). Without
        one, as from the command palette, the first page of the dock is shown, which asks for it.
    """
    if path is None:
        _dock().begin_anew()
        return None
    paths = [path] if isinstance(path, str) else list(path)
    suffixes = {Path(one).suffix.lower() for one in paths}
    if suffixes == {PROJECT_SUFFIX} and len(paths) == 1:
        return read_project
    if suffixes and suffixes <= set(SUFFIXES):
        return {1: read_image, 2: read_pair}.get(len(paths))
    return None


def read_project(path: str | Sequence[str]) -> LayerList:
    """Open the review of a project in the current viewer."""
    _dock().open_project(Path(_paths(path)[0]))
    return NOTHING


def read_pair(path: str | Sequence[str]) -> LayerList:
    """Compare two images, the earlier one first, in a project beside them."""
    from .request import PairRequest

    before, after = sorted((Path(one) for one in _paths(path)), key=order)
    _dock().compare(PairRequest(before, after))
    return NOTHING


def read_image(path: str | Sequence[str]) -> LayerList:
    """Show one image in metres with the usual stretch; a second one is offered for comparison with the first."""
    from ...annotate.pictures.stretch import Stretch
    from ...imagery.scene_file import open_scene
    from . import layers
    from .caption import date_words
    from .frame import Frame
    from .pyramid import pyramid

    file = Path(_paths(path)[0])
    opened = open_scene(file)
    title = f"{file.name} ({date_words(opened.acquisition.time)})"
    if opened.grid.shape[0] * opened.grid.shape[1] > MOST_PX:
        data, kwargs, kind = pyramid(opened, title)
    else:
        scene = opened.read_whole()
        data, kwargs, kind = layers.picture(scene, Stretch.of(scene), Frame(scene.grid), title)
    kwargs["metadata"] = {"depotwatch_scene": str(file)}
    _offer_pair(file)
    return [(data, kwargs, kind)]


def _offer_pair(file: Path) -> None:
    import napari

    viewer = napari.current_viewer()
    if viewer is None:
        return
    shown = [layer.metadata["depotwatch_scene"] for layer in viewer.layers if "depotwatch_scene" in layer.metadata]
    if len(shown) == 1 and Path(shown[0]) != file:
        from .launch import review_dock

        review_dock(viewer).start.offer(*sorted((Path(shown[0]), file), key=order))


def order(file: Path) -> tuple[str, str]:
    """Return what sorts images by the date in the file, else by name, where before and after say it."""
    from ...imagery.errors import ImageryError
    from .opening import acquired

    try:
        time = acquired(file)
    except ImageryError:
        time = ""
    return time, file.name.lower().replace("before", "0 before").replace("after", "1 after")


def _paths(path: str | Sequence[str]) -> list[str]:
    return [path] if isinstance(path, str) else list(path)


def _dock() -> Any:  # noqa: ANN401 (a Qt class, which is not imported before it is needed)
    import napari

    from ..errors import ViewerError
    from .launch import review_dock

    viewer = napari.current_viewer()
    if viewer is None:
        raise ViewerError("A project or a pair is opened in a napari window; start napari first, or use open_review.")
    return review_dock(viewer)
