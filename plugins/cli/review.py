"""`depotwatch review`: opens napari on a project."""

import os
import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from ..errors import ViewerError
from . import flags, session

NOT_INSTALLED = 'napari is not installed here; install it with: pip install "depotwatch[viewer]".'
NO_DISPLAY = (
    "There is no display to open napari on; run this where there is a desktop, or under a virtual one (xvfb-run). "
    "count, claims and export work without."
)


def viewer_hindrance() -> str | None:
    """Return the sentence that says why no window can be opened here, or None."""
    if find_spec("napari") is None or find_spec("qtpy") is None:
        return NOT_INSTALLED
    desktop = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return None if desktop else NO_DISPLAY


def review(
    project: flags.ProjectFile,
    analyst: flags.Analyst = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="Hide what others decided until you have decided, or end it in the window.")
    ] = False,
) -> None:
    """Open the project in napari: the queue of candidates, both dates, one key a decision."""
    hindrance = viewer_hindrance()
    if hindrance is not None:
        raise ViewerError(hindrance)
    with session.opened(project, read_only=True):
        pass  # a project that cannot be used is told before a window opens

    from ..viewer import open_review

    open_review(project, analyst=analyst, blind=blind)
