"""Straight lines of an image: segments that lie on one line, joined across what interrupts them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats
from ..boxes import Rectangle

SEGMENT_M = 4.0  # shorter ones have no heading
SEED_M = 8.0  # a line starts from one as long as most of a wagon
BROKEN_M = 26.0  # a wagon of the ground's own brightness shows no edge
TURNED_DEG = 4.0  # of a short segment against its line
BESIDE_M = 0.6
SWING = 0.03  # how much farther off a line may lie for each metre along it, until it is fitted
SWING_M = 40.0
FITS = 3
TURNED_ALIKE_DEG = 1.0
CONTRAST = (0.002, 0.998)  # of an image's values span the levels that segments are looked for in


def straight_lines(channels: Floats, step_m: float, least_m: float, covers_m: float) -> list[Rectangle]:
    """
    Return straight lines, longest first; those that one strip around another covers are left out.

    Segments: von Gioi et al. 2010, PAMI 32(4):722.

    Parameters
    ----------
    channels
        float32 (k, rows, columns) of a metric frame; a line may show in any.
    step_m
        Pixel side of the frame.
    least_m
        Of a line's length, metres.
    covers_m
        Half the width of the strip that will be looked at around each line; the width of the result is twice that.
    """
    segments = _segments(channels, step_m)
    found = sorted(_joined(segments, step_m, least_m, covers_m), key=lambda one: -one.length_m)
    kept: list[Rectangle] = []
    for one in found:
        if not any(_covered(one, other, step_m) for other in kept):
            kept.append(one)
    return kept


def _segments(channels: Floats, step_m: float) -> NDArray[np.float64]:
    """Return (n, 2, 2): both ends (x, y) of each segment, longest first."""
    detector = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD, scale=1.0)
    found = [np.empty((0, 2, 2))]
    for channel in channels:
        low, high = np.quantile(channel[::3, ::3], CONTRAST)
        levels = np.clip((channel - low) / max(float(high - low), 1e-6) * 255, 0, 255).astype(np.uint8)
        lines = detector.detect(levels)[0]
        if lines is not None:
            found.append(np.asarray(lines, dtype=np.float64).reshape(-1, 2, 2) + 0.5)
    segments = np.concatenate(found)
    lengths = np.hypot(*(segments[:, 1] - segments[:, 0]).T)
    order = np.argsort(-lengths, kind="stable")
    return np.asarray(segments[order[lengths[order] * step_m >= SEGMENT_M]])


def _joined(segments: NDArray[np.float64], step_m: float, least_m: float, covers_m: float) -> list[Rectangle]:
    across = segments[:, 1] - segments[:, 0]
    lengths, turns = np.hypot(*across.T), np.arctan2(across[:, 1], across[:, 0]) % np.pi
    used = np.zeros(len(segments), dtype=bool)
    by_turn = np.argsort(turns, kind="stable")
    found = []
    for seed in range(len(segments)):
        if lengths[seed] * step_m < SEED_M:
            break
        if used[seed]:
            continue
        middle, turn = segments[seed].mean(axis=0), float(turns[seed])
        members: NDArray[np.intp] = np.array([seed])
        for attempt in range(FITS):
            members = _on_line(
                segments, _alike(turns, by_turn, turn), middle, turn, step_m, SWING if attempt == 0 else 0.0
            )
            if not len(members):
                break
            middle, turn = _fitted(segments[members], lengths[members])
        used[seed] = True
        used[members] = True
        if len(members):
            ahead = np.array([np.cos(turn), np.sin(turn)])
            spots = (segments[members].reshape(-1, 2) - middle) @ ahead
            length, centre = float(np.ptp(spots)) * step_m, middle + ahead * (spots.min() + spots.max()) / 2
            if length >= least_m:
                heading = float(np.degrees(np.arctan2(ahead[0], -ahead[1])) % 180.0)
                found.append(Rectangle(float(centre[0]), float(centre[1]), length, 2 * covers_m, heading))
    return found


def _alike(turns: NDArray[np.float64], by_turn: NDArray[np.intp], turn: float) -> NDArray[np.intp]:
    """Return the segments that turn about the same way, from their order by turn; half a turn is none."""
    ordered, slack = turns[by_turn], np.radians(TURNED_DEG)
    parts = [
        by_turn[slice(*np.searchsorted(ordered, (turn + whole - slack, turn + whole + slack)))]
        for whole in (-np.pi, 0.0, np.pi)
    ]
    return np.concatenate(parts)


def _on_line(
    segments: NDArray[np.float64],
    alike: NDArray[np.intp],
    middle: NDArray[np.float64],
    turn: float,
    step_m: float,
    swing: float,
) -> NDArray[np.intp]:
    """Return those of some segments that lie on a line, as far as it goes from its middle without a long break."""
    ahead = np.array([np.cos(turn), np.sin(turn)])
    apart = (segments[alike] - middle) * step_m
    spots, off = apart @ ahead, np.abs(apart @ np.array([-ahead[1], ahead[0]])).max(axis=1)
    near = off < BESIDE_M + swing * np.minimum(np.abs(spots.mean(axis=1)), SWING_M)
    alike, starts, ends = alike[near], spots[near].min(axis=1), spots[near].max(axis=1)
    order = np.argsort(starts, kind="stable")
    alike, starts, ends = alike[order], starts[order], ends[order]
    reach = np.maximum.accumulate(ends) if len(ends) else ends
    parts = np.split(np.arange(len(alike)), np.flatnonzero(starts[1:] > reach[:-1] + BROKEN_M) + 1)
    for part in parts:
        if len(part) and starts[part[0]] <= 0 <= reach[part[-1]]:
            return np.asarray(alike[part])
    return np.empty(0, dtype=np.intp)


def _fitted(segments: NDArray[np.float64], lengths: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Return a point and the turn of the line of least squares through segments, by their lengths."""
    points, weights = segments.reshape(-1, 2), np.repeat(lengths, 2)
    middle = np.average(points, axis=0, weights=weights)
    ahead = np.linalg.svd((points - middle) * np.sqrt(weights)[:, None], full_matrices=False)[2][0]
    return np.asarray(middle), float(np.arctan2(ahead[1], ahead[0]) % np.pi)


def _covered(one: Rectangle, other: Rectangle, step_m: float) -> bool:
    """Return True where all of a line lies well within the strip around another one."""
    turned = abs((one.heading_deg - other.heading_deg + 90.0) % 180.0 - 90.0)
    apart = np.array([one.x - other.x, one.y - other.y]) * step_m
    off = abs(float(apart @ other.across)) + one.length_m / 2 * np.radians(turned)
    past = abs(float(apart @ other.along)) + one.length_m / 2 - other.length_m / 2
    return bool(turned < TURNED_ALIKE_DEG and off < other.width_m / 4 and past < SEED_M)
