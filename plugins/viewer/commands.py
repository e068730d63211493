"""What napari's menus and command palette call: each does, in the current window, what a key or a button does."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ViewerError

if TYPE_CHECKING:
    from .dock import ReviewDock

NOTHING_OPEN = "No project is under review here; open one with File > Open, or with depotwatch review."
READ_BLIND = "You read blind, and the file would hold what others decided; end the blind reading first."


def compare() -> None:
    """Show the page on which two images are chosen; two selected image layers that were read from files are offered."""
    dock = _dock()
    dock.begin_anew()
    files = _selected_files()
    if len(files) == 2:
        from .reader import order

        dock.start.offer(*sorted(files, key=order))


def find() -> None:
    """Show the dock that finds and fetches public imagery of a site."""
    import napari

    from .launch import finding_dock

    viewer = napari.current_viewer()
    if viewer is None:
        raise ViewerError("There is no napari window; start napari first.")
    finding_dock(viewer)


def lay() -> None:
    """Show the two views on which a released picture is laid on the map by matching points."""
    import napari

    from .launch import laying_dock

    viewer = napari.current_viewer()
    if viewer is None:
        raise ViewerError("There is no napari window; start napari first.")
    laying_dock(viewer)


def export() -> None:
    """Ask for a file, and write the places of the project to it."""
    dock = _dock()
    if dock.session is None:
        _say(NOTHING_OPEN)
    elif dock.session.review.blind:
        dock.session.say(READ_BLIND, True)
    else:
        dock.export()


def close() -> None:
    """Close the project."""
    _dock().begin_anew()


def _acting(action: str) -> Callable[[], None]:
    def act() -> None:
        session = _dock().session
        if session is None:
            _say(NOTHING_OPEN)
        else:
            session.act(action)

    act.__doc__ = f"Do what the key of “{action}” does."
    return act


accept, reject, unsure = _acting("accept"), _acting("reject"), _acting("unsure")
undo, redo, next_undecided = _acting("undo"), _acting("redo"), _acting("next_undecided")
flicker, swipe, side = _acting("flicker"), _acting("swipe"), _acting("side")
change_map, draw, keys = _acting("change_map"), _acting("polygon"), _acting("help")


def _selected_files() -> list[Path]:
    """Return the files behind the selected image layers."""
    import napari

    viewer = napari.current_viewer()
    chosen = [] if viewer is None else [layer for layer in viewer.layers if layer in viewer.layers.selection]
    paths = [layer.metadata.get("depotwatch_scene") or layer.source.path for layer in chosen if hasattr(layer, "rgb")]
    return [Path(path) for path in paths if path]


def _dock() -> "ReviewDock":
    import napari

    from .launch import review_dock

    viewer = napari.current_viewer()
    if viewer is None:
        raise ViewerError("There is no napari window; start napari first.")
    return review_dock(viewer)


def _say(sentence: str) -> None:
    from napari.utils.notifications import show_info

    show_info(sentence)
