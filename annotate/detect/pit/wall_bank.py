"""Banks of walls: a coarse one to search everywhere, a fine one to fit where the search stopped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats, Sun
from ...kinds import Kind
from ..products import inner_products
from .relief import CREST_M, RUN, Optics, Template, Wall, template

SIZE_STEP = 1.25
HEIGHTS_M = (1.9, 3.0)
LEAST_HEIGHT_M = 0.9
LEAST_FLOOR_M = 2.5
APRON_M = 4.0  # ground around the foot that is fitted too: shadows fall there
DEEPEST = -0.85  # no shadow is darker: the sky lights it
FEW = 32  # walls, whose products with patches are too small a task for threads
EDGES = 4  # nuisance layers of a template


@dataclass(frozen=True, eq=False)
class WallBank:
    """
    Walls as unit vectors over log brightness, each blind to flat patches of its own outlines.

    Parameters
    ----------
    walls
        What each one is.
    shapes
        float32 (k, n·n): inner product with a patch of log brightness change is the evidence for wall k.
    strengths
        float32 (k): that product for the wall's own shading.
    blind
        float32 (4, k, n·n): orthonormal flat patches; what they explain is no evidence.
    reach
        float32 (k, n·n): weight of each pixel, 1 on the wall and near it.
    distances
        float16 (k, n·n): metres to the centre line, negative towards the floor.
    """

    walls: tuple[Wall, ...]
    shapes: Floats
    strengths: Floats
    blind: Floats
    reach: Floats
    distances: NDArray[np.float16]

    @property
    def size(self) -> int:
        """Pixels along a side of a patch."""
        return int(np.sqrt(self.shapes.shape[1]))

    def only(self, numbers: NDArray[np.intp]) -> "WallBank":
        """Return a bank of these walls alone."""
        return WallBank(
            tuple(self.walls[int(number)] for number in numbers),
            self.shapes[numbers],
            self.strengths[numbers],
            self.blind[:, numbers],
            self.reach[numbers],
            self.distances[numbers],
        )

    def fit(self, patches: Floats) -> tuple[Floats, Floats]:
        """
        Return what each wall explains of each patch, and all there is to explain.

        Parameters
        ----------
        patches
            float32 (p, n·n), log brightness or its change.

        Returns
        -------
        tuple
            float32 (p, k): inner products; and sums of squares after the flat patches were taken out.
        """
        product = inner_products if len(self.walls) <= FEW else _with_blas
        evidence = product(patches, self.shapes)
        energy = product(np.square(patches), self.reach)
        for layer in self.blind:
            energy -= np.square(product(patches, layer))
        return evidence, np.maximum(energy, 1e-6)


def _with_blas(first: Floats, second: Floats) -> Floats:
    return np.asarray(first @ second.T)


def search_walls(kind: Kind) -> Iterator[Wall]:
    """Yield closed walls an octave of headings and a size step apart: the signs of the flanks, not their details."""
    for length in _lengths(kind):
        for aspect in (1.0, 1.4, 2.0):
            for height in _heights(length / aspect, kind)[:1]:
                if aspect == 1.0:
                    yield Wall(length, length, 0.0, height, ring=True)
                for turn in np.arange(0.0, 90.0 if aspect == 1.0 else 180.0, 22.5):
                    yield Wall(length, length / aspect, float(turn), height)


def fit_walls(kind: Kind) -> Iterator[Wall]:
    """Yield walls of all forms, at up to two heights."""
    for length in _lengths(kind):
        step = 22.5 if length < 24 else 15.0
        for aspect in (1.0, 1.3, 1.75):
            for height in _heights(length / aspect, kind):
                for turn in np.arange(0.0, 90.0 if aspect == 1.0 else 180.0, step):
                    yield Wall(length, length / aspect, float(turn), height)
        for height in _heights(length, kind):
            yield Wall(length, length, 0.0, height, ring=True)
            for turn in np.arange(0.0, 90.0, 22.5):
                for side in range(4):
                    yield Wall(length, length, float(turn), height, open_side=side)
        if length > 22:
            for turn in np.arange(0.0, 180.0, 15.0):
                yield Wall(length, length / 1.4, float(turn), _heights(length / 1.8, kind)[0], divided=True)


def _lengths(kind: Kind) -> list[float]:
    least, most = float(np.log(kind.length_m[0] * 1.2)), float(np.log(kind.length_m[1] * 1.07))
    return [float(value) for value in np.exp(np.arange(least, most, float(np.log(SIZE_STEP))))]


def _heights(width: float, kind: Kind) -> list[float]:
    """Return the heights of walls that leave a floor between their feet; none where the width is not the kind's."""
    if not kind.width_m[0] <= width <= 1.2 * kind.width_m[1]:
        return []
    room = ((width - LEAST_FLOOR_M) / 2 - CREST_M) / (2 * RUN)
    return sorted({min(height, room) for height in HEIGHTS_M}) if room > LEAST_HEIGHT_M else []


@lru_cache(maxsize=4)
def search_bank(kind: Kind, sun: Sun, optics: Optics, size: int) -> tuple[Template, ...]:
    """Return the templates of the search under a sun, `size` pixels along a side."""
    return tuple(template(wall, sun, optics, size) for wall in search_walls(kind))


@lru_cache(maxsize=2)
def fit_bank(kind: Kind, sun: Sun, optics: Optics, size: int) -> WallBank:
    """Return the bank of the fit under a sun, `size` pixels along a side."""
    walls = tuple(fit_walls(kind))
    return _banked(walls, (template(wall, sun, optics, size) for wall in walls), size)


def single_bank(one: Template) -> WallBank:
    """Return a bank of one wall alone."""
    return _banked((one.wall,), (one,), one.signal.shape[0])


def log_signal(one: Template) -> Floats:
    """Return what a wall adds to the logarithm of the brightness: float32 (n, n)."""
    return np.asarray(np.log1p(np.maximum(one.signal, DEEPEST)), dtype=np.float32)


def _banked(walls: tuple[Wall, ...], templates: Iterable[Template], size: int) -> WallBank:
    count, pixels = len(walls), size * size
    shapes, reach = np.empty((count, pixels), np.float32), np.empty((count, pixels), np.float32)
    blind, distances = np.empty((EDGES, count, pixels), np.float32), np.empty((count, pixels), np.float16)
    strengths = np.empty(count, np.float32)
    for index, one in enumerate(templates):
        weight = np.clip((one.wall.foot_m / 2 + APRON_M - one.distance.ravel()) / 2, 0, 1)
        root = np.sqrt(weight)
        flat = np.linalg.qr((one.nuisance.reshape(EDGES, -1) * root).T)[0].T
        signal = log_signal(one).ravel() * root
        signal -= (flat @ signal) @ flat
        strengths[index] = np.linalg.norm(signal)
        shapes[index] = signal / strengths[index] * root
        blind[:, index], reach[index], distances[index] = flat * root, weight, one.distance.ravel()
    return WallBank(walls, shapes, strengths, blind, reach, distances)
