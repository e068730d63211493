"""A pair in a metric frame, a window at a time: the frame of a whole scene would not fit beside the scene itself."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats, ScenePair
from ..boxes import Rectangle
from ..brightness import usual, weights
from ..frame import MetricFrame
from .tiers import HAZE_M, shadow_reach

SIDE_PX = 1024
LEAST_M = 20.0  # beside a block: its ground
STRIP_PX = 4
SAMPLE = 8_000_000  # of steps, in all bands


@dataclass(frozen=True, eq=False)
class View:
    """
    One date, and the same ground on the other, in a window of a metric frame.

    Parameters
    ----------
    frame
        The whole frame.
    row, column
        Of the window's corner in it.
    bands, ground
        float32 (k, rows, columns), in units of the date's median.
    light
        float32 (rows, columns), one brightness of the date.
    noise
        Of a step from pixel to pixel.
    """

    frame: MetricFrame
    row: int
    column: int
    bands: Floats
    ground: Floats
    light: Floats
    noise: float

    def own(self, rectangle: Rectangle) -> Rectangle:
        """Return a rectangle of the frame as one of the window."""
        return replace(rectangle, x=rectangle.x - self.column, y=rectangle.y - self.row)


@dataclass(frozen=True, eq=False)
class Window:
    """Both dates in a window, as they are: float32 (k, rows, columns) each."""

    windows: "Windows"
    row: int
    column: int
    before: Floats
    after: Floats

    def view(self, later: bool) -> View:
        """Return what is seen on the later date, or on the earlier one."""
        all_of = self.windows
        date, bare = (self.after, self.before) if later else (self.before, self.after)
        level = all_of.levels[int(later)][:, None, None]
        light = np.tensordot(all_of.weights, date, axes=1).astype(np.float32)
        return View(all_of.frame, self.row, self.column, date / level, bare / level, light, all_of.noises[int(later)])


@dataclass(frozen=True, eq=False)
class Windows:
    """
    What is common to all windows of a pair.

    Parameters
    ----------
    pair
        Registered and normalised.
    frame
        Over it.
    levels
        float32 (2, k), the median of each band, before and after.
    noises
        The usual step from pixel to pixel in units of it, before and after.
    weights
        float32 (k,), of the bands in the brightness.
    """

    pair: ScenePair
    frame: MetricFrame
    levels: Floats
    noises: tuple[float, float]
    weights: Floats

    @classmethod
    def over(cls, pair: ScenePair, frame: MetricFrame) -> "Windows":
        """Measure a pair."""
        scenes = pair.before, pair.after
        levels = [[max(usual(band, pair.valid), 1e-6) for band in scene.pixels] for scene in scenes]
        table = np.array(levels, dtype=np.float32)
        before, after = (_noise(pair, frame, scene.pixels, level) for scene, level in zip(scenes, table, strict=True))
        return cls(pair, frame, table, (before, after), weights(pair))

    def around(self, blocks: Sequence[tuple[Rectangle, float]]) -> Iterator[tuple[Window, int, Rectangle, float]]:
        """Yield each block with its number and fill, and a window that holds it and the shadows it may cast."""
        tiles: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, (rectangle, _) in enumerate(blocks):
            tiles[int(rectangle.y // SIDE_PX), int(rectangle.x // SIDE_PX)].append(number)
        for numbers in tiles.values():
            window = self._window([blocks[number][0] for number in numbers])
            for number in numbers:
                rectangle, fill = blocks[number]
                yield self._part(window, rectangle), number, rectangle, fill

    def _window(self, rectangles: Sequence[Rectangle]) -> Window:
        row, column, bottom, right = self._bounds(rectangles)
        part = self.frame.window(row, column, (bottom - row, right - column))
        dates = (part.resampled(scene.pixels, self.pair.valid)[0] for scene in (self.pair.before, self.pair.after))
        return Window(self, row, column, *dates)

    def _part(self, window: Window, rectangle: Rectangle) -> Window:
        row, column, bottom, right = self._bounds([rectangle])
        part = slice(row - window.row, bottom - window.row), slice(column - window.column, right - window.column)
        return Window(self, row, column, window.before[:, *part], window.after[:, *part])

    def _bounds(self, rectangles: Sequence[Rectangle]) -> tuple[int, int, int, int]:
        """Return the first row and column of a window that holds blocks and their shadows, and those behind it."""
        suns = [scene.acquisition.sun for scene in (self.pair.before, self.pair.after)]
        beside = max([LEAST_M, HAZE_M, *(shadow_reach(sun, self.frame.step_m) for sun in suns if sun is not None)])
        middles = np.array([[one.y, one.x] for one in rectangles])
        reach = np.array([[np.hypot(one.length_m, one.width_m) / 2 + beside] for one in rectangles]) / self.frame.step_m
        row, column = (max(0, int(value)) for value in (middles - reach).min(axis=0) - 2)
        bottom, right = (int(value) + 3 for value in (middles + reach).max(axis=0))
        return row, column, bottom, right


def _noise(pair: ScenePair, frame: MetricFrame, bands: Floats, levels: Floats) -> float:
    """Return the median step along the rows, of a sample of strips where there are many."""
    rows, columns = frame.shape
    apart = max(1, round(rows * columns * len(bands) / SAMPLE))
    steps: list[NDArray[np.float32]] = []
    for top in range(0, rows, STRIP_PX * apart):
        strip = frame.window(top, 0, (STRIP_PX, columns))
        shown = strip.resampled(bands, pair.valid)[0] / levels[:, None, None]
        steps.append(np.abs(np.gradient(shown, axis=2)).ravel())
    return float(np.median(np.concatenate(steps))) + 1e-9
