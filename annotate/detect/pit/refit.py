"""A wall fitted closer than a bank can: each of its sides, its heading and its height moved on their own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ....imagery.scene import Floats, Sun
from ..matched import PLACE_M2, patch
from .relief import CREST_M, RUN, Optics, Template, Wall, template
from .wall_bank import APRON_M, LEAST_FLOOR_M, LEAST_HEIGHT_M, WallBank, log_signal, single_bank
from .wall_fit import GAIN_LIMITS, GAIN_SPREAD, LIKELY_GAIN, Fit

STEPS = ((2.0, 8.0, 0.5), (1.0, 4.0, 0.3), (0.5, 2.0, 0.15))  # metres of a side, degrees, metres of height
MOVES = 8  # four sides, two shifts, a turn, a rise
ATTEMPTS = 3  # passes over all moves at one step
LEAST_SIDE_M = 8.0
HIGHEST_M = 4.5
MARGIN_M = 6.0  # a wall's width: nearer than that to where it was, it is the same one


@dataclass(frozen=True)
class Stand:
    """
    A wall and where it stands.

    Parameters
    ----------
    wall
        The wall.
    east_m, north_m
        Of its centre, from the middle of a patch.
    """

    wall: Wall
    east_m: float
    north_m: float

    def side_moved(self, side: int, out_m: float) -> "Stand":
        """Return it with one of its four sides moved outwards."""
        longer, wider = (out_m, 0.0) if side % 2 == 0 else (0.0, out_m)
        return replace(self.shifted(side, out_m / 2), wall=_grown(self.wall, longer, wider))

    def shifted(self, side: int, by_m: float) -> "Stand":
        """Return it moved whole towards one of its sides."""
        turn = np.radians(self.wall.heading_deg + 90.0 * side)
        return replace(
            self, east_m=self.east_m + float(np.sin(turn)) * by_m, north_m=self.north_m + float(np.cos(turn)) * by_m
        )

    def turned(self, by_deg: float) -> "Stand":
        """Return it turned clockwise."""
        return replace(self, wall=replace(self.wall, heading_deg=self.wall.heading_deg + by_deg))

    def raised(self, by_m: float) -> "Stand":
        """Return it higher on the same centre line, which is seen best: its foot widens."""
        wider = 2 * RUN * by_m
        higher = replace(self.wall, height_m=self.wall.height_m + by_m)
        return replace(self, wall=_grown(higher, wider, wider))


class Judge:
    """
    Tells how well walls explain one patch.

    All are judged on the ground that the first one reaches and a margin around it: on ground of its own, a larger wall
    would be credited with more of it.

    Parameters
    ----------
    image
        float32 (rows, columns), log brightness or its change.
    fit
        The first wall.
    sun
        That lights it.
    optics
        Of the frame.
    astray_m
        How far a wall's centre may be from the first one's.
    """

    def __init__(self, image: Floats, fit: Fit, sun: Sun, optics: Optics, astray_m: float = MARGIN_M) -> None:
        self.size = 2 * int(np.ceil((_extent_m(fit.wall) / 2 + APRON_M + MARGIN_M) / optics.step_m))
        self.sun, self.optics, self.astray_m = sun, optics, astray_m
        self.row, self.column, step = round(fit.row), round(fit.column), optics.step_m
        self.start = Stand(fit.wall, (fit.column - self.column) * step, (self.row - fit.row) * step)
        beyond = self.template(self.start).distance.ravel() - fit.wall.foot_m / 2
        self.root = np.sqrt(np.clip((MARGIN_M - beyond) / 2, 0, 1))
        self.patch = patch(image, self.row, self.column, self.size).ravel()
        self.there = self.patch * self.root
        self.samples = float(np.square(self.root).sum()) * optics.step_m**2 / PLACE_M2
        self.level = max(float(self.there @ self.there), 1e-6)

    def template(self, stand: Stand) -> Template:
        """Return the template of a wall where it stands."""
        return template(stand.wall, self.sun, self.optics, self.size, (stand.east_m, stand.north_m))

    def __call__(self, stand: Stand) -> float:
        """Return the log likelihood ratio of a wall against nothing, times the prior that `wall_fit` has."""
        wall = stand.wall
        if min(wall.length_m, wall.width_m) < LEAST_SIDE_M or self._astray(stand):
            return -np.inf
        one = self.template(stand)
        flat = np.linalg.qr((one.nuisance.reshape(len(one.nuisance), -1) * self.root).T)[0].T
        signal = log_signal(one).ravel() * self.root
        signal -= (flat @ signal) @ flat
        strength = float(np.linalg.norm(signal))
        evidence = float(self.there @ signal) / strength
        rest = max(self.level - float(np.square(flat @ self.there).sum()) - max(evidence, 0.0) ** 2, 1e-6)
        gain = np.log(np.clip(evidence / strength, *GAIN_LIMITS) / LIKELY_GAIN) / GAIN_SPREAD
        return float(0.5 * self.samples * np.log(self.level / rest) - 0.5 * gain * gain)

    def climb(self, start: Stand, levels: Sequence[tuple[float, float, float]] = STEPS) -> Stand:
        """Return the best wall that a pattern search reaches (Hooke and Jeeves 1961, JACM 8:212)."""
        best, value = start, self(start)
        for steps in levels:
            for other in _forms(best) if steps != STEPS[0] else ():  # only where it lies right is its form to be told
                best, value = self._better(other, best, value)
            for _ in range(ATTEMPTS):
                before = value
                for move in range(MOVES):
                    for sign in (1.0, -1.0):
                        best, value = self._better(_moved(best, move, sign, steps), best, value)
                if value == before:
                    break
        return best

    def fit(self, stand: Stand, opposite: float) -> tuple[Fit, WallBank]:
        """Return a wall as a fit, on ground of its own, and the bank of one that it is of."""
        bank, step = single_bank(self.template(stand)), self.optics.step_m
        evidence, energy = (float(array[0, 0]) for array in bank.fit(self.patch.reshape(1, -1)))
        place = self.row - stand.north_m / step, self.column + stand.east_m / step
        found = evidence / float(np.sqrt(energy)), evidence / float(bank.strengths[0])
        return Fit(stand.wall, 0, *place, *found, opposite), bank

    def _better(self, trial: Stand, best: Stand, value: float) -> tuple[Stand, float]:
        found = self(trial)
        return (trial, found) if found > value else (best, value)

    def _astray(self, stand: Stand) -> bool:
        """Tell whether a wall is no longer where the first one was."""
        moved = np.hypot(stand.east_m - self.start.east_m, stand.north_m - self.start.north_m)
        return bool(moved > self.astray_m or _extent_m(stand.wall) > _extent_m(self.start.wall) + 2 * MARGIN_M)


def refitted(image: Floats, fit: Fit, sun: Sun, optics: Optics) -> tuple[Fit, WallBank]:
    """Return a closer fit of a wall, or of another form at its place, and the bank of one; see `Judge`."""
    judge = Judge(image, fit, sun, optics)
    return judge.fit(judge.climb(judge.start), fit.opposite)


def _moved(stand: Stand, move: int, sign: float, steps: tuple[float, float, float]) -> Stand:
    side_m, turn_deg, rise_m = steps
    if move < 4:
        return stand.side_moved(move, sign * side_m)
    if move < 6:
        return stand.shifted(move - 4, sign * side_m / 2)
    return stand.turned(sign * turn_deg) if move == 6 else stand.raised(sign * rise_m)


def _forms(stand: Stand) -> Iterator[Stand]:
    """Yield walls of the other forms over the same ground."""
    plain = replace(stand.wall, ring=False, divided=False, open_side=None)
    across = replace(plain, length_m=plain.width_m, width_m=plain.length_m, heading_deg=plain.heading_deg + 90.0)
    others = [plain, replace(plain, ring=True), *(replace(plain, open_side=side) for side in range(4))]
    others += [replace(wall, divided=True) for wall in (plain, across)]
    yield from (replace(stand, wall=wall) for wall in others if wall != stand.wall)


def _grown(wall: Wall, longer_m: float, wider_m: float) -> Wall:
    """Return it longer and wider, and no higher than leaves a floor between its feet."""
    length_m, width_m = wall.length_m + longer_m, wall.width_m + wider_m
    room = ((min(length_m, width_m) - LEAST_FLOOR_M) / 2 - CREST_M) / (2 * RUN)
    height_m = max(min(wall.height_m, room, HIGHEST_M), LEAST_HEIGHT_M)
    return replace(wall, length_m=length_m, width_m=width_m, height_m=height_m)


def _extent_m(wall: Wall) -> float:
    return float(max(wall.length_m, wall.width_m) if wall.ring else np.hypot(wall.length_m, wall.width_m))
