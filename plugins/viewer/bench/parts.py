"""What is measured, a process of its own each: `python -m depotwatch.plugins.viewer.bench.parts PART FILE`."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ViewerError
from .frames import Frames, bytes_read, p95, peak_mib, uploads

if TYPE_CHECKING:
    import napari

    from ..session import Session

Found = Mapping[str, float]
WINDOW_PX = (1600, 980)
STEPS = 60
SMALL_PX = 32  # vispy sends the weights of its letters, 16 wide, and a colour table with every frame that has a text
ANALYST = "bench"


def empty(_file: Path) -> Found:
    """Measure an empty napari: its start, its memory, a frame, and panning over an image of 2048²."""
    start = perf_counter()
    viewer, frames = _empty()
    shown = perf_counter() - start
    memory = peak_mib()
    frame = [frames.seconds(lambda: None) for _ in range(STEPS)]
    rng = np.random.default_rng(0)
    viewer.add_image(rng.integers(0, 255, (2048, 2048, 4), dtype=np.uint8), rgb=True)
    frames.settle()
    with uploads() as sent:
        pan = [frames.seconds(lambda: _pan(viewer, 4.0)) for _ in range(STEPS)]
    score = viewer.add_image(rng.random((4096, 4096), dtype=np.float32))
    frames.settle()

    def restretch() -> None:
        score.contrast_limits = (0.0, float(rng.uniform(0.6, 1.0)))

    limits = [frames.seconds(restretch) for _ in range(STEPS)]
    return {
        "start_s": shown,
        "peak_mib": memory,
        "frame_p95_s": p95(frame),
        "pan_s": float(np.median(pan)),
        "pan_uploads": len(sent),
        "limits_p95_s": p95(limits),
    }


def opening(project: Path) -> Found:
    """Open a project: until its places and both dates are painted, whatever is still worked out behind them."""
    from ..launch import open_review, review_dock

    start = perf_counter()
    viewer = open_review(project, ANALYST, block=False)
    frames = Frames(viewer)
    dock = review_dock(viewer)
    frames.until(lambda: not dock.busy)
    return {"open_s": frames.painted() - start, "peak_mib": peak_mib()}


def deciding(project: Path) -> Found:
    """Accept: from the key to the frame that shows it, with the verdict committed in between."""
    from qtpy.QtCore import Qt
    from qtpy.QtTest import QTest

    copy = project.with_name(f"deciding-{os.getpid()}.gpkg")
    shutil.copy(project, copy)  # nobody has decided anything there
    frames, session = _review(copy)
    frames.until(lambda: session.stage is not None and session.stage.change_map is not None)
    took = [frames.seconds(lambda: QTest.keyClick(frames.canvas, Qt.Key.Key_Y)) for _ in range(STEPS)]
    decided = len(session.project.verdicts())
    session.close()
    for file in copy.parent.glob(f"{copy.name}*"):
        file.unlink()
    if decided != STEPS:
        raise ViewerError(f"{STEPS} keys made {decided} verdicts; measure again with nobody at the keyboard.")
    return {"accept_p95_s": p95(took), "accept_s": float(np.median(took))}


def swiping(project: Path) -> Found:
    """Move the curtain: from the step to its frame."""
    frames, session = _review(project)
    frames.until(lambda: session.stage is not None and session.stage.change_map is not None)
    session.act("whole")
    session.compare_by("swipe", toggle=False)  # a review opens in the mode that it was left in
    frames.settle()
    turn = STEPS // 6  # at its ends the curtain would stand still
    ways = [*["later"] * turn, *["earlier"] * 2 * turn, *["later"] * 2 * turn, *["earlier"] * turn]
    with uploads() as sent:
        swipe = [frames.seconds(partial(session.act, way)) for way in ways]
    pictures = [shape for shape in sent if len(shape) == 3 and min(shape[:2]) > SMALL_PX]
    return {"swipe_s": float(np.median(swipe)), "swipe_uploads": len(pictures) / STEPS, "small": len(sent) / STEPS}


def threshold(_file: Path) -> Found:
    """Move the threshold on a map of 4096²: from the step to the frame with its marks and words."""
    from .made_map import desk_with_map

    viewer, frames = _empty()
    panel = desk_with_map(viewer, frames)
    scores = np.random.default_rng(0).uniform(0.45, 0.9, STEPS)
    took = [frames.seconds(partial(panel.histogram.move_to, float(score))) for score in scores]
    return {"step_p95_s": p95(took), "step_s": float(np.median(took))}


def large(cog: Path) -> Found:
    """Open an image of 20,000²: until its first picture is painted, and what that read and held."""
    viewer, frames = _empty()
    memory, read = peak_mib(), bytes_read()
    first = frames.seconds(lambda: viewer.open(str(cog), plugin="depotwatch"))
    zoomed = frames.seconds(lambda: setattr(viewer.scene.camera, "zoom", 1.0))
    for _ in range(STEPS // 3):
        frames.seconds(lambda: _pan(viewer, 200.0))
    share = float("nan") if read is None else ((bytes_read() or 0) - read) / cog.stat().st_size
    return {"first_s": first, "zoomed_s": zoomed, "more_mib": peak_mib() - memory, "share_read": share}


def _empty() -> "tuple[napari.Viewer, Frames]":
    import napari

    viewer = napari.Viewer()
    viewer.window.resize(*WINDOW_PX)
    frames = Frames(viewer)
    frames.seconds(lambda: None)
    return viewer, frames


def _review(project: Path) -> "tuple[Frames, Session]":
    from ..launch import open_review, review_dock

    viewer = open_review(project, ANALYST, block=False)
    frames, dock = Frames(viewer), review_dock(viewer)
    frames.until(lambda: not dock.busy)
    frames.settle()
    assert dock.session is not None and dock.session.stage is not None, dock.start.message.text()
    return frames, dock.session


def _pan(viewer: "napari.Viewer", by: float) -> None:
    _, y, x = viewer.scene.camera.center
    viewer.scene.camera.center = (0.0, y, x + by)


PARTS: Mapping[str, Callable[[Path], Found]] = {
    part.__name__: part for part in (empty, opening, deciding, swiping, threshold, large)
}

if __name__ == "__main__":
    print(json.dumps(PARTS[sys.argv[1]](Path(sys.argv[2]))), flush=True)
