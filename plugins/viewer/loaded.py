"""An image read from a file, and as it is shown: what one lays on the map, and what it is laid on."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...annotate.laying import Laid, Laying
from ...annotate.pictures.stretch import Stretch
from ...imagery.metadata import ReadOptions
from ...imagery.read import read_scene
from ...imagery.scene import Scene
from .match_view import Mark
from .worker import Cancelled, Progress

UNPLACED_GSD_M = 1.0  # stands in until the points give it
Pair = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Loaded:
    """
    An image.

    Parameters
    ----------
    path
        Its file.
    scene
        As it was read.
    shown
        uint8 (rows, columns, 4): red, green, blue, alpha.
    """

    path: Path
    scene: Scene
    shown: NDArray[np.uint8]

    @classmethod
    def of(cls, scene: Scene) -> "Loaded":
        """Stretch a scene."""
        return cls(scene.path, scene, Stretch.of(scene).apply(scene))

    def lonlat(self, x: float, y: float) -> Pair:
        """Return longitude and latitude of (column, row)."""
        lon, lat = self.scene.grid.lonlat(x, y)
        return float(lon), float(lat)

    def pixel(self, place: Pair) -> Pair:
        """Return (column, row) of (longitude, latitude)."""
        column, row = self.scene.grid.pixel_of(*place)
        return float(column), float(row)

    def placed(self, laid: Laid) -> NDArray[np.float64]:
        """Return the affine (2, 3) from pixels of a laid picture to pixels of this image."""
        rows, columns = laid.grid.shape
        corners = np.array([[0.0, 0.0], [columns, 0.0], [0.0, rows]])
        here = np.column_stack(self.scene.grid.pixel_of(*laid.grid.lonlat(*corners.T)))
        return np.column_stack([(here[1] - here[0]) / columns, (here[2] - here[0]) / rows, here[0]])


def loading(path: Path) -> Callable[[Progress, Cancelled], Loaded]:
    """Return the work that reads an image, whether it has a georeference or not."""

    def work(_progress: Progress, _cancelled: Cancelled) -> Loaded:
        return Loaded.of(read_scene(path, ReadOptions(gsd_m=UNPLACED_GSD_M)))

    return work


def marks_of(laying: Laying, laid: Laid | None, on_map: Loaded | None) -> tuple[list[Mark], list[Mark]]:
    """Return the marks of matches in the picture and on the map, there with a line to where the fit puts them."""
    suspect, pictures, places = None if laid is None else laid.suspect, [], []
    for number, one in enumerate(laying.matches):
        if one.picture is not None:
            pictures.append(Mark(number, *one.picture, number == suspect))
        if one.place is not None and on_map is not None:
            off = None if laid is None or one.picture is None else on_map.pixel(_place(laid, one.picture))
            places.append(Mark(number, *on_map.pixel(one.place), number == suspect, off))
    return pictures, places


def expected(laying: Laying, laid: Laid | None, on_map: Loaded | None) -> tuple[Pair | None, Pair | None]:
    """Return where the other side of a half match is expected: in the picture, and on the map."""
    if laid is None or laying.turn == "either":
        return None, None
    last = laying.matches[-1]
    if last.place is not None:
        column, row = laid.grid.pixel_of(*last.place)
        return (float(column), float(row)), None
    assert last.picture is not None
    return None, None if on_map is None else on_map.pixel(_place(laid, last.picture))


def turn_words(laying: Laying) -> str:
    """Return what is to be clicked next."""
    number = len(laying.matches)
    if laying.turn == "either":
        return f"Next: point {number + 1}, in either view."
    return f"Next: point {number} {'in the picture' if laying.turn == 'picture' else 'on the map'}."


def _place(laid: Laid, picture: Pair) -> Pair:
    lon, lat = laid.grid.lonlat(*picture)
    return float(lon), float(lat)
