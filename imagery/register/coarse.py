"""The first rung: a shift of hundreds of pixels, a small rotation and scale, partial overlap, or no answer at all.

Masked normalised cross-correlation (Padfield 2012, TIP 21(5)) of edges: every shift is judged on its own overlap only.
Rotations and scales are tried one by one on a small image, where neighbouring ones still correlate; what lies between
is left to the ties.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from ..scene import Floats, Mask
from .place import Model, identity
from .structure import Image

MIN_OVERLAP = 0.10  # of the smaller image
MIN_PEAK_RATIO = 1.25  # of the best correlation to the best elsewhere
BESIDE_PX = 4  # from a peak, elsewhere begins
POSES_SIDE_PX = 256
TURNS_DEG = (0.0, 1.5, -1.5, 3.0, -3.0, 4.5, -4.5, 6.0, -6.0)  # half a step is a pixel at the edge of the small image
SCALES = (1.0, 0.97, 1.03)


@dataclass(frozen=True, eq=False)
class _Edges:
    """Edge strength, and where it is known."""

    values: Floats
    mask: Mask


def coarse_models(before: Image, after: Image) -> Iterator[Model]:
    """
    Find where one image lies on another of about its scale.

    Parameters
    ----------
    before, after
        Structure images of any two shapes.

    Yields
    ------
    Model
        From a before pixel to where it is on the after image, float64 (2, 3), the likeliest first; only those of which
        one peak stands out. A turn is within half a step of the truth, a shift within some pixels.
    """
    fixed, moving = (_Edges(_edges(image.values, image.mask), image.mask) for image in (before, after))
    poses = [identity()]
    turned = _best_pose(fixed, moving)
    if turned is not None and not np.array_equal(turned[:, :2], np.eye(2)):
        poses.append(turned)
    found = [_match(fixed, moving, pose) for pose in poses]
    for strength, ratio, model in sorted(found, key=lambda match: -match[0]):
        if strength > 0 and ratio >= MIN_PEAK_RATIO:
            yield model


def common_shift(windows: Sequence[tuple[Image, Image]]) -> tuple[float, float] | None:
    """
    Find one shift of several windows, by what their correlations say together.

    Parameters
    ----------
    windows
        Structure images before, and after of more around them, as much on every side; of whatever shapes.

    Returns
    -------
    (column, row) or None
        From a before pixel to where it is on the after image; None unless one peak stands out.
    """
    together: NDArray[np.float64] | None = None
    for before, after in windows:
        edges = [_edges(image.values, image.mask) for image in (before, after)]
        strength = _masked_ncc(edges[0], edges[1], before.mask, after.mask)
        reach = [(wide - narrow) // 2 for wide, narrow in zip(after.shape, before.shape, strict=True)]
        middle = [(size - 1) // 2 for size in strength.shape]
        around = strength[tuple(slice(at - far, at + far + 1) for at, far in zip(middle, reach, strict=True))]
        together = around if together is None else together + around
    if together is None:
        return None
    best, ratio, row, column = _peak(together)
    centre = [size // 2 for size in together.shape]
    return (centre[1] - column, centre[0] - row) if best > 0 and ratio >= MIN_PEAK_RATIO else None


def _best_pose(fixed: _Edges, moving: _Edges) -> Model | None:
    """Return the turn and scale, about the centre of `moving`, that correlates best at small size."""
    step = max(1, int(np.ceil(max(*fixed.mask.shape, *moving.mask.shape) / POSES_SIDE_PX)))
    if min(*fixed.mask.shape, *moving.mask.shape) < 32 * step:
        return None
    little, moved = (_reduced(edges, step) for edges in (fixed, moving))
    centre = (np.array(moving.mask.shape[::-1]) - 1) / 2
    poses = [(turn, scale) for scale in SCALES for turn in TURNS_DEG]
    amid = (np.array(moved.mask.shape[::-1]) - 1) / 2
    tried = [_match(little, moved, _pose(amid, *pose)) for pose in poses]
    best = max(range(len(poses)), key=lambda index: tried[index][0])
    return _pose(centre, *poses[best])


def _pose(centre: NDArray[np.float64], turn_deg: float, scale: float) -> Model:
    """Return a turn (clockwise as seen) and scale about a centre: float64 (2, 3)."""
    cos, sin = scale * np.cos(np.radians(turn_deg)), scale * np.sin(np.radians(turn_deg))
    matrix = np.array([[cos, -sin], [sin, cos]])
    return np.column_stack([matrix, centre - matrix @ centre])


def _match(fixed: _Edges, moving: _Edges, pose: Model) -> tuple[float, float, Model]:
    """
    Return how far the best shift of `moving`, posed, stands above chance, over the best elsewhere, and the model.

    Correlations of chance grow as their overlap shrinks, by the root of its pixels; so they are weighted by that.
    """
    if not np.array_equal(pose, identity()):
        moving = _posed(moving, pose)
    strength = _masked_ncc(fixed.values, moving.values, fixed.mask, moving.mask)
    best, ratio, row, column = _peak(strength)
    shift = np.array([moving.mask.shape[1] - 1 - column, moving.mask.shape[0] - 1 - row])
    model = np.column_stack([pose[:, :2], pose[:, :2] @ shift + pose[:, 2]])
    return best, ratio, model


def _peak(strength: NDArray[np.float64]) -> tuple[float, float, int, int]:
    """Return the highest value, what it is of the highest elsewhere, and its row and column."""
    row, column = (int(at) for at in np.unravel_index(int(np.argmax(strength)), strength.shape))
    elsewhere = strength.copy()
    top, left = max(0, row - BESIDE_PX), max(0, column - BESIDE_PX)
    elsewhere[top : row + BESIDE_PX + 1, left : column + BESIDE_PX + 1] = 0
    best = float(strength[row, column])
    return best, best / max(float(elsewhere.max()), 1e-9), row, column


def _posed(edges: _Edges, pose: Model) -> _Edges:
    """Turn and scale an image about its centre; its corners fall out of the frame."""
    size, flags = edges.mask.shape[::-1], cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    values = cv2.warpAffine(edges.values, pose, size, flags=flags, borderValue=0)
    share = cv2.warpAffine(edges.mask.astype(np.float32), pose, size, flags=flags, borderValue=0)
    mask = share > 0.99
    return _Edges(np.where(mask, values, 0).astype(np.float32), mask)


def _reduced(edges: _Edges, step: int) -> _Edges:
    """Mean over squares of step × step pixels."""
    if step == 1:
        return edges
    rows, columns = (size // step for size in edges.mask.shape)
    part = np.s_[: rows * step, : columns * step]
    values, share = (
        cv2.resize(image[part].astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
        for image in (edges.values, edges.mask)
    )
    return _Edges(np.asarray(values, np.float32), np.asarray(share > 0.5))


def _edges(image: Floats, mask: Mask) -> Floats:
    """Edge strength, compressed: what survives season and sun."""
    blurred = cv2.GaussianBlur(image, (0, 0), 1.0)
    dx = cv2.Sobel(blurred, cv2.CV_32F, 1, 0)
    dy = cv2.Sobel(blurred, cv2.CV_32F, 0, 1)
    strength = np.sqrt(np.hypot(dx, dy))
    local = strength - cv2.GaussianBlur(strength, (0, 0), 8.0)
    sure = cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=1) > 0
    return np.where(sure, local, 0).astype(np.float32)


def _masked_ncc(fixed: Floats, moving: Floats, fixed_mask: Mask, moving_mask: Mask) -> NDArray[np.float64]:
    """Correlation at every shift times the root of the share that overlaps; 0 where they overlap too little."""
    shape = [fft.next_fast_len(a + b - 1, real=True) for a, b in zip(fixed.shape, moving.shape, strict=True)]
    full = tuple(slice(0, a + b - 1) for a, b in zip(fixed.shape, moving.shape, strict=True))

    def spectrum(image: NDArray[np.float64]) -> NDArray[np.complex128]:
        return np.asarray(fft.rfft2(image, shape, workers=2))

    def correlate(a: NDArray[np.complex128], b: NDArray[np.complex128]) -> NDArray[np.float64]:
        return np.asarray(fft.irfft2(a * b, shape, workers=2)[full])

    a, b = (fixed * fixed_mask).astype(np.float64), (moving * moving_mask).astype(np.float64)[::-1, ::-1]
    am, bm = fixed_mask.astype(np.float64), moving_mask.astype(np.float64)[::-1, ::-1]
    fa, fb, fam, fbm = spectrum(a), spectrum(b), spectrum(am), spectrum(bm)
    count = np.maximum(correlate(fam, fbm), 1e-3)
    sum_a, sum_b = correlate(fa, fbm), correlate(fam, fb)
    covariance = correlate(fa, fb) - sum_a * sum_b / count
    variance_a = correlate(spectrum(a * a), fbm) - sum_a**2 / count
    variance_b = correlate(fam, spectrum(b * b)) - sum_b**2 / count
    spread = np.sqrt(np.clip(variance_a, 0, None) * np.clip(variance_b, 0, None))
    enough = (count > MIN_OVERLAP * min(fixed_mask.sum(), moving_mask.sum())) & (spread > 1e-3 * spread.max())
    share = np.clip(count / max(1, min(fixed_mask.sum(), moving_mask.sum())), 0, 1)
    return np.where(enough, covariance / np.where(enough, spread, 1) * np.sqrt(share), 0)
