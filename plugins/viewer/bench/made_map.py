"""A change map of 4096² on the canvas with its panel: random, to measure a step of its threshold."""

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np

from ....annotate.kinds import load_kinds
from ....imagery.grid import Grid
from ....imagery.scene import Acquisition, ChangeMap, Null, Scene
from ..map_panel import MapPanel
from ..shown import Shown
from ..stage import Stage
from .frames import Frames

if TYPE_CHECKING:
    import napari

    from ..session import Session

SIDE_PX, OBJECTS = 4096, 5000


def desk_with_map(viewer: "napari.Viewer", frames: Frames) -> MapPanel:
    """Return the panel, docked, with the objects of its map counted."""
    change = made_map()
    pixels = np.random.default_rng(3).integers(0, 255, (1, *change.grid.shape)).astype(np.float32)
    mask = np.ones(change.grid.shape, dtype=np.bool_)
    scenes = [Scene(change.grid, pixels, mask, ("1",), Acquisition(synthetic=True), Path("synthetic"), n) for n in "ab"]
    stage = Stage(viewer, Shown(scenes[0], "a", scenes[1], "b", change), load_kinds(), synthetic=True)
    session = cast("Session", SimpleNamespace(stage=stage))
    panel = MapPanel(session)
    viewer.window.add_dock_widget(panel, name="change map")
    panel.show_map()
    frames.until(lambda: "objects of" in panel.words.text())
    return panel


def made_map(side_px: int = SIDE_PX) -> ChangeMap:
    """Return a map of smooth noise with thousands of objects in it, weak and strong."""
    import cv2

    rng = np.random.default_rng(2)
    noise = cv2.GaussianBlur(rng.standard_normal((side_px, side_px), dtype=np.float32), (0, 0), 1.5)
    rows, columns = rng.integers(0, side_px, (2, OBJECTS))
    peaks = np.zeros_like(noise)
    peaks[rows, columns] = rng.exponential(40.0 * float(noise.std()), OBJECTS)
    noise = np.asarray(noise + 6 * cv2.GaussianBlur(peaks, (0, 0), 1.5), dtype=np.float32)
    distance = np.abs(noise / np.float32(noise.std())).astype(np.float32)
    threshold = 3.5
    levels = np.linspace(0.1, 6.0, 200)
    share = np.exp(-(levels**2) / 2)
    null = Null(levels, 1e4 * share, share, "made for a benchmark")
    grid = Grid.without_crs((side_px, side_px), 1.0, 1.0)
    score = (distance / (distance + np.float32(threshold))).astype(np.float32)
    return ChangeMap(grid, score, "made", threshold, null, 1.0, distance, "made for a benchmark")
