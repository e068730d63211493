"""A label as another's file has it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from ..errors import ImportFileError

MAX_LABELS = 100_000
_MAX_CORNERS = 2_000_000  # of all outlines of a file together


@dataclass(frozen=True, slots=True)
class ForeignLabel:
    """
    One outline of a file.

    Parameters
    ----------
    number
        Which of the file's, from 1; parts of one thing share it.
    part
        Which part of that thing, from 0.
    outline
        In degrees, EPSG:4326 (longitude, latitude); in (column, row) of an image where `image` is given.
    image
        Name of the image that the outline lies on, as the file has it; None on the ground.
    properties
        What the file says of it, by name.
    own
        What depotwatch wrote of it beside these: scenes, site, outline in pixels; empty for files of others.
    """

    number: int
    part: int
    outline: Polygon
    image: str | None
    properties: Mapping[str, object]
    own: Mapping[str, object]


@dataclass(slots=True)
class ForeignLabels:
    """The labels of a file as they are collected, and how many things were no areas: points, lines, empty ones."""

    labels: list[ForeignLabel] = field(default_factory=list)
    left_out: int = 0
    corners: int = 0

    def add(
        self,
        number: int,
        geometry: BaseGeometry | None,
        properties: Mapping[str, object],
        own: Mapping[str, object],
        image: str | None = None,
    ) -> None:
        """
        Keep the polygons of a geometry.

        Raises
        ------
        ImportFileError
            The file holds too many, or an outline that crosses itself or is not finite.
        """
        outlines = list(_polygons(geometry))
        self.left_out += not outlines
        for part, polygon in enumerate(outlines):
            outline = shapely.force_2d(polygon)
            self.corners += len(shapely.get_coordinates(outline))
            if len(self.labels) >= MAX_LABELS or self.corners > _MAX_CORNERS:
                raise ImportFileError(
                    f"The file has more than {MAX_LABELS} outlines or {_MAX_CORNERS} corners: import a part of it."
                )
            if not outline.is_valid or outline.area == 0:
                why = shapely.is_valid_reason(outline)
                raise ImportFileError(f"Outline {number} has no area or crosses itself ({why}): mend it and try again.")
            self.labels.append(ForeignLabel(number, part, outline, image, properties, own))


def _polygons(geometry: BaseGeometry | None) -> Iterator[Polygon]:
    if isinstance(geometry, Polygon) and not geometry.is_empty:
        yield geometry
    elif geometry is not None and hasattr(geometry, "geoms"):
        for one in geometry.geoms:
            yield from _polygons(one)
