"""Container stacks on one date: what would have appeared on the plain ground of the yard."""

from dataclasses import replace

import cv2
import numpy as np

from ....imagery.scene import ChangeMap, Floats, Mask, Null, Registration, Residual, Scene, ScenePair
from ...kinds import Kind
from ...testable import Testability
from ..arbitration import OVERLAP, arbitrate, shared
from ..detection import Cancelled, Detection
from ..plain_ground import plain_ground
from .aprons import with_aprons
from .container_stack import container_stacks

CHANGED, MOST_CHANGED = 0.2, 0.4  # of the ground's level
UNREST = 2.5  # times how far half of the ground lies from its level: grass and gravel are restless
SPECK_M = 1.2  # tufts and stones, half a box wide
NEAR_M = 8.0  # a block of boxes and its shade are left behind within two or three of these
FAINT = 0.02  # of bare ground near: from there on that of the whole yard stands in
BOX_M = 2.6  # a box of the ground's colour between others hides ground as well


def standing_stacks(
    scene: Scene, kind: Kind, testability: Testability, cancelled: Cancelled | None = None
) -> list[Detection]:
    """
    Find blocks of boxes that stand on one date.

    The scene is set beside the same ground without anything on it, so that one date and two are looked at with the same
    eye: first beside the ground that is nearest, aprons included (`with_aprons`), then, where nothing was found so,
    beside the bare ground around (`plain_ground`). Ground under a dense yard is guessed from the aisles.

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
    found: list[Detection] = []
    aprons, around = _grounds(scene)
    for pair, levels in ((aprons, aprons.before.pixels), (around, None)):
        came = container_stacks(pair, _change(pair), kind, testability, cancelled, levels)
        came = arbitrate([replace(one, change="present") for one in came if one.change == "appeared"], [])
        found.extend([one for one in came if all(shared(one, other) <= OVERLAP for other in found)])
    return found


def without_boxes(scene: Scene) -> ScenePair:
    """Return a scene beside the same ground without anything on it, as if that were an earlier date."""
    return _grounds(scene)[0]


def _grounds(scene: Scene) -> tuple[ScenePair, ScenePair]:
    """Return a scene beside the ground that is nearest, aprons included, and beside the bare ground around."""
    ground, yard = plain_ground(scene.pixels, scene.mask, scene.grid.gsd_m)
    ground = _nearby(scene, ground, _covered(scene, ground))
    covered = _covered(scene, ground)
    aprons = with_aprons(scene.pixels, ground, ~covered, scene.mask, scene.grid.gsd_m)
    around = np.where(covered, ground, scene.pixels).astype(np.float32)
    still = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.0, 0.0, 0.0, 0.0, 0))
    first, second = (ScenePair(replace(scene, pixels=one, mask=yard), scene, still) for one in (aprons, around))
    return first, second


def _covered(scene: Scene, ground: Floats) -> Mask:
    """Return what is not of the ground's colour, and what lies within a box's width between."""
    apart = (np.abs(scene.pixels - ground) / np.maximum(ground, 1e-6)).max(axis=0)
    usual = float(np.median(apart[scene.mask][::7])) if scene.mask.any() else 0.0
    there = (apart > np.clip(UNREST * usual, CHANGED, MOST_CHANGED)).astype(np.uint8)
    whole, joint = (
        np.ones([2 * round(size / gsd / 2) + 1 for gsd in scene.grid.gsd_m], np.uint8) for size in (SPECK_M, BOX_M)
    )
    return cv2.morphologyEx(cv2.morphologyEx(there, cv2.MORPH_OPEN, whole), cv2.MORPH_CLOSE, joint) > 0


def _nearby(scene: Scene, ground: Floats, covered: Mask) -> Floats:
    """Return the colour of the bare ground closest by, as grass and soil change over less than a yard's length."""
    bare = (scene.mask & ~covered).astype(np.float32)
    sigmas = [NEAR_M / gsd for gsd in scene.grid.gsd_m]
    weight = cv2.GaussianBlur(bare, (0, 0), sigmas[1], sigmaY=sigmas[0])
    near = [cv2.GaussianBlur(band * bare, (0, 0), sigmas[1], sigmaY=sigmas[0]) for band in scene.pixels]
    return np.asarray((np.stack(near) + FAINT * ground) / (weight + FAINT), dtype=np.float32)


def _change(pair: ScenePair) -> ChangeMap:
    """Return how far the scene is from its plain ground, in units of `CHANGED`."""
    level = np.maximum(pair.before.pixels.mean(axis=0), 1e-6)
    signed = ((pair.after.pixels - pair.before.pixels).mean(axis=0) / level / CHANGED).astype(np.float32)
    signed = np.where(pair.valid, signed, np.nan).astype(np.float32)
    score = (np.abs(signed) / (np.abs(signed) + 1)).astype(np.float32)
    null = Null(np.array([0.0, 1.0]), np.array([1.0, 0.0]), np.array([1.0, 0.0]), "none: one date alone")
    return ChangeMap(pair.grid, score, "plain ground", 1.0, null, 0.0, signed)
