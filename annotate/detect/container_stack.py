"""
Container stacks: rectangles of boxes that stand where the ground was plain.

A block has straight edges in two directions, many steps of brightness and colour inside, and, where pixels are small
enough, a comb of edges at the pitch of boxes laid side by side. A roof lacks the steps, a pit the straight edges, and a
lorry the second box.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ...imagery.scene import ChangeMap, Floats, Mask, Scene, ScenePair, Sun
from ..kinds import Kind
from ..testable import Testability
from . import lattice, shadow, stack_count
from .block_view import Sight
from .boxes import Rectangle, least_rectangle, rectified
from .brightness import brightness
from .detection import Cancelled, Detection, calibrated, raise_if
from .frame import MetricFrame

FINEST_STEP_M = 0.4
JOIN_M = 2.6  # one slot: a dark box or an empty slot does not divide a block
BREAK_M = 1.5  # thinner than a box: kerbs, fences and remains of misregistration
LEAST_LENGTH_M = 5.4  # a little under one box
LEAST_WIDTH_M = 4.3  # two boxes side by side, or the side of one that has another on it: a single box is no stack
LEAST_FILL = 0.5
SLOT_M2 = 16.5  # one box of the shorter kind and its gaps
LEAST_CONTRAST = 0.2  # of a band's level: paint, steel and shade differ more from any yard
NOISE_UNITS = 4.0

LEAST_FRESH = 1.5  # below it the block stood on both dates
PLAIN = 0.03  # unevenness of the plainest ground

# Where a rectangle is as likely something else, and how far one piece of evidence may raise or lower the whole, as
# ratios to it. The statistic is the geometric mean of the ratios. Set on rendered scenes of two renderers.
EVEN = {
    "fresh": (5.0, 0.0, 1.2),  # times the unevenness of the same ground without it
    "cornered": (0.4, 0.0, 1.3),  # share of edges in two directions at right angles
    "steps": (6.0, 0.0, 2.0),  # noise units
    "fill": (0.7, 0.0, 1.4),  # of the rectangle
    "comb": (
        3.0,
        0.27,
        2.0,
    ),  # standard errors over clear slots; boxes of one colour leave none, so absence says little
    "slots": (5.0, 0.1, 2.4),  # boxes that would cover it: a lorry and its shadow cover four
}


@dataclass(frozen=True, eq=False)
class View:
    """One date in a metric frame: bands of both in units of the median, brightnesses, changed and shaded ground."""

    frame: MetricFrame
    bands: Floats
    ground: Floats
    date: Floats
    other: Floats
    changed: Mask
    dark: Mask
    noise: float


@dataclass(frozen=True)
class Evidence:
    """What speaks for a block, in the units of `EVEN`."""

    fill: float
    fresh: float
    cornered: float
    steps: float
    comb: lattice.Comb
    covered_m2: float
    resolvable: bool

    @property
    def statistic(self) -> float:
        """Geometric mean of the ratios to even odds."""
        found = {
            "fresh": self.fresh,
            "cornered": self.cornered,
            "steps": self.steps,
            "fill": self.fill,
            "comb": self.comb.clear_contrast,
            "slots": self.covered_m2 / SLOT_M2,
        }
        if not self.resolvable:
            del found["comb"]
        ratios = [
            np.clip(value / even, least, most)
            for value, (even, least, most) in ((found[name], EVEN[name]) for name in found)
        ]
        return float(np.prod(ratios) ** (1 / len(ratios)))


def container_stacks(
    pair: ScenePair, change: ChangeMap, kind: Kind, testability: Testability, cancelled: Cancelled | None = None
) -> list[Detection]:
    """
    Find blocks of boxes that appeared or vanished.

    Parameters
    ----------
    pair
        Registered and normalised.
    change
        Its change map; not used, as its threshold is made for faint changes and boxes are not faint.
    kind
        Bounds of the size of a block.
    testability
        Whether boxes may be counted at this pixel size.
    cancelled
        Asked between blocks.
    """
    found = []
    for word, scene, later in (("appeared", pair.after, True), ("vanished", pair.before, False)):
        view = _view(pair, scene, later)
        for rectangle, fill in _blocks(view, kind):
            raise_if(cancelled)
            evidence = _weigh(view, rectangle, fill, testability.count)
            if evidence.statistic >= 1.0 and evidence.fresh >= LEAST_FRESH:
                found.append(_detection(evidence, rectangle, word, view, scene.acquisition.sun, kind, testability))
    return [one for one in found if not one.polygon.is_empty]


def _view(pair: ScenePair, scene: Scene, later: bool) -> View:
    frame = MetricFrame.over(pair.grid, max(pair.grid.mean_gsd_m, FINEST_STEP_M))
    valid = pair.valid
    before, after = (frame.resample(one, valid)[0] for one in brightness(pair))
    date, other = (after, before) if later else (before, after)
    bare = pair.before if later else pair.after
    bands, ground, changed = [], [], np.zeros(frame.shape, dtype=bool)
    for number, band in enumerate(scene.pixels):
        level = np.float32(max(float(np.median(band[valid])), 1e-6) if valid.any() else 1.0)
        difference, inside = frame.resample((pair.after.pixels[number] - pair.before.pixels[number]) / level, valid)
        spread = 1.4826 * float(np.median(np.abs(difference[inside]))) if inside.any() else 0.0
        changed |= inside & (np.abs(difference) > max(LEAST_CONTRAST, NOISE_UNITS * spread))
        bands.append(frame.resample(band / level, valid)[0])
        ground.append(frame.resample(bare.pixels[number] / level, valid)[0])
    stack = np.stack(bands)
    noise = float(np.median(np.abs(np.gradient(stack, axis=2)))) + 1e-9
    return View(frame, stack, np.stack(ground), date, other, changed, shadow.shadow_mask(date, other), noise)


def _blocks(view: View, kind: Kind) -> Iterator[tuple[Rectangle, float]]:
    step = view.frame.step_m
    lit = (view.changed & ~view.dark).astype(np.uint8)
    joined = cv2.morphologyEx(lit, cv2.MORPH_CLOSE, _disc(JOIN_M, step))
    solid = cv2.morphologyEx(joined, cv2.MORPH_OPEN, _disc(BREAK_M, step))
    number, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    for label in range(1, number):
        column, row, columns, rows, area = (int(value) for value in stats[label])
        if area * step**2 < LEAST_LENGTH_M * LEAST_WIDTH_M * LEAST_FILL:
            continue
        window = slice(row, row + rows), slice(column, column + columns)
        pixels = labels[window] == label
        rectangle = least_rectangle(pixels, row, column, step)
        fill = area * step**2 / rectangle.area_m2
        fits = max(kind.length_m[0], LEAST_LENGTH_M) <= rectangle.length_m <= kind.length_m[1]
        fits = fits and max(kind.width_m[0], LEAST_WIDTH_M) <= rectangle.width_m <= kind.width_m[1]
        if fits and fill >= LEAST_FILL:
            yield rectangle, fill


def _disc(diameter_m: float, step_m: float) -> NDArray[np.uint8]:
    size = 2 * max(1, round(diameter_m / step_m / 2)) + 1 if diameter_m >= step_m else 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), dtype=np.uint8)


def _weigh(view: View, rectangle: Rectangle, fill: float, resolvable: bool) -> Evidence:
    step = view.frame.step_m
    turned = Rectangle(
        rectangle.x, rectangle.y, rectangle.width_m, rectangle.length_m, (rectangle.heading_deg + 90) % 180
    )
    combs, steps = [], []
    for side in (rectangle, turned):
        image = np.stack([rectified(band, side, step, lattice.FINE_M) for band in view.bands])
        profile = lattice.edge_profile(image)
        combs.append(lattice.fit_comb(profile))
        steps.append(float(np.median(profile)) / view.noise * max(step / lattice.FINE_M, 1.0))
    busy, plain = (_unevenness(rectified(date, rectangle, step, step)) for date in (view.date, view.other))
    comb = max(combs, key=lambda one: one.contrast)
    covered = fill * rectangle.area_m2
    return Evidence(fill, busy / (plain + PLAIN), _cornered(view, rectangle), max(steps), comb, covered, resolvable)


def _unevenness(image: Floats) -> float:
    return float(image.std() / max(abs(float(image.mean())), 1e-6))


def _cornered(view: View, rectangle: Rectangle) -> float:
    """Return the fourfold order of edge directions: 1 if all are parallel or at right angles, 0 if evenly spread."""
    image = rectified(view.date, rectangle, view.frame.step_m, view.frame.step_m, 1.0)
    down, right = np.gradient(cv2.GaussianBlur(image, (0, 0), 0.7))
    strength = np.hypot(down, right)
    return float(np.abs((strength * np.exp(4j * np.arctan2(down, right))).sum()) / max(float(strength.sum()), 1e-9))


def _detection(
    evidence: Evidence,
    rectangle: Rectangle,
    word: str,
    view: View,
    sun: Sun | None,
    kind: Kind,
    testability: Testability,
) -> Detection:
    terms: dict[str, float | str | bool] = {
        "statistic": round(evidence.statistic, 3),
        "threshold": 1.0,
        "fill": round(evidence.fill, 3),
        "fresh": round(evidence.fresh, 3),
        "cornered": round(evidence.cornered, 3),
        "steps": round(evidence.steps, 3),
        "comb_contrast": round(evidence.comb.contrast, 3),
        "length_m": round(rectangle.length_m, 1),
        "width_m": round(rectangle.width_m, 1),
        "heading_deg": round(rectangle.heading_deg, 1),
    }
    count = None
    if kind.countable:
        sight = Sight(view.bands, view.ground, view.frame.step_m, view.frame.grid.mean_gsd_m, sun)
        bounds = stack_count.count_boxes(sight, rectangle, testability.count)
        terms |= bounds.terms
        count = bounds.count
    return Detection(
        kind.name, word, "unknown", rectangle.polygon(view.frame), calibrated(evidence.statistic, 1.0), count, terms
    )
