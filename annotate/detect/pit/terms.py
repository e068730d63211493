"""What speaks for and against a pit at a place: terms that are numbers anyone can look at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats, Mask, Sun
from ..matched import axes, patch
from .view import View
from .wall_bank import WallBank
from .wall_fit import LIKELY_GAIN, SURE, Fit

SHADE = 0.9  # log brightness below the ground around: deep shadow, or a dark roof
GLARE = 0.7  # log brightness above it: metal, paint
AROUND_M = 8.0
SIDES = 4
FAINT = 0.02  # log brightness; smaller textures are all alike
COLOURS = ("green", "less_green", "hue", "hue_texture")  # terms that one band does not give


@dataclass(frozen=True, eq=False)
class _Surroundings:
    """A fitted wall's surroundings: which pixels lie where, all arrays flat."""

    size: int
    inside: Mask
    floor: Mask
    around: Mask
    behind: Mask
    quarter: NDArray[np.int64]

    @classmethod
    def of(cls, fit: Fit, bank: WallBank, sun: Sun, step_m: float) -> "_Surroundings":
        size = bank.size
        distance, foot = bank.distances[fit.number].astype(np.float32), fit.wall.foot_m / 2
        east, north = (axis.ravel() for axis in axes(size, step_m))
        along, across = fit.wall.lying(east, north)
        along, across = along / fit.wall.length_m, across / fit.wall.width_m
        quarter = np.where(np.abs(along) > np.abs(across), np.where(along > 0, 0, 2), np.where(across > 0, 1, 3))
        azimuth = np.radians(sun.azimuth_deg)
        down_sun = -(east * np.sin(azimuth) + north * np.cos(azimuth)) > 0.7 * np.hypot(east, north)
        around = (distance > foot + 1) & (distance < foot + AROUND_M)
        return cls(size, distance < foot * 0.9, distance < -foot, around, around & down_sun, quarter)

    def cut(self, image: Floats, fit: Fit) -> Floats:
        return patch(image, fit.row, fit.column, self.size).ravel()


def terms(view: View, fit: Fit, bank: WallBank, sun: Sun, sign: int, search_z: float) -> dict[str, float]:
    """
    Return the terms of one place by name, dimensionless.

    Parameters
    ----------
    view
        The pair.
    fit
        The wall that explains the place best.
    bank
        That it came from.
    sun
        That lit it.
    sign
        1 for a wall of the after date, -1 for one of the before date.
    search_z
        Answer of the search filter there, in noise units.
    """
    where = _Surroundings.of(fit, bank, sun, view.frame.step_m)
    found = _shape_terms(view, fit, bank, where, sign, search_z)
    found |= _light_terms(view, fit, where, sign)
    found |= _colour_terms(view, fit, where, sign)
    return found


def _shape_terms(
    view: View, fit: Fit, bank: WallBank, where: _Surroundings, sign: int, search_z: float
) -> dict[str, float]:
    other, own = view.dates[::sign]
    return {
        "correlation": _stretched(fit.correlation),
        "own_correlation": _stretched(_correlation(where.cut(own, fit), fit, bank)),
        "other_correlation": _stretched(abs(_correlation(where.cut(other, fit), fit, bank))),
        "opposite": _stretched(fit.opposite),
        "search": float(np.log1p(max(search_z, 0.0))),
        "gain_misfit": float(np.log(np.clip(fit.gain, 0.05, 10) / LIKELY_GAIN) ** 2),
        "sides": _sides(where.cut(np.asarray(sign * view.change), fit), fit, bank, where.quarter),
        "size": float(np.log(fit.wall.length_m / 25.0)),
        "height": float(np.log(fit.wall.height_m / 2.0)),
        "noise": float(np.log(_at(view.noise, fit) / 0.1)),
    }


def _light_terms(view: View, fit: Fit, where: _Surroundings, sign: int) -> dict[str, float]:
    then, now = (where.cut(date, fit) for date in view.dates[::sign])
    flat, steep = (where.cut(date, fit) for date in view.edges[::sign])
    change = where.cut(np.asarray(sign * view.change), fit)
    level = _middle(now, where.around)
    raised = _middle(change, where.inside) - _middle(change, where.around)
    wall = where.inside & ~where.floor
    return {
        "dark": _share(now < level - SHADE, where.inside),
        "bright": _share(now > level + GLARE, where.inside),
        "long_shadow": _share(now < level - SHADE / 2, where.behind),
        "raised": float(np.clip(raised, -0.9, 0.9)),
        "changed_level": float(min(abs(raised), 0.9)),
        "floor_step": float(min(abs(_middle(now, where.floor) - _middle(now, wall)), 0.9)),
        "other_texture": _ratio(_spread(then, where.inside), _spread(then, where.around)),
        "own_texture": _ratio(_spread(now, where.inside), _spread(then, where.inside)),
        "around_texture": _ratio(_spread(now, where.around), _spread(then, where.around)),
        "wall_edges": _ratio(_mean(steep, wall), _mean(steep, where.floor | where.around)),
        "new_edges": _ratio(_mean(steep, wall), _mean(flat, wall)),
    }


def _colour_terms(view: View, fit: Fit, where: _Surroundings, sign: int) -> dict[str, float]:
    found = dict.fromkeys(COLOURS, 0.0)
    if view.greens is not None:
        was, green = (where.cut(date, fit) for date in view.greens[::sign])
        found["green"] = _middle(green, where.inside)
        found["less_green"] = _middle(green - was, where.inside) - _middle(green - was, where.around)
    if view.hues is not None:
        hue = where.cut(view.hues[::sign][1], fit)
        found["hue"] = _middle(hue, where.inside)
        found["hue_texture"] = float(hue[where.inside].std())
    return found


def _correlation(there: Floats, fit: Fit, bank: WallBank) -> float:
    """Return the correlation of a patch with a wall of the bank, flat patches taken out."""
    number = fit.number
    energy = float(np.square(there) @ bank.reach[number] - np.square(bank.blind[:, number] @ there).sum())
    return float(bank.shapes[number] @ there) / float(np.sqrt(max(energy, 1e-6)))


def _sides(there: Floats, fit: Fit, bank: WallBank, quarter: NDArray[np.int64]) -> float:
    """Return what share of its gain a wall keeps where the least favourable side is left out."""
    root = np.maximum(np.sqrt(bank.reach[fit.number]), 1e-3)
    shape, blind = bank.shapes[fit.number] / root, bank.blind[:, fit.number]
    left = there * root - ((blind @ there) @ blind) / root
    got, due = (np.bincount(quarter, parts, SIDES) for parts in (left * shape, np.square(shape)))
    rest_due = due.sum() - due
    usable = rest_due > 0.1
    share = (got.sum() - got)[usable] / rest_due[usable] / max(float(got.sum()), 1e-6)
    return float(np.clip(share.min(initial=1.0), -1, 1))


def _stretched(correlation: float) -> float:
    """Fisher's transform: equal steps are equally hard to come by."""
    return float(np.arctanh(np.clip(correlation, -SURE, SURE)))


def _middle(values: Floats, where: Mask) -> float:
    return float(np.median(values[where])) if where.any() else 0.0


def _mean(values: Floats, where: Mask) -> float:
    return float(values[where].mean()) if where.any() else 0.0


def _spread(values: Floats, where: Mask) -> float:
    return float(values[where].std()) if where.any() else 0.0


def _share(what: Mask, where: Mask) -> float:
    return float(what[where].mean()) if where.any() else 0.0


def _ratio(first: float, second: float) -> float:
    return float(np.log((first + FAINT) / (second + FAINT)))


def _at(values: Floats, fit: Fit) -> float:
    rows, columns = values.shape
    return max(float(values[np.clip(fit.row, 0, rows - 1), np.clip(fit.column, 0, columns - 1)]), 1e-3)
