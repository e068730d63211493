"""
A napari window on a project that tells, in a file, where its controls stand and what it shows: run as a program.

The journeys press keys and click from outside, as a user's keyboard and mouse do; they only look here where to.
"""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qtpy.QtCore import QRect
    from qtpy.QtWidgets import QWidget

    from depotwatch.plugins.viewer.dock import ReviewDock

BEAT_MS = 50


def main(project: str, told: str) -> None:
    """Open the review and tell of it until the window is closed."""
    import napari
    from qtpy.QtCore import QTimer

    from depotwatch.plugins.viewer.launch import open_review, review_dock

    viewer = open_review(project, "Ada", block=False)
    dock = review_dock(viewer)
    beat = QTimer()
    beat.timeout.connect(lambda: tell(dock, Path(told)))
    beat.start(BEAT_MS)
    napari.run()


def tell(dock: "ReviewDock", told: Path) -> None:
    """Write where things are, as a whole or not at all."""
    session = dock.session
    ready = not dock.busy and session is not None and session.stage is not None
    state: dict[str, object] = {"ready": ready}
    if ready and session is not None and session.comparing is not None and session.drawing is not None:
        camera, current = session.viewer.scene.camera, session.review.current
        state |= {
            "spots": spots(dock),
            "decided": session.review.progress[0],
            "current": None if current is None else current.id,
            "note": "" if current is None else current.note,
            "active": str(session.viewer.layers.selection.active),
            "foreign shapes": sum(one.nshapes for one in session.viewer.layers if one.name.endswith("Shapes")),
            "mode": session.comparing.mode,
            "focus": focus(),
            "drawing": session.drawing.active,
            "camera": [round(value, 3) for value in (*camera.center[-2:], camera.zoom)],
        }
    partial = told.with_suffix(".part")
    partial.write_text(json.dumps(state))
    os.replace(partial, told)


def spots(dock: "ReviewDock") -> dict[str, list[int]]:
    """Return the middle of what is clicked, in pixels of the screen."""
    from qtpy.QtOpenGLWidgets import QOpenGLWidget
    from qtpy.QtWidgets import QFileDialog, QLineEdit, QPushButton

    from depotwatch.plugins.viewer.desk import ReviewDesk
    from depotwatch.plugins.viewer.records import RecordsDesk

    window = dock.window()
    found: dict[str, QWidget] = {"canvas": window.findChildren(QOpenGLWidget)[0]}
    for button in window.findChildren(QPushButton):
        found[button.text() or button.toolTip().partition(".")[0]] = button
    for desk in window.findChildren(ReviewDesk):
        found["remark"] = next(
            one for one in desk.place.findChildren(QLineEdit) if one.placeholderText() and one.isVisible()
        )
        found["queue"] = desk.queue
    for dialog in window.findChildren(QFileDialog):
        found["file name"] = dialog.findChildren(QLineEdit)[0]
    told = {name: middle(widget, widget.rect()) for name, widget in found.items() if widget.isVisible()}
    for records in window.findChildren(RecordsDesk):
        table = records.claims
        told["first claim"] = middle(table.viewport(), table.visualRect(table.model().index(0, 1)))
    return told


def focus() -> str:
    """Return what has the keyboard."""
    from qtpy.QtWidgets import QApplication

    widget = QApplication.focusWidget()
    if widget is None:
        return ""
    words = widget.accessibleName() or widget.toolTip() or getattr(widget, "text", str)()
    return f"{type(widget).__name__} {words}"


def middle(widget: "QWidget", part: "QRect") -> list[int]:
    """Return the middle of a part of a widget on the screen, and the part's width and height."""
    at = widget.mapToGlobal(part.center())
    return [at.x(), at.y(), part.width(), part.height()]


if __name__ == "__main__":
    main(*sys.argv[1:])
