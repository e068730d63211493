"""Container stacks on one date: what would have appeared on the plain ground of the yard."""

from dataclasses import replace

import cv2
import numpy as np

from ....imagery.scene import ChangeMap, Null, Registration, Residual, Scene, ScenePair
from ...kinds import Kind
from ...testable import Testability
from ..detection import Cancelled, Detection
from ..plain_ground import plain_ground
from .container_stack import container_stacks

CHANGED = 0.2  # of the ground's level
BOX_M = 2.6  # a box of the ground's colour between others hides ground as well


def standing_stacks(
    scene: Scene, kind: Kind, testability: Testability, cancelled: Cancelled | None = None
) -> list[Detection]:
    """
    Find blocks of boxes that stand on one date.

    The scene is set beside the same ground without anything on it, as `plain_ground` gives it, so that one date and two
    are looked at with the same eye. Ground under a dense yard is guessed from the aisles.

    Parameters
    ----------
    scene
        Optical.
    kind
        Bounds of the size of a block.
    testability
        Whether boxes may be counted at this pixel size.
    cancelled
        Asked between blocks.
    """
    ground, yard = plain_ground(scene.pixels, scene.mask, scene.grid.gsd_m)
    apart = np.abs(scene.pixels - ground).max(axis=0) > CHANGED * np.maximum(ground.mean(axis=0), 1e-6)
    sides = [2 * round(BOX_M / gsd / 2) + 1 for gsd in scene.grid.gsd_m]
    covered = cv2.morphologyEx(apart.astype(np.uint8), cv2.MORPH_CLOSE, np.ones(sides, np.uint8)) > 0
    ground = np.where(covered, ground, scene.pixels).astype(np.float32)
    still = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.0, 0.0, 0.0, 0.0, 0))
    pair = ScenePair(replace(scene, pixels=ground, mask=yard), scene, still)
    found = container_stacks(pair, _change(pair), kind, testability, cancelled)
    return [replace(one, change="present") for one in found if one.change == "appeared"]


def _change(pair: ScenePair) -> ChangeMap:
    """Return how far the scene is from its plain ground, in units of `CHANGED`."""
    level = np.maximum(pair.before.pixels.mean(axis=0), 1e-6)
    signed = ((pair.after.pixels - pair.before.pixels).mean(axis=0) / level / CHANGED).astype(np.float32)
    signed = np.where(pair.valid, signed, np.nan).astype(np.float32)
    score = (np.abs(signed) / (np.abs(signed) + 1)).astype(np.float32)
    null = Null(np.array([0.0, 1.0]), np.array([1.0, 0.0]), np.array([1.0, 0.0]), "none: one date alone")
    return ChangeMap(pair.grid, score, "plain ground", 1.0, null, 0.0, signed)
