"""
Container stacks: rectangles of boxes that stand where the ground was plain.

A block has straight edges in two directions, many steps of brightness and colour inside, and, where pixels are small
enough, a comb of edges at the pitch of boxes laid side by side. A roof lacks the steps, a pit the straight edges, and a
lorry the second box.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ....imagery.scene import ChangeMap, Floats, ScenePair, Sun
from ...kinds import Kind
from ...testable import Testability
from ..boxes import Rectangle, rectified, rectified_bands
from ..detection import Cancelled, Detection, calibrated, raise_if
from ..frame import MetricFrame
from . import lattice
from .count import count_boxes
from .outlining import RESOLVED_M, outlines
from .patches import patches
from .view import Sight
from .windows import View, Windows

FINEST_STEP_M = 0.4
LEAST_LENGTH_M = 5.4  # a little under one box
LEAST_WIDTH_M = 4.3  # two boxes side by side, or the side of one that has another on it: a single box is no stack
LEAST_FILL = 0.4
SLOT_M2 = 16.5  # one box of the shorter kind and its gaps
LEAST_FRESH = 1.5  # below it the block stood on both dates
PLAIN = 1.0  # noise unit, of steps on the plainest ground

# Where a rectangle is as likely something else, and how far one piece of evidence may raise or lower the whole, as
# ratios to it. The statistic is the geometric mean of the ratios. Set between what blocks of boxes and what pits, pads,
# sheds and vehicles show on rendered scenes of two renderers.
EVEN = {
    "fresh": (3.5, 0.0, 1.5),  # steps inside, times those of the same ground without it
    "cornered": (0.35, 0.0, 1.3),  # share of edges in two directions at right angles
    "steps": (7.5, 0.0, 2.0),  # noise units
    "fill": (0.55, 0.0, 1.3),  # of the rectangle
    "comb": (2.0, 0.4, 2.0),  # standard errors over clear slots; boxes of one colour leave none: absence says little
    "slots": (2.5, 0.3, 2.0),  # boxes that would cover it
    "hues": (0.11, 0.5, 2.0),  # spread of colour within; a roof or a heap has one colour, and so may a block
}
# Where single boxes are not resolved, edges say little and the mixture of their colours most: it counts twice.
EVEN_COARSE = {
    "fresh": (4.2, 0.0, 1.3),
    "steps": (9.0, 0.0, 1.3),
    "fill": (0.65, 0.0, 1.3),
    "slots": (3.0, 0.3, 1.5),
    "hues": (0.06, 0.3, 1.5),
    "hues again": (0.06, 0.3, 1.5),
}


@dataclass(frozen=True)
class Evidence:
    """What speaks for a block, in the units of `EVEN`."""

    fill: float
    fresh: float
    cornered: float
    steps: float
    comb: lattice.Comb
    covered_m2: float
    hues: float | None
    coarse: bool

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
            "hues": self.hues,
            "hues again": self.hues,
        }
        ratios = [
            np.clip(value / even, least, most)
            for name, (even, least, most) in (EVEN_COARSE if self.coarse else EVEN).items()
            if (value := found[name]) is not None
        ]
        return float(np.prod(ratios) ** (1 / len(ratios)))


def container_stacks(
    pair: ScenePair,
    change: ChangeMap,
    kind: Kind,
    testability: Testability,
    cancelled: Cancelled | None = None,
    levels: Floats | None = None,
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
    levels
        float32 (bands, rows, columns), of the ground; None where the surroundings have to tell.
    """
    found: list[tuple[int, int, Detection]] = []
    frame = MetricFrame.over(pair.grid, max(pair.grid.mean_gsd_m, FINEST_STEP_M))
    blocks = [one for patch in patches(frame, pair, levels) for one in outlines(patch) if _fits(*one, kind)]
    if not blocks:
        return []
    for window, number, rectangle, fill in Windows.over(pair, frame).around(blocks):
        raise_if(cancelled)
        for place, (word, scene) in enumerate((("appeared", pair.after), ("vanished", pair.before))):
            view = window.view(later=word == "appeared")
            evidence = _weigh(view, view.own(rectangle), fill)
            if evidence is not None and evidence.statistic >= 1.0:
                one = _detection(evidence, rectangle, word, view, scene.acquisition.sun, kind, testability)
                found.append((place, number, one))
    return [one for *_, one in sorted(found, key=lambda one: one[:2]) if not one.polygon.is_empty]


def _fits(rectangle: Rectangle, fill: float, kind: Kind) -> bool:
    length, width = (pick(rectangle.length_m, rectangle.width_m) for pick in (max, min))
    fits = max(kind.length_m[0], LEAST_LENGTH_M) <= length <= kind.length_m[1]
    return fits and max(kind.width_m[0], LEAST_WIDTH_M) <= width <= kind.width_m[1] and fill >= LEAST_FILL


def _weigh(view: View, rectangle: Rectangle, fill: float) -> Evidence | None:
    """Weigh what speaks for a block; None where it stood on both dates."""
    step = view.frame.step_m
    turned = Rectangle(
        rectangle.x, rectangle.y, rectangle.width_m, rectangle.length_m, (rectangle.heading_deg + 90) % 180
    )
    unit = view.noise / max(step / lattice.FINE_M, 1.0)
    profiles, steps, bare = [], [], []
    for side in (rectangle, turned):
        profile, without = (
            lattice.edge_profile(rectified_bands(bands, side, step, lattice.FINE_M))
            for bands in (view.bands, view.ground)
        )
        profiles.append(profile)
        steps.append(float(np.median(profile)) / unit)
        bare.append(float(np.median(without)) / unit)
    fresh = max(steps) / (max(bare) + PLAIN)
    if fresh < LEAST_FRESH:
        return None
    return Evidence(
        fill=fill,
        fresh=fresh,
        cornered=_cornered(view, rectangle),
        steps=max(steps),
        comb=max((lattice.fit_comb(profile) for profile in profiles), key=lambda one: one.contrast),
        covered_m2=fill * rectangle.area_m2,
        hues=_hues(view, rectangle),
        coarse=step > RESOLVED_M,
    )


def _hues(view: View, rectangle: Rectangle) -> float | None:
    """Return how much further than without the block the bands' shares in the light spread; None for a single band."""
    if len(view.bands) == 1:
        return None
    gsd = view.frame.grid.mean_gsd_m  # beside the sides every roof and pad has the colours of the ground as well
    length, width = (max(side - 2 * gsd, side / 2) for side in (rectangle.length_m, rectangle.width_m))
    inner = replace(rectangle, length_m=length, width_m=width)
    spreads = []
    for bands in (view.bands, view.ground):
        image = rectified_bands(bands, inner, view.frame.step_m, view.frame.step_m)
        shares = image / np.maximum(image.mean(axis=0), 1e-3)
        spreads.append(float(shares.std(axis=(1, 2)).mean()))
    return float(np.sqrt(max(spreads[0] ** 2 - spreads[1] ** 2, 0.0)))


def _cornered(view: View, rectangle: Rectangle) -> float:
    """Return the fourfold order of edge directions: 1 if all are parallel or at right angles, 0 if evenly spread."""
    image = rectified(view.light, rectangle, view.frame.step_m, view.frame.step_m, 1.0)
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
        "hues": round(evidence.hues or 0.0, 3),
        "comb_contrast": round(evidence.comb.contrast, 3),
        "length_m": round(rectangle.length_m, 1),
        "width_m": round(rectangle.width_m, 1),
        "heading_deg": round(rectangle.heading_deg, 1),
    }
    count = None
    if kind.countable:
        sight = Sight(view.bands, view.ground, view.frame.step_m, view.frame.grid.mean_gsd_m, sun)
        bounds = count_boxes(sight, view.own(rectangle), testability.count, found=True)
        terms |= bounds.terms
        count = bounds.count
    return Detection(
        kind.name, word, "unknown", rectangle.polygon(view.frame), calibrated(evidence.statistic, 1.0), count, terms
    )
