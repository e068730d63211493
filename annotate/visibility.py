"""How much a place changed between the dates, against what did not change: what makes a thing easy to see."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon, contains_xy

from ..imagery.scene import ScenePair
from .detect import Detection

TERM = "visibility"
QUARTILES = 1.349  # of a normal distribution, in standard deviations


def quiet(pair: ScenePair) -> float:
    """Return the spread of the brightness difference where most of a normalised pair did not change, from quartiles."""
    difference = (pair.after.pixels.mean(axis=0) - pair.before.pixels.mean(axis=0))[pair.valid]
    low, high = np.percentile(difference, (25, 75)) if difference.size else (0.0, 0.0)
    return max(float(high - low) / QUARTILES, 1e-9)


def visibility(pair: ScenePair, outline: Polygon, spread: float) -> tuple[float, int]:
    """
    Return the root mean square change of brightness inside an outline, in units of `spread`, and over how many pixels.

    Parameters
    ----------
    pair
        Registered and normalised.
    outline
        In (column, row) of the before grid.
    spread
        As `quiet` gives it.
    """
    where, inside = within(outline, pair.grid.shape)
    inside = inside & pair.valid[where]
    if not inside.any():
        return 0.0, 0
    before, after = (scene.pixels[:, *where].mean(axis=0)[inside] for scene in (pair.before, pair.after))
    return float(np.sqrt(np.mean((after - before) ** 2))) / spread, int(inside.sum())


def with_visibility(pair: ScenePair, detections: Sequence[Detection]) -> list[Detection]:
    """Return detections whose terms say how much each changed."""
    spread = quiet(pair)
    return [
        replace(one, terms={**one.terms, TERM: round(visibility(pair, one.polygon, spread)[0], 3)})
        for one in detections
    ]


def visibility_in(terms: Mapping[str, object]) -> float | None:
    """Return what the terms of a candidate say of its visibility, None where nothing."""
    value = terms.get(TERM)
    return float(value) if isinstance(value, int | float) else None


def within(outline: Polygon, shape: tuple[int, int]) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
    """Return the window of pixels around an outline, and which of them have their centre inside it."""
    left, top, right, bottom = outline.bounds
    rows, columns = (
        slice(*(int(np.clip(side, 0, size)) for side in (np.floor(low), np.ceil(high))))
        for low, high, size in ((top, bottom, shape[0]), (left, right, shape[1]))
    )
    y, x = np.mgrid[rows, columns] + 0.5
    return (rows, columns), np.asarray(contains_xy(outline, x, y), dtype=np.bool_)
