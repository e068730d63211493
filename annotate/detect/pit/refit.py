"""A wall fitted closer than a bank can: each of its sides, its heading and its height moved on their own."""

from collections.abc import Iterator
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
class _Stand:
    """A wall and where its centre lies, metres east and north of the middle of the patch."""

    wall: Wall
    east_m: float
    north_m: float

    def side_moved(self, side: int, out_m: float) -> "_Stand":
        """Return it with one of its four sides moved outwards."""
        longer, wider = (out_m, 0.0) if side % 2 == 0 else (0.0, out_m)
        return replace(self.shifted(side, out_m / 2), wall=_grown(self.wall, longer, wider))

    def shifted(self, side: int, by_m: float) -> "_Stand":
        """Return it moved whole towards one of its sides."""
        turn = np.radians(self.wall.heading_deg + 90.0 * side)
        return replace(
            self, east_m=self.east_m + float(np.sin(turn)) * by_m, north_m=self.north_m + float(np.cos(turn)) * by_m
        )

    def turned(self, by_deg: float) -> "_Stand":
        """Return it turned clockwise."""
        return replace(self, wall=replace(self.wall, heading_deg=self.wall.heading_deg + by_deg))

    def raised(self, by_m: float) -> "_Stand":
        """Return it higher on the same centre line, which is seen best: its foot widens."""
        wider = 2 * RUN * by_m
        higher = replace(self.wall, height_m=self.wall.height_m + by_m)
        return replace(self, wall=_grown(higher, wider, wider))


class _Judge:
    """
    Tells how well walls explain one patch.

    All are judged on the ground that the first one reaches and a margin around it: on ground of its own, a larger wall
    would be credited with more of it.
    """

    def __init__(self, there: Floats, sun: Sun, optics: Optics, start: _Stand) -> None:
        self.size, self.sun, self.optics, self.start = there.shape[0], sun, optics, start
        beyond = self.template(start).distance.ravel() - start.wall.foot_m / 2
        self.root = np.sqrt(np.clip((MARGIN_M - beyond) / 2, 0, 1))
        self.there = there.ravel() * self.root
        self.samples = float(np.square(self.root).sum()) * optics.step_m**2 / PLACE_M2
        self.level = float(self.there @ self.there)

    def template(self, stand: _Stand) -> Template:
        return template(stand.wall, self.sun, self.optics, self.size, (stand.east_m, stand.north_m))

    def __call__(self, stand: _Stand) -> float:
        """Return the log likelihood ratio of a wall against nothing, as `wall_fit.support` does."""
        wall = stand.wall
        if min(wall.length_m, wall.width_m) < LEAST_SIDE_M or self._strayed(stand):
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

    def _strayed(self, stand: _Stand) -> bool:
        """Tell whether a wall is no longer where the first one was."""
        moved = np.hypot(stand.east_m - self.start.east_m, stand.north_m - self.start.north_m)
        return bool(moved > MARGIN_M or _extent_m(stand.wall) > _extent_m(self.start.wall) + 2 * MARGIN_M)


def refitted(image: Floats, fit: Fit, sun: Sun, optics: Optics) -> tuple[Fit, WallBank]:
    """
    Return a closer fit of the same wall, or of another form at its place, and the bank of one that it is of.

    Pattern search (Hooke and Jeeves 1961, JACM 8:212) for the greatest likelihood that `wall_fit` knows.

    Parameters
    ----------
    image
        float32 (rows, columns), what the wall was fitted to.
    fit
        Where to start.
    sun
        That lights it.
    optics
        Of the frame.
    """
    size = 2 * int(np.ceil((_extent_m(fit.wall) / 2 + APRON_M + MARGIN_M) / optics.step_m))
    row, column = round(fit.row), round(fit.column)
    start = _Stand(fit.wall, (fit.column - column) * optics.step_m, (row - fit.row) * optics.step_m)
    there = patch(image, row, column, size)
    judge = _Judge(there, sun, optics, start)
    best, value = start, judge(start)
    for level, steps in enumerate(STEPS):
        for other in _forms(best) if level else ():  # only where it lies right is its form to be told
            best, value = _better(judge, other, best, value)
        for _ in range(ATTEMPTS):
            before = value
            for move in range(MOVES):
                for sign in (1.0, -1.0):
                    best, value = _better(judge, _moved(best, move, sign, steps), best, value)
            if value == before:
                break
    bank = single_bank(judge.template(best))
    evidence, energy = (float(array[0, 0]) for array in bank.fit(there.reshape(1, -1)))
    place = row - best.north_m / optics.step_m, column + best.east_m / optics.step_m
    found = evidence / float(np.sqrt(energy)), evidence / float(bank.strengths[0])
    return Fit(best.wall, 0, *place, *found, fit.opposite), bank


def _better(judge: _Judge, trial: _Stand, best: _Stand, value: float) -> tuple[_Stand, float]:
    found = judge(trial)
    return (trial, found) if found > value else (best, value)


def _moved(stand: _Stand, move: int, sign: float, steps: tuple[float, float, float]) -> _Stand:
    side_m, turn_deg, rise_m = steps
    if move < 4:
        return stand.side_moved(move, sign * side_m)
    if move < 6:
        return stand.shifted(move - 4, sign * side_m / 2)
    return stand.turned(sign * turn_deg) if move == 6 else stand.raised(sign * rise_m)


def _forms(stand: _Stand) -> Iterator[_Stand]:
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
