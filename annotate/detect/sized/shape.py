"""How an outline looks in numbers, and whether a kind's limits hold it."""

from dataclasses import dataclass

import cv2
import numpy as np
import shapely
from shapely import Polygon

from ....imagery.grid import Grid
from ...kind import Kind
from ..objects import rectangle


@dataclass(frozen=True, slots=True)
class Form:
    """
    Size and shape of an outline on the ground.

    Parameters
    ----------
    length_m, width_m, heading_deg
        Of the least rotated rectangle, length >= width; of its long side, clockwise from north.
    area_m2
        Of the outline.
    rectangularity, roundness
        Share that it covers of that rectangle, and of the least circle around it.
    """

    length_m: float
    width_m: float
    heading_deg: float
    area_m2: float
    rectangularity: float
    roundness: float

    def fits(self, kind: Kind, pixel_m: float) -> bool:
        """Return True where the kind's limits hold the form, to a pixel in size and what that makes of its shape."""
        slack = pixel_m / max(self.width_m, pixel_m)
        return (
            _within(self.length_m, kind.length_m, pixel_m)
            and _within(self.width_m, kind.width_m, pixel_m)
            and _within(self.length_m / max(self.width_m, 1e-9), kind.aspect, slack)
            and _within(self.rectangularity, kind.rectangularity, slack)
            and _within(self.roundness, kind.roundness, slack)
        )

    def terms(self) -> dict[str, float | str | bool]:
        """Return it as terms of a candidate."""
        return {
            "length_m": round(self.length_m, 1),
            "width_m": round(self.width_m, 1),
            "heading_deg": round(self.heading_deg, 1),
            "area_m2": round(self.area_m2, 1),
            "aspect": round(self.length_m / max(self.width_m, 1e-9), 2),
            "rectangularity": round(self.rectangularity, 2),
            "roundness": round(self.roundness, 2),
        }


def form_of(polygon: Polygon, grid: Grid) -> Form:
    """Return the form of an outline in (column, row) of a grid."""
    length, width, heading = rectangle(polygon, grid)
    ground = shapely.transform(polygon, lambda points: grid.metres(points[:, 0], points[:, 1]))
    radius = cv2.minEnclosingCircle(shapely.get_coordinates(ground).astype(np.float32))[1]
    area = float(ground.area)
    return Form(
        length,
        width,
        heading,
        area,
        min(area / max(length * width, 1e-9), 1.0),
        min(area / max(np.pi * radius**2, 1e-9), 1.0),
    )


def _within(value: float, limits: tuple[float, float] | None, slack: float) -> bool:
    return limits is None or limits[0] - slack <= value <= limits[1] + slack
