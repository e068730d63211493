"""How much of a change is haze, cloud or the shadow of a cloud: it has no edge, and one sign in every band."""

import cv2
import numpy as np

from ....imagery.scene import Floats
from .patch import Patch

SOFT_PX, SOFT_M = 5.0, 8.0  # no edge of a thing on the ground is as wide
RESOLVED_M, FIELD_M = 3.3, 100.0  # where pixels are larger, things side by side run into one slope, as wide as a field
LEAST_PIXELS = 8  # that a mean is taken over
ONE_SIGN = 0.5  # of the energy that the mean alone must hold: cloud brightens or shade darkens, and neither does both


def soft(patch: Patch, gsd_m: float) -> float:
    """
    Return the share of a change that is smooth, where it has no edge; 0 where it has one.

    Parameters
    ----------
    patch
        With `reach_px` of at least `soft_reach_px`.
    gsd_m
        Side of a pixel.
    """
    width = soft_width_px(gsd_m)
    change = np.where(patch.valid[..., None], patch.change, 0)
    inside = patch.outline & patch.valid
    if not inside.any():
        return 0.0
    means = change[inside].mean(axis=0)
    if (means**2).sum() < ONE_SIGN * (change[inside] ** 2).sum(axis=-1).mean() or np.ptp(np.sign(means)) != 0:
        return 0.0
    if edge_width_px(np.abs(change.sum(axis=-1)), patch, int(np.ceil(width))) < width:
        return 0.0
    weight = cv2.GaussianBlur(patch.valid.astype(np.float32), (0, 0), width / 2)[..., None]
    smooth = cv2.GaussianBlur(change, (0, 0), width / 2).reshape(change.shape) / np.maximum(weight, 1e-3)
    return patch.explained(np.asarray(change - smooth, dtype=np.float32))


def soft_width_px(gsd_m: float) -> float:
    """Return the width from which an edge is soft."""
    return max(SOFT_PX, (SOFT_M if gsd_m <= RESOLVED_M else FIELD_M) / gsd_m)


def soft_reach_px(gsd_m: float) -> int:
    """Return how far around a candidate its edge is looked at."""
    return int(np.ceil(1.5 * soft_width_px(gsd_m)))


def edge_width_px(change: Floats, patch: Patch, reach: int) -> float:
    """
    Return the width of the edge along the outline: what the change falls by across it, over its steepest fall.

    The mean over the outline at each distance, so that texture does not count; as far in as the outline goes.
    """
    into, out = (
        cv2.distanceTransform(one.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        for one in (patch.outline, ~patch.outline)
    )
    distance = np.where(patch.outline, into - 1, -out)
    near = patch.valid & (distance >= -reach)
    at = np.floor(distance[near]).astype(int) + reach
    number = np.bincount(at)
    enough = number >= LEAST_PIXELS
    profile = np.bincount(at, change[near])[enough] / number[enough]
    if len(profile) < 3:
        return 0.0
    steepest = float(np.diff(profile).max())
    return float(profile.max() - profile.min()) / steepest if steepest > 0 else 0.0
