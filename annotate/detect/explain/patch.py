"""What an explanation looks at: both dates around one candidate, in noise units."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import shapely
from shapely import Polygon

from ....imagery.scene import Floats, Mask, ScenePair

MARGIN_PX = 3  # an outline is good to a pixel or two, and a resampled edge is wider than that
LARGEST_PX = 400  # of a side; what is larger is looked at in its middle
MOST_BANDS = 4
SAMPLE = 100_000
HAZE_QUANTILE = 0.002  # the darkest object shows the light that the air adds (Chavez 1988)


@dataclass(frozen=True)
class Scales:
    """
    What makes bands alike, a number a band.

    Parameters
    ----------
    bands
        Which bands are looked at.
    noise
        Robust spread of after minus before.
    dark
        Level of the darkest ground on either date.
    """

    bands: tuple[int, ...]
    noise: Floats
    dark: Floats

    @classmethod
    def of(cls, pair: ScenePair) -> "Scales":
        """Measure a pair on a regular sample of its pixels."""
        count = pair.before.pixels.shape[0]
        bands = tuple(sorted({round(at) for at in np.linspace(0, count - 1, min(count, MOST_BANDS))}))
        stride = max(1, int(np.sqrt(pair.before.mask.size / SAMPLE)))
        part = slice(None, None, stride), slice(None, None, stride)
        valid = pair.valid[part]
        noise, dark = np.ones(len(bands), dtype=np.float32), np.zeros(len(bands), dtype=np.float32)
        for at, number in enumerate(bands):
            dates = [scene.pixels[number][part][valid] for scene in (pair.before, pair.after)]
            if valid.any():
                change = dates[1] - dates[0]
                noise[at] = max(1.4826 * float(np.median(np.abs(change - np.median(change)))), 1e-9)
                dark[at] = min(float(np.quantile(date, HAZE_QUANTILE)) for date in dates)
        return cls(bands, noise, dark)


@dataclass(frozen=True, eq=False)
class Patch:
    """
    Both dates around one candidate.

    Parameters
    ----------
    before, after
        float32 (rows, columns, bands) in noise units above the darkest ground; as the scenes are where not valid.
    valid
        bool (rows, columns), True where both dates have data.
    inside
        bool (rows, columns), True on the candidate and `MARGIN_PX` around it, where valid.
    outline
        The same without the margin and whether valid or not.
    reach_px
        Pixels of the patch beyond the candidate on every side that the scene has.
    """

    before: Floats
    after: Floats
    valid: Mask
    inside: Mask
    outline: Mask
    reach_px: int

    @cached_property
    def change(self) -> Floats:
        """After minus before."""
        return self.after - self.before

    @cached_property
    def core(self) -> Mask:
        """The candidate alone, where valid; all that is inside where none of it is."""
        core = self.outline & self.valid
        return core if core.any() else self.inside

    @cached_property
    def energies(self) -> tuple[float, float]:
        """Sums of the squared change on the candidate with its margin, and on the candidate alone."""
        squared = (self.change**2).sum(axis=-1)
        return float(squared[self.inside].sum()), float(squared[self.core].sum())

    def explained(self, left: Floats) -> float:
        """
        Return the share of the energy that is gone where `left` (rows, columns, bands) is all that is left.

        The lesser of the shares with the margin and without, as neither what lies around nor a part of it is enough.
        """
        squared = (left**2).sum(axis=-1)
        parts = zip((self.inside, self.core), self.energies, strict=True)
        return min(1.0 - float(squared[part].sum()) / max(energy, 1e-12) for part, energy in parts)


def cut(pair: ScenePair, scales: Scales, polygon: Polygon, reach_px: int) -> Patch:
    """
    Cut the surroundings of an outline out of a pair.

    Parameters
    ----------
    pair
        Registered and normalised.
    scales
        Of the pair.
    polygon
        In (column, row), pixel corners at integers.
    reach_px
        Pixels to have around it.
    """
    rows, columns = pair.grid.shape
    left, top, right, bottom = polygon.bounds
    middle = (left + right) / 2, (top + bottom) / 2
    half = [min(side, LARGEST_PX) / 2 + MARGIN_PX + reach_px for side in (right - left, bottom - top)]
    first = max(int(middle[1] - half[1]), 0), max(int(middle[0] - half[0]), 0)
    last = min(int(np.ceil(middle[1] + half[1])), rows), min(int(np.ceil(middle[0] + half[0])), columns)
    window = slice(first[0], last[0]), slice(first[1], last[1])
    dates = [
        np.stack([scene.pixels[band][window] for band in scales.bands], axis=-1) for scene in (pair.before, pair.after)
    ]
    before, after = (np.nan_to_num((date - scales.dark) / scales.noise).astype(np.float32) for date in dates)
    valid = pair.before.mask[window] & pair.after.mask[window]
    outline = filled(polygon, window)
    side = 2 * MARGIN_PX + 1
    near = cv2.dilate(outline.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))) > 0
    return Patch(before, after, valid, near & valid, outline, reach_px)


def filled(polygon: Polygon, window: tuple[slice, slice]) -> Mask:
    """Return bool of a window's shape, True on the pixels that an outline in (column, row) covers or touches."""
    canvas = np.zeros((window[0].stop - window[0].start, window[1].stop - window[1].start), dtype=np.uint8)
    for part in getattr(polygon, "geoms", [polygon]):
        if isinstance(part, Polygon):
            corners = shapely.get_coordinates(part.exterior) - 0.5 - [window[1].start, window[0].start]
            cv2.fillPoly(canvas, [np.round(corners * 16).astype(np.int32)], 1, shift=4)
    return np.asarray(canvas > 0)
