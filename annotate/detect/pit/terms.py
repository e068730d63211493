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
SECTORS = 16  # of the course of a wall
ANSWERS = 0.35  # of the gain of the whole wall, for a sector to have it as well
FAINT = 0.02  # log brightness; smaller textures are all alike
Doubles = NDArray[np.float64]
COLOURS = ("green", "less_green", "hue", "hue_texture")  # terms that one band does not give


@dataclass(frozen=True, eq=False)
class _Surroundings:
    """A fitted wall's surroundings: which pixels lie where, all arrays flat."""

    size: int
    inside: Mask
    floor: Mask
    around: Mask
    behind: Mask
    inner: Mask
    quarter: NDArray[np.int64]
    sector: NDArray[np.int64]

    @classmethod
    def of(cls, fit: Fit, bank: WallBank, sun: Sun, step_m: float) -> "_Surroundings":
        size = bank.size
        distance, foot = bank.distances[fit.number].astype(np.float32), fit.wall.foot_m / 2
        east, north = (axis.ravel() for axis in axes(size, step_m))
        along, across = fit.wall.lying(east, north)
        along, across = along / fit.wall.length_m, across / fit.wall.width_m
        quarter = np.where(np.abs(along) > np.abs(across), np.where(along > 0, 0, 2), np.where(across > 0, 1, 3))
        sector = np.floor((np.arctan2(across, along) / (2 * np.pi) + 0.5) * SECTORS).astype(np.int64) % SECTORS
        azimuth = np.radians(sun.azimuth_deg)
        down_sun = -(east * np.sin(azimuth) + north * np.cos(azimuth)) > 0.7 * np.hypot(east, north)
        around = (distance > foot + 1) & (distance < foot + AROUND_M)
        inside, floor, inner = distance < foot * 0.9, distance < -foot, distance < 0
        return cls(size, inside, floor, around, around & down_sun, inner, quarter, sector)

    def cut(self, image: Floats, fit: Fit) -> Floats:
        return patch(image, round(fit.row), round(fit.column), self.size).ravel()


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
        "size": float(np.log(fit.wall.length_m / 25.0)),
        "height": float(np.log(fit.wall.height_m / 2.0)),
        "noise": float(np.log(_at(view.noise, fit) / 0.1)),
    } | _parts_of_the_wall(sign * where.cut(view.change, fit), fit, bank, where)


def _light_terms(view: View, fit: Fit, where: _Surroundings, sign: int) -> dict[str, float]:
    then, now = (where.cut(date, fit) for date in view.dates[::sign])
    flat, steep = (where.cut(date, fit) for date in view.edges[::sign])
    change = sign * where.cut(view.change, fit)
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


def _parts_of_the_wall(there: Floats, fit: Fit, bank: WallBank, where: _Surroundings) -> dict[str, float]:
    """
    Tell whether all parts of a wall show its shading, by shares of the gain of the whole.

    `sides` is what is kept where the least favourable side is left out, `course` how much of its course answers, and
    `flanks` and `lights` are the lesser of inner and outer flanks, and of what is lit and what is dark.
    """
    root = np.maximum(np.sqrt(bank.reach[fit.number]), 1e-3)
    shape, blind = bank.shapes[fit.number] / root, bank.blind[:, fit.number]
    left = there * root - ((blind @ there) @ blind) / root
    got, due = left * shape, np.square(shape)
    gain = max(float(got.sum()), 1e-6)

    def shares(label: NDArray[np.int64], parts: int) -> tuple[Doubles, Doubles]:
        of, part = (np.bincount(label, values, parts).astype(np.float64) for values in (got / gain, due))
        return of, part

    of, part = shares(where.quarter, SIDES)
    usable = 1 - part > 0.1
    kept = (1 - of[usable]) / (1 - part[usable])
    along, length = shares(where.sector, SECTORS)
    halves = [shares(mask.astype(np.int64), 2) for mask in (where.inner, shape > 0)]
    flanks, lights = ((of / np.maximum(part, 0.05)).min() for of, part in halves)
    return {
        "sides": float(np.clip(kept.min(initial=1.0), -1, 1)),
        "course": float(length[along > ANSWERS * length].sum()),
        "flanks": float(np.clip(flanks, -1, 1)),
        "lights": float(np.clip(lights, -1, 1)),
    }


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
    row, column = (int(np.clip(round(at), 0, size - 1)) for at, size in ((fit.row, rows), (fit.column, columns)))
    return max(float(values[row, column]), 1e-3)
