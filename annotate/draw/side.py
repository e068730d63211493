"""One side of a rough outline, and the lines beside it along which an edge is seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from ...imagery.grid import Grid
from .edges import Edges

Doubles = NDArray[np.float64]
STEP_PX, FINE_STEPS = 0.5, 2
TURN_PX = 4.0  # shorter sides are moved and not turned
ENDS_FREE = 0.1  # of a side, at its corners: they are often rounded
CLEAR = 3.0  # usual steps: an edge that is seen as often as not; a sharper one is not much more of an edge
SEEN_ODDS = 100.0  # for a side along which an edge is seen, to one along which none is
NEAR_SHARE = 0.5  # of the reach: standard deviation of a hand
MOST_OFFSETS, MOST_SAMPLES = 24, 80


@dataclass(frozen=True, eq=False)
class Side:
    """A side, metres; whether edges are seen beside it, and how sharp: float64 (samples, offsets), from -K to K."""

    start: Doubles
    end: Doubles
    seen: Doubles
    sharp: Doubles
    step_m: float
    turns: bool

    @classmethod
    def of(cls, start: Doubles, end: Doubles, edges: Edges, grid: Grid, reach_m: float) -> "Side | None":
        """Look beside a side; None where more than a fifth of what it would see lies off the image."""
        gsd_m = grid.mean_gsd_m * edges.thinned
        length = float(np.linalg.norm(end - start))
        if length < 1e-6:
            return None
        most = int(np.clip(np.ceil(reach_m / (STEP_PX * gsd_m)), 3, MOST_OFFSETS))
        samples = int(np.clip(np.ceil(length / (STEP_PX * gsd_m)), 3, MOST_SAMPLES))
        share = np.linspace(ENDS_FREE, 1 - ENDS_FREE, samples)[:, None, None]
        normal = _normal(start, end)
        offsets = (np.arange(-most, most + 1) * reach_m / most)[None, :, None]
        places = grid.pixels_of_metres(start + share * (end - start) + offsets * normal)
        across = grid.pixels_of_metres(normal)
        found = edges.across(places, (across / np.linalg.norm(across)).reshape(1, 1, 2))
        if np.isnan(found).mean() > 0.2:
            return None
        sharp = np.nan_to_num(found) ** 2
        seen = sharp / (sharp + CLEAR**2) * _crests(sharp, round(gsd_m * most / reach_m))
        return cls(start, end, seen, np.log1p(sharp), reach_m / most, length > TURN_PX * gsd_m)

    @property
    def length_m(self) -> float:
        """From end to end."""
        return float(np.linalg.norm(self.end - self.start))

    @property
    def most(self) -> int:
        """Offsets to either side."""
        return int(self.seen.shape[1] // 2)

    def score(self, first: float, second: float) -> float:
        """Return the mean strength along the line between two offsets, in steps, at the ends."""
        return float(self.scores(np.array([[first, second]]))[0])

    def scores(self, ends: Doubles, of: Doubles | None = None) -> Doubles:
        """Return the mean along lines, float64 (n), between offsets at the ends, (n, 2): of what is seen, or `of`."""
        table = self.seen if of is None else of
        share = np.linspace(ENDS_FREE, 1 - ENDS_FREE, len(self.seen))
        along = ends[:, :1] + (ends[:, 1:] - ends[:, :1]) * share
        index = np.clip(np.rint(along).astype(np.int64) + self.most, 0, 2 * self.most)
        return np.asarray(table[np.arange(len(share)), index].mean(axis=1))

    def best(self) -> tuple[float, float]:
        """Return the offsets at the ends of the strongest line."""
        steps = np.arange(-self.most, self.most + 1, dtype=np.float64)
        ends = np.column_stack([steps, steps])
        if self.turns:
            ends = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 2)
        return self.sharpened(ends[int(self.odds(ends).argmax())], turns=self.turns)

    def sharpened(self, ends: Doubles, turns: bool) -> tuple[float, float]:
        """Return the offsets at the ends of the sharpest line within a pixel of one."""
        near = np.arange(-FINE_STEPS, FINE_STEPS + 1)
        moves = np.column_stack([near, near])
        if turns:
            moves = np.stack(np.meshgrid(near, near, indexing="ij"), axis=-1).reshape(-1, 2)
        around = np.clip(ends + moves, -self.most, self.most)
        first, second = around[int(self.scores(around, self.sharp).argmax())]
        return float(first), float(second)

    def odds(self, ends: Doubles) -> Doubles:
        """Return the log odds of lines, float64 (n): edges seen along them, and near enough to be what was meant."""
        off = (ends**2).sum(axis=1) + ends.prod(axis=1)
        return np.asarray(np.log(SEEN_ODDS) * self.scores(ends) - off / 3 / (NEAR_SHARE * self.most) ** 2 / 2)

    def moved(self, first: float, second: float) -> tuple[Doubles, Doubles]:
        """Return the ends of the line between two offsets, metres."""
        normal = _normal(self.start, self.end)
        return self.start + first * self.step_m * normal, self.end + second * self.step_m * normal


def _crests(sharp: Doubles, steps: int) -> NDArray[np.bool_]:
    """Return where a profile, a row each, is highest within some steps, and one step beside: edges have feet."""
    highest = maximum_filter1d(sharp, 2 * max(steps, 1) + 1, axis=1, mode="nearest")
    return np.asarray(maximum_filter1d(sharp >= highest, 3, axis=1, mode="nearest"))


def _normal(start: Doubles, end: Doubles) -> Doubles:
    east, north = (end - start) / np.linalg.norm(end - start)
    return np.array([-north, east])
