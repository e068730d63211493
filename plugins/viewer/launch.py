"""Opening napari on a project, as `depotwatch review` and the demo do."""

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ViewerError
from .uncollected import uncollected

if TYPE_CHECKING:
    import napari
    from qtpy.QtWidgets import QWidget

    from ...annotate.review import Review
    from .dock import ReviewDock
    from .finding.dock import FindingDock
    from .laying_dock import LayingDock
    from .records import RecordsDock

PLUGIN, WIDGET = "depotwatch", "depotwatch review"
RECORDS = "depotwatch claims, counts and series"
FINDING = "depotwatch find imagery"
LAYING = "depotwatch lay a picture on the map"
LAYING_PX = (1280, 820)
WINDOW_PX = (1600, 980)


def open_review(
    project_path: str | Path,
    analyst: str | None = None,
    show: bool = True,
    block: bool = True,
    blind: bool = False,
) -> "napari.Viewer":
    """
    Open napari on a project: both dates, the dock, the first undecided place selected and in view.

    Parameters
    ----------
    project_path
        The project.
    analyst
        Name the journal keeps; asked for once where it is not known.
    show
        Show the window.
    block
        Return only when the window is closed; the project is then closed too.
    blind
        Begin a blind reading, which hides what others decided.

    Returns
    -------
    napari.Viewer
        With the dock; pixels arrive a moment later, since they are read in a thread.

    Raises
    ------
    ViewerError
        If there is no such file, or the plugin is not installed.
    """
    path = Path(project_path)
    if not path.is_file():
        raise ViewerError(f"There is no project {path}; check the path, or make one with depotwatch compare.")

    with uncollected():
        import napari

        viewer = napari.Viewer(title=f"depotwatch – {path.name}", show=show)
        viewer.window.resize(*WINDOW_PX)
        dock = review_dock(viewer)
    dock.open_project(path, analyst, blind)
    if block:
        napari.run()
        dock.shut(canvas=False)
    return viewer


def records_dock(viewer: "napari.Viewer") -> "RecordsDock":
    """Return the dock of claims, counts and series under the canvas, opened if it is not there yet."""
    from qtpy.QtCore import Qt
    from qtpy.QtWidgets import QMainWindow

    from .records import RecordsDock

    for dock in viewer.window.dock_widgets.values():
        if isinstance(dock, RecordsDock):
            return dock
    records = RecordsDock(viewer)
    viewer.window.add_dock_widget(records, name=RECORDS, area="bottom")
    window = records.window()
    if isinstance(window, QMainWindow):
        window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
    _share_room(viewer, records)
    return records


def records_shown(viewer: "napari.Viewer") -> bool:
    """Say whether the dock of claims, counts and series is open."""
    from .records import RecordsDock

    return any(isinstance(dock, RecordsDock) for dock in viewer.window.dock_widgets.values())


def _share_room(viewer: "napari.Viewer", dock: "QWidget") -> None:
    """Lay a dock over those of ours under the canvas, as tabs: beside each other none has enough room."""
    from qtpy.QtCore import QTimer
    from qtpy.QtWidgets import QDockWidget, QMainWindow

    window, holder = dock.window(), dock.parentWidget()
    for name in (RECORDS, FINDING):
        other = viewer.window.dock_widgets.get(name)
        below = None if other is None or other is dock else other.parentWidget()
        if isinstance(window, QMainWindow) and isinstance(holder, QDockWidget) and isinstance(below, QDockWidget):
            window.tabifyDockWidget(below, holder)
            QTimer.singleShot(0, holder.raise_)  # before the tabs are laid out it would stay below


def review_of(viewer: "napari.Viewer", project: Path) -> "Review | None":
    """Return the review of a project that is open in a viewer, or None."""
    from .dock import ReviewDock

    docks = (dock for dock in viewer.window.dock_widgets.values() if isinstance(dock, ReviewDock))
    sessions = (dock.session for dock in docks if dock.session is not None)
    return next((one.review for one in sessions if Path(one.project.path) == project), None)


def laying_dock(viewer: "napari.Viewer") -> "LayingDock":
    """Return the window in which a picture is laid on the map, opened if it is not there yet."""
    from .laying_dock import LayingDock

    for dock in viewer.window.dock_widgets.values():
        if isinstance(dock, LayingDock):
            holder = dock.parentWidget()
            if holder is not None:
                holder.show()
            return dock
    review = review_dock(viewer)
    laying = LayingDock(viewer, lambda: review.session)
    laying.compare_wanted.connect(review.compare)
    window = viewer.window.add_dock_widget(laying, name=LAYING, area="bottom")
    window.setFloating(True)  # two images beside each other need one of their own
    window.resize(*LAYING_PX)
    laying.compare_wanted.connect(lambda _: window.hide())  # what comes of it is shown behind
    return laying


def finding_dock(viewer: "napari.Viewer") -> "FindingDock":
    """Return the dock that finds and fetches public imagery, opened if it is not there yet."""
    from .finding.dock import FindingDock

    for dock in viewer.window.dock_widgets.values():
        if isinstance(dock, FindingDock):
            dock.offer_sites()
            holder = dock.parentWidget()
            if holder is not None:
                holder.show()
                holder.raise_()
            return dock
    review = review_dock(viewer)
    finding = FindingDock(viewer, lambda: review.session)
    finding.compare_wanted.connect(review.compare)
    review.opened.connect(lambda _: finding.offer_sites())
    holder = viewer.window.add_dock_widget(finding, name=FINDING, area="bottom")
    _share_room(viewer, finding)
    finding.compare_wanted.connect(lambda _: holder.hide())  # the review needs the room
    return finding


def review_dock(viewer: "napari.Viewer") -> "ReviewDock":
    """
    Return the depotwatch dock of a viewer, opened if it is not there yet.

    Raises
    ------
    ViewerError
        If napari does not find the plugin.
    """
    try:
        _, dock = viewer.window.add_plugin_dock_widget(PLUGIN, WIDGET)
    except (KeyError, ValueError) as error:
        raise ViewerError(
            "napari does not find depotwatch's widget; install depotwatch with pip and try again."
        ) from error
    return dock  # type: ignore[no-any-return]
