"""One date of a scene as things are measured on it: its colours against its ground, and what else stands there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import Polygon
from shapely.affinity import translate

from ..imagery.bands import same_bands
from ..imagery.register import registered
from ..imagery.scene import Floats, Scene
from ..imagery.scene_file import AFTER_MARGIN_PX
from ..labels.project import Project
from ..labels.records import Comparison
from .detect.boxes import Rectangle, least_rectangle
from .detect.explain.patch import HAZE_QUANTILE, filled
from .detect.frame import MetricFrame
from .detect.plain_ground import AROUND_M, plain_ground
from .errors import AnnotateError
from .registered import registration_of
from .remember import reopen
from .signature import DISPLAY_SCALE, SCALE, Numbers, Signature

APART = 0.2  # of the ground's level: what stands out
BREAK_M = 1.0  # thinner is a kerb, a fence, a line
LEAST_M, LEAST_PX = 2.0, 3.0  # shortest thing that is measured
LEAST_FILL = 0.5  # of its rectangle: less is no one thing
BAND_ERROR = 0.05  # of a band: what sun, air and sensor leave when the ground is taken for the same
HAZE = 0.5  # of the darkest ground is light that the air adds: none of it, or all, where shadow is black
HAZE_ERROR = float(1 / np.sqrt(12))  # of the darkest ground
GRAIN_PX = 4.0  # pixels that say the same, as they are blurred together


@dataclass(frozen=True, eq=False)
class LookedAt:
    """
    One date on the grid of its pair.

    Parameters
    ----------
    scene
        Its pixels, on the before grid where there is one.
    ground
        float32 (bands, rows, columns), level of the even ground around each pixel.
    dark
        float32 (bands,), level of the darkest ground.
    white
        float64 (bands,), logarithm of the usual ground above the darkest.
    white_error
        float64 (bands, bands), how that differs from place to place.
    offset
        Row and column of its upper left pixel in the file that outlines are given in.
    """

    scene: Scene
    ground: Floats
    dark: Floats
    white: Numbers
    white_error: Numbers
    offset: tuple[int, int]

    @classmethod
    def of(cls, scene: Scene, offset: tuple[int, int]) -> "LookedAt":
        """Learn what the ground of a scene looks like."""
        ground, yard = plain_ground(scene.pixels, scene.mask, scene.grid.gsd_m)
        valid = scene.mask if scene.mask.any() else np.ones_like(scene.mask)
        dark = np.quantile(scene.pixels[:, valid], HAZE_QUANTILE, axis=1).astype(np.float32)
        steps = [max(1, round(AROUND_M / gsd)) for gsd in scene.grid.gsd_m]
        part = slice(steps[0] // 2, None, steps[0]), slice(steps[1] // 2, None, steps[1])
        usable = (yard if yard[part].any() else valid)[part]
        levels = np.log(_above(ground[:, *part][:, usable], dark[:, None])).astype(np.float64)
        if not levels.shape[1]:
            levels = np.log(_above(np.median(scene.pixels[:, valid], axis=1), dark)).astype(np.float64)[:, None]
        spread = np.cov(levels) if levels.shape[1] > 2 else np.eye(len(dark)) * APART**2
        return cls(scene, ground, dark, np.median(levels, axis=1), np.atleast_2d(spread), offset)

    def colour(self, polygon: Polygon, bands: Sequence[int]) -> tuple[Numbers, Numbers] | None:
        """Return a thing's colour against the usual ground in some bands, and its covariance; None off the image."""
        if not bands:
            return None
        row, column = self.offset
        inside = translate(polygon, -column, -row)
        rows, columns = self.scene.grid.shape
        left, top, right, bottom = shapely.intersection(inside, shapely.box(0, 0, columns, rows)).bounds
        if not np.isfinite([left, top, right, bottom]).all():
            return None
        window = slice(int(top), int(np.ceil(bottom))), slice(int(left), int(np.ceil(right)))
        eroded = inside.buffer(-1.0)  # its edge pixels are half of something else
        pixels = filled(inside if eroded.is_empty else eroded, window) & self.scene.mask[window]
        if not pixels.any():
            return None
        seen = np.log(_above(self.scene.pixels[:, *window][:, pixels], self.dark[:, None])).astype(np.float64)
        colour, own = np.median(seen, axis=1), seen.var(axis=1) / max(pixels.sum() / GRAIN_PX, 1.0)
        haze = (self.dark * HAZE_ERROR / np.exp(colour)) ** 2
        error = self.white_error + np.diag(own + haze + BAND_ERROR**2)
        return (colour - self.white)[bands], error[np.ix_(bands, bands)]

    def background(
        self, length_m: tuple[float, float], taken: Sequence[Polygon], site: str | None, bands: Sequence[int]
    ) -> list[Signature]:
        """
        Return what stands out of the ground, is as long as that, and lies on none of the outlines taken.

        Parameters
        ----------
        length_m
            Least and greatest.
        taken
            In (column, row) of the whole file.
        site
            Of the scene.
        bands
            In which colours are measured.
        """
        frame = MetricFrame.over(self.scene.grid, self.scene.grid.mean_gsd_m)
        row, column = self.offset
        used = shapely.STRtree([translate(one, -column, -row) for one in taken])
        found = []
        for rectangle in self._standing_out(frame, length_m):
            outline = rectangle.polygon(frame)
            if outline.is_empty or len(used.query(outline, predicate="intersects")):
                continue
            found.append((rectangle, self.colour(translate(outline, column, row), bands)))
        if not found:
            return []
        centres = np.array([[one.x, one.y] for one, _ in found]) * frame.step_m
        apart, scale = nearest(centres), scale_of(self.scene.acquisition.units)
        return [
            Signature(
                str(at), "", site, one.length_m, one.width_m, near, frame.step_m, scale, *(colour or (None, None))
            )
            for at, ((one, colour), near) in enumerate(zip(found, apart, strict=True))
        ]

    def _standing_out(self, frame: MetricFrame, length_m: tuple[float, float]) -> Iterator[Rectangle]:
        """Yield the rectangles of what differs from the ground in any band, as long as asked for."""
        apart = np.zeros(frame.shape, dtype=np.uint8)
        for band, ground, dark in zip(self.scene.pixels, self.ground, self.dark, strict=True):
            share, valid = frame.resample(np.log(_above(band, dark) / _above(ground, dark)), self.scene.mask)
            apart |= (valid & (np.abs(share) > APART)).astype(np.uint8)
        size = 2 * round(BREAK_M / frame.step_m / 2) + 1
        solid = cv2.morphologyEx(apart, cv2.MORPH_OPEN, np.ones((size, size), np.uint8))
        number, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
        for label in range(1, number):
            column, row, columns, rows, area = (int(value) for value in stats[label])
            if np.hypot(rows, columns) * frame.step_m < max(length_m[0], LEAST_M, LEAST_PX * frame.step_m):
                continue
            pixels = labels[row : row + rows, column : column + columns] == label
            one = least_rectangle(pixels, row, column, frame.step_m)
            full = area * frame.step_m**2 >= LEAST_FILL * one.area_m2
            if full and length_m[0] <= one.length_m <= length_m[1]:
                yield one


def scale_of(units: str | None) -> float:
    """Return the error of the scale of a scene, a share."""
    return DISPLAY_SCALE if units == "display" else SCALE


def nearest(centres: NDArray[np.float64]) -> list[float | None]:
    """Return the distance from each point to its nearest neighbour; None for a point alone."""
    if len(centres) < 2:
        return [None] * len(centres)
    return [float(one) for one in cKDTree(centres).query(centres, k=2)[0][:, 1]]


def look(project: Project, before: str, comparison: Comparison | None, later: bool) -> LookedAt:
    """
    Open a scene, or the later date of a comparison laid on its before grid.

    Parameters
    ----------
    project
        Open.
    before
        Id of the scene whose grid outlines are given on.
    comparison
        Of that scene; None where it was never compared.
    later
        True for the later date.

    Raises
    ------
    AnnotateError
        If a file is not there or has changed, or the later date was not laid on the earlier.
    ImageryError
        If it cannot be read.
    """
    folder, wkt = Path(project.path).parent, comparison.settings.get("area") if comparison else None
    area = shapely.from_wkt(str(wkt)) if wkt else None
    area = area if isinstance(area, Polygon) else None
    first = reopen(project.scene(before), folder, area)
    if not later:
        return LookedAt.of(first, first.offset)
    if comparison is None or comparison.after is None or comparison.registration is None:
        raise AnnotateError("the two dates of a place could not be laid on one another.")
    second = reopen(project.scene(comparison.after), folder, area, AFTER_MARGIN_PX)
    pair = registered(*same_bands(first, second), registration_of(comparison.registration))
    return LookedAt.of(pair.after, first.offset)


def _above(values: Floats, dark: Floats | np.float32) -> Floats:
    """Return values above the haze, at least a hundredth of their mean: a logarithm must exist."""
    above = np.asarray(values - HAZE * dark, dtype=np.float32)
    return np.maximum(above, max(0.01 * float(above.mean()), 1e-9))
