"""The null of a length, which is larger where change is likelier: counted, and continued where the counts end.

Where nothing stands apart from the body, all of the tail is taken for the ground's own (glint, leaning buildings,
clouds' edges and scattered change cannot be told from one another): the curve follows the counts as far up as there are
any. Where change stands apart, the curve is fitted below it alone. It stands apart where four of five pixels above some
level clear of the body cannot be of it (a false discovery rate of .2, as Efron 2004, JASA 99:96, takes it), in so many
objects that no accident of one place makes them; and it does so from the level at which a pixel is as likely of the
body as not: a local false discovery rate of one half, Bayes' rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..grid import Grid
from ..scene import Floats, Null
from .body import Body, find_body
from .curve import Curve, fit_curve
from .objects import count_above

Doubles = NDArray[np.float64]
FALSE_DISCOVERIES = 0.2  # of the pixels above some level: there change stands apart
EVEN = 0.5  # local false discovery rate at which a pixel is as likely changed as not
BULK = 0.75  # of the scene, the least share of the body: what the rest is would be another kind of ground as likely
POPULATION, CLEAR = 10, 2.0  # objects in excess that make one, and the least depth at which they are seen
LEAST_SPREAD = 0.3  # real pairs without change have .3 to .5; a tighter body is noise, and the ground stands apart
START, STEP, PAST = 0.5, 0.25, 1.0  # depths: where levels begin, the least between two, how far past the maximum
MOST_LEVELS = 48
ENOUGH = 200.0  # objects: their number is known to a fourteenth, and needs no curve
BODY_PX = 4_000_000  # enough for the shape of a body
COUNTED_PX = 2_000_000  # enough to count objects on
LEVELS, LEAST_SHARE = 512, 1e-12  # of the curve handed on, and how far it falls


@dataclass(frozen=True, eq=False)
class Counts:
    """
    What lies above each of some depths.

    Parameters
    ----------
    body
        Which the depths are spreads of.
    depth
        float64 (n,), above the mode.
    objects, pixels
        float64 (n,), counted.
    seen
        Valid pixels looked at.
    """

    body: Body
    depth: Doubles
    objects: Doubles
    pixels: Doubles
    seen: int

    def apart(self, unchanged: Doubles) -> float | None:
        """
        Return the level from which change stands apart; None where it does not.

        Parameters
        ----------
        unchanged
            float64 (n,): pixels above each depth if nothing had changed.
        """
        few = unchanged <= FALSE_DISCOVERIES * self.pixels
        excess = self.objects * (1 - np.minimum(unchanged / np.maximum(self.pixels, 1), 1))
        if not (few & (self.depth >= CLEAR) & (excess >= POPULATION)).any():
            return None
        at = int(np.argmax(few))
        between = np.maximum(-np.diff(self.pixels), 1)
        while at > 0 and -(unchanged[at] - unchanged[at - 1]) <= EVEN * between[at - 1]:
            at -= 1
        return float(self.body.level(self.depth[at : at + 1])[0])


def null_of_lengths(distances: Sequence[Floats], grid: Grid, control: Sequence[Floats] = (), sure: bool = True) -> Null:
    """
    Estimate the null of a length.

    Parameters
    ----------
    distances
        float32 (rows, columns) each, >= 0, NaN where not valid; at least one valid.
    grid
        For its pixel size.
    control
        The same between dates without an event: its tail, in spreads of its own body, is then the null's.
    sure
        False where registration is not to be trusted: edges then stand apart as change does, and nothing is taken for
        change.
    """
    body = find_body(_logarithms(distances))
    km2 = grid.pixel_area_m2 / 1e6
    if control:
        return _from_control(distances, body, control, km2)
    counts = _count(distances, body.widened(LEAST_SPREAD))
    still = counts.seen * counts.body.above(counts.depth)
    apart = counts.apart(still) if sure and body.share >= BULK else None
    if apart is None:
        counts = _count(distances, _tailed(body, distances))
        curve = fit_curve(counts.depth, counts.objects, counts.body.right, ENOUGH)
        said = "objects counted above each level of this pair, continued as a curve that falls ever more steeply"
        said += "; no change stands apart, and what the ground itself does is not told from change"
        return _null(counts, curve, counts.body, km2, said, None)
    below = int(np.clip(np.argmax(still < EVEN * counts.pixels), 4, np.searchsorted(counts.depth, CLEAR)))
    first = int(np.argmax(counts.objects[:below]))
    curve = fit_curve(counts.depth[first : below + 1], counts.objects[first : below + 1], counts.body.right)
    said = f"objects counted where this pair's body (log-spread {counts.body.right:.2f}) explains them, continued"
    said += " as a curve that falls ever more steeply; above the threshold change stands apart from it"
    return _null(counts, curve, counts.body, km2, said, apart)


def _from_control(distances: Sequence[Floats], body: Body, control: Sequence[Floats], km2: float) -> Null:
    quiet = _count(control, find_body(_logarithms(control)).widened(LEAST_SPREAD))
    counts = _count(distances, body.widened(LEAST_SPREAD))
    curve = fit_curve(quiet.depth, quiet.objects, quiet.body.right, ENOUGH)
    share = np.interp(counts.depth, quiet.depth, quiet.pixels / quiet.seen, right=0.0)
    said = "objects counted between dates without an event, at as many spreads of their body"
    return _null(quiet, curve, counts.body, km2, said, counts.apart(counts.seen * share))


def _logarithms(distances: Sequence[Floats]) -> Doubles:
    step = max(1, sum(image.size for image in distances) // BODY_PX)
    values = np.concatenate([image[np.isfinite(image)][::step] for image in distances]).astype(np.float64)
    least = 1e-6 * float(values.mean())
    return np.log(np.maximum(values, least if least > 0 else 1e-12))


def _tailed(body: Body, distances: Sequence[Floats]) -> Body:
    """Return the body with the spread of the third quarter, if that is wider: levels would lie too close else."""
    middle, upper = np.quantile(_logarithms(distances), (0.5, 0.75))
    return Body(body.mode, body.left, max(body.right, float(upper - middle) / 0.674), body.share)


def _count(distances: Sequence[Floats], body: Body) -> Counts:
    seen = [int(np.isfinite(image).sum()) for image in distances]
    every = max(1, sum(seen) // COUNTED_PX)
    chosen, pixels_seen = distances[::every], sum(seen[::every])
    greatest = max(float(np.nanmax(image)) for image in chosen if np.isfinite(image).any())
    reach = (np.log(max(greatest, 1e-12)) - body.mode) / body.right + PAST
    reach = max(float(reach), 4.0)
    depth = np.arange(START, reach + STEP, max(STEP, reach / MOST_LEVELS))
    found = np.array([count_above(chosen, float(level)) for level in body.level(depth)], dtype=np.float64)
    return Counts(body, depth, found[:, 0], found[:, 1], pixels_seen)


def _null(counts: Counts, curve: Curve, body: Body, pixel_km2: float, said: str, apart: float | None) -> Null:
    """
    Return the counts up to where the curve starts, and the curve from there, at levels of `body`.

    The share of pixels is given as if objects farther out were no smaller.
    """
    head = counts.depth < curve.start
    first = int(np.argmax(counts.objects[head])) if head.any() else 0
    tail = np.linspace(curve.start, curve.depth(-np.log(LEAST_SHARE)), LEVELS)
    depth = np.concatenate([counts.depth[head][first:], tail])
    logs = np.concatenate([np.log(np.maximum(counts.objects[head][first:], 1)), curve(tail)])
    logs = np.maximum.accumulate(logs[::-1])[::-1] - 1e-9 * np.arange(len(logs))  # falls, and never stands still
    objects = np.exp(logs)
    at = int(np.argmin(np.abs(counts.depth - curve.start)))
    size = max(counts.pixels[at] / max(counts.objects[at], 1.0), 1.0)
    rate = objects / (counts.seen * pixel_km2)
    return Null(body.level(depth), rate, np.minimum(objects * size / counts.seen, 1.0), said, apart)
