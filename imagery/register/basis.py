"""What a fit is made of: a trend (translation or affine) and, on the local rung, a smooth field over a few nodes.

The field is a Gaussian process with Matérn 3/2 covariance, held at the nodes of a lattice (fixed-rank kriging, Cressie
& Johannesson 2008, JRSS B 70(1)). Away from ties it dies out and the trend remains, where a thin-plate spline would
run off.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .place import FIELD_STEP_PX, Model, Points, Warp, apply

TREND_SPREAD_PX = 300.0  # wide enough to say nothing of the trend
NODE_SPACING = 0.75  # of the field's range
MAX_NODES = 50  # beyond, a lattice this dense is thinned


@dataclass(frozen=True)
class Rung:
    """How far a fit may bend: the trend's order (0 translation, 1 affine) and the field's range in pixels (0: none)."""

    order: int = 0
    range_px: float = 0.0


@dataclass(frozen=True, eq=False)
class Basis:
    """
    Functions of a before pixel, each with a coefficient of unit spread per axis.

    Parameters
    ----------
    rung
        Which functions there are: 1 or 3 of the trend, then one for each node of the field.
    base
        float64 (2, 3): the model that the trend starts from, and bends.
    centre, scale_px
        Of the trend's coordinates: (column, row), and their unit.
    nodes
        float64 (m, 2): (column, row) of the field's nodes.
    spread_px
        Of the field, per axis.
    """

    rung: Rung
    base: Model
    centre: Points
    scale_px: float
    nodes: Points
    spread_px: float

    @classmethod
    def over(cls, points: Points, rung: Rung, spread_px: float, base: Model) -> "Basis":
        """Lay the functions of a rung over ties."""
        nodes = _lattice(points, rung.range_px * NODE_SPACING) if rung.range_px else np.empty((0, 2))
        return cls(rung, base, points.mean(axis=0), float(points.std()) + 1e-9, nodes, spread_px)

    def at(self, points: Points) -> NDArray[np.float64]:
        """Return every function at points (n, 2): (n, functions)."""
        trend = np.column_stack([np.ones(len(points)), (points - self.centre) / self.scale_px])
        return np.column_stack([TREND_SPREAD_PX * trend[:, : 1 + 2 * self.rung.order], self._field(points)])

    def warp(self, coefficients: NDArray[np.float64], shape: tuple[int, int]) -> Warp:
        """Return the functions with coefficients (functions, 2) as a warp of a grid of that shape."""
        count = 1 + 2 * self.rung.order
        model = self.base.copy()
        if self.rung.order:
            bend = self.bend(coefficients)
            model[:, :2] += bend
            model[:, 2] -= bend @ self.centre
        model[:, 2] += TREND_SPREAD_PX * coefficients[0]
        if not self.rung.range_px:
            return Warp(model)
        rows, columns = (np.arange(0, size + FIELD_STEP_PX, FIELD_STEP_PX, dtype=np.float64) for size in shape)
        field = np.empty((len(rows), len(columns), 2))
        for index, row in enumerate(rows):
            field[index] = self._field(np.column_stack([columns, np.full(len(columns), row)])) @ coefficients[count:]
        return Warp(model, field)

    def bend(self, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what an affine trend adds to the base's matrix: (2, 2)."""
        return np.asarray(TREND_SPREAD_PX / self.scale_px * coefficients[1:3].T)

    def beyond_base(self, points: Points, shifts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what of shifts (n, 2) at points (n, 2) the base does not explain."""
        return np.asarray(shifts - (apply(self.base, points) - points))

    def _field(self, points: Points) -> NDArray[np.float64]:
        if not len(self.nodes):
            return np.empty((len(points), 0))
        own = _matern(self.nodes, self.nodes, self.rung.range_px) + 1e-6 * np.eye(len(self.nodes))
        root = np.linalg.cholesky(own)
        here = _matern(points, self.nodes, self.rung.range_px)
        return np.asarray(self.spread_px * np.linalg.solve(root, here.T).T)


def _lattice(points: Points, spacing: float) -> Points:
    """Nodes over the ties' extent and a little beyond, not further than one spacing and a half from a tie."""
    low, high = points.min(axis=0) - spacing / 2, points.max(axis=0) + spacing / 2
    while True:
        steps = [np.arange(a, b + spacing, spacing) for a, b in zip(low, high, strict=True)]
        nodes = np.stack(np.meshgrid(*steps), axis=-1).reshape(-1, 2)
        apart = ((nodes[:, None] - points[None]) ** 2).sum(axis=2).min(axis=1)
        nodes = nodes[apart < (1.5 * spacing) ** 2]
        if len(nodes) <= MAX_NODES:
            return np.asarray(nodes, dtype=np.float64)
        spacing *= 1.1


def _matern(a: Points, b: Points, range_px: float) -> NDArray[np.float64]:
    distance = np.sqrt(3) * np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2)) / range_px
    return np.asarray((1 + distance) * np.exp(-distance))
