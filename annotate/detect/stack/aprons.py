"""The ground that blocks stand on where it is of another colour than that around: aprons, roads, hard standings."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats, Mask
from .covered import full_shade, off_black, off_shade
from .lattice import LENGTHS_M, WIDTH_M

FLAT_M = 1.2  # half a box: over this a surface is even, and a gap between two boxes is not
EVEN, MOST_EVEN = 0.04, 0.1  # spread over it, as a share of the level, in the band that shows most
PLAINEST, ROUGHER = 0.25, 2.0  # of a scene's land, and how much rougher is still even
NARROWEST_M = 0.5  # of a box's top, once its edges are taken off
SHADE = 0.55  # of the same ground lit; what the sky leaves is a fifth to a third, and blur adds to it
AROUND = 0.7  # of what lies at the edge of other ground: an apron, lit or in shade
ALIKE = 0.2  # of the ground's level: the same surface, in the sun or in shade


def with_aprons(bands: Floats, ground: Floats, bare: Mask, valid: Mask, gsd_m: tuple[float, float]) -> Floats:
    """
    Return the ground under and around what covers the plain ground of a scene, float32 like `bands`.

    What is even over more than the top of a box, and lies all around, is no box, and goes on under those that it
    surrounds. A pixel near an apron and other ground is of the one of which it is a shade (`covered`), or of both.

    Parameters
    ----------
    bands
        float32 (bands, rows, columns).
    ground
        Like `bands`: the colour of the bare ground around.
    bare
        bool (rows, columns): where that is seen.
    valid
        bool (rows, columns).
    gsd_m
        Ground size of a pixel [y, x], metres.
    """
    size = [max(3, 2 * round(FLAT_M / gsd / 2) + 1) for gsd in gsd_m]
    pixel_m2 = gsd_m[0] * gsd_m[1]
    flat = _even(bands, valid, size) & (bands.mean(axis=0) > SHADE * ground.mean(axis=0))
    edge_m = max(pixels * gsd for pixels, gsd in zip(size, gsd_m, strict=True))
    top_m2 = max(WIDTH_M - edge_m, NARROWEST_M) * max(LENGTHS_M[1] - edge_m, WIDTH_M)
    rim = np.ones([2 * round(WIDTH_M / gsd) + 1 for gsd in gsd_m], dtype=np.uint8)
    rim_of_bare = cv2.dilate(bare.astype(np.uint8), rim) > 0
    apron, plain = _larger(flat & ~bare, top_m2 / pixel_m2, rim_of_bare), flat & bare
    if not apron.any() or not plain.any():
        return np.where(bare, bands, ground).astype(np.float32)
    nearest, _ = _nearest(bands, apron | plain)
    outside, _ = _nearest(bands, plain)
    number, parts, stats, _ = cv2.connectedComponentsWithStats((~bare).astype(np.uint8), connectivity=4)
    beside = stats[:, cv2.CC_STAT_AREA] - np.bincount(parts[apron], minlength=number)
    apron &= (beside * pixel_m2 >= 2 * WIDTH_M * LENGTHS_M[0])[parts]  # with room for two boxes
    if not apron.any():
        return np.where(bare, bands, nearest).astype(np.float32)
    inside, place = _nearest(bands, apron)
    levels, shade = off_black(np.maximum(inside, outside)), full_shade(nearest, bands, valid)
    off_apron, off_other = (off_shade(one, bands, shade, levels)[0] for one in (inside, outside))
    mixed = _mixture(bands, inside, outside)
    edge = rim_of_bare & (np.abs(bands - mixed) < ALIKE * levels).all(axis=0)
    outer = rim_of_bare & ~bare
    known = np.bincount(parts[outer & (edge | (np.minimum(off_apron, off_other) < ALIKE))], minlength=number)
    around = known >= AROUND * np.bincount(parts[outer], minlength=number)
    own = (parts.ravel()[place] == parts) & around[parts]
    beneath = np.where(own, np.where(off_apron <= off_other, inside, outside), nearest)
    paint = (np.minimum(off_apron, off_other) >= ALIKE) & (bands.mean(axis=0) >= SHADE * levels.mean(axis=0))
    beneath = np.where(own & paint, inside, beneath)
    beneath = np.where(own & edge, mixed, beneath)
    return np.where(bare, bands, np.where(around[parts], beneath, outside)).astype(np.float32)


def _even(bands: Floats, valid: Mask, size: list[int]) -> Mask:
    """Return where no band varies over a window of `size` (rows, columns)."""
    if not valid.any():
        return valid
    worst = np.zeros(valid.shape, dtype=np.float32)
    window = size[1], size[0]
    for band in bands:
        shown = np.where(valid, band / max(float(np.median(band[valid][::7])), 1e-6), 0).astype(np.float32)
        mean, square = cv2.blur(shown, window), cv2.blur(shown * shown, window)
        np.maximum(worst, np.sqrt(np.maximum(square - mean**2, 0)) / np.maximum(mean, 0.1), out=worst)
    usual = float(np.quantile(worst[valid][::7], PLAINEST))
    return np.asarray(valid & (worst < np.clip(ROUGHER * usual, EVEN, MOST_EVEN)))


def _mixture(bands: Floats, one: Floats, other: Floats) -> Floats:
    """Return what pixels are nearest to that show two surfaces at once, as those at the edge of both do."""
    way = one - other
    share = ((bands - other) * way).sum(axis=0) / np.maximum((way * way).sum(axis=0), 1e-9)
    return np.asarray(other + np.clip(share, 0, 1) * way, dtype=np.float32)


def _larger(flat: Mask, least_px: float, rim: Mask) -> Mask:
    """Return the connected parts of at least so many pixels that reach the rim: boxes between others do not."""
    number, labels, stats, _ = cv2.connectedComponentsWithStats(flat.astype(np.uint8), connectivity=4)
    keep = (stats[:, cv2.CC_STAT_AREA] >= least_px) & (np.bincount(labels[rim], minlength=number) > 0)
    keep[0] = False
    return np.asarray(keep[labels])


def _nearest(bands: Floats, known: Mask) -> tuple[Floats, NDArray[np.int64]]:
    """Return the colour of the nearest known pixel, smoothed, and where in the flattened image it is."""
    kind = cv2.DIST_LABEL_PIXEL
    _, labels = cv2.distanceTransformWithLabels((~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=kind)
    places = np.zeros(int(labels.max()) + 1, dtype=np.int64)
    places[labels[known]] = np.flatnonzero(known)
    place = places[labels]
    weight = np.maximum(cv2.blur(known.astype(np.float32), (3, 3)), 1e-6)
    found = np.empty_like(bands, dtype=np.float32)
    for band, into in zip(bands, found, strict=True):
        into[:] = (cv2.blur(np.where(known, band, 0).astype(np.float32), (3, 3)) / weight).ravel()[place]
    return found, place
