"""How much of an area is clear of cloud, by the quality mask over the area itself: a scene's percentage says little."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.windows import Window
from shapely import Polygon

from ..errors import ImageryError, UnreadableSceneError
from ..grid import Grid
from ..remote.cache import BlockCache
from ..remote.door import Door
from ..remote.remote_raster import RemoteRaster, open_remote
from .each import each
from .found import Found

Flags = NDArray[np.integer]

MAX_PIXELS = 2**24
SCL_NONE, SCL_SNOW = 0, 11
SCL_BLOCKED = (1, 3, 8, 9, 10)  # saturated or defective, cloud shadow, cloud of medium and high probability, cirrus
QA_NONE, QA_SNOW = 0b1, 0b100000
QA_BLOCKED = 0b11110  # dilated cloud, cirrus, cloud, cloud shadow


@dataclass(frozen=True, slots=True)
class Clear:
    """
    An area on one acquisition.

    Parameters
    ----------
    covered
        Share of the area that has pixels, 0 to 1.
    clear
        Share of the area that has pixels free of cloud and cloud shadow, 0 to 1; None where no mask says so.
    snow
        Share of the area under snow or ice; None where no mask says so.
    """

    covered: float
    clear: float | None
    snow: float | None

    @property
    def words(self) -> str:
        """Clear sky over the area in words: "96% clear", "cloud not known"."""
        if self.clear is None:
            return "cloud not known"
        return f"{self.clear:.0%} clear"


def clear_sky(found: Found, area: Polygon, door: Door | None, cache: BlockCache) -> Clear:
    """
    Read a mask over an area.

    Parameters
    ----------
    found
        The acquisition.
    area
        Longitude and latitude.
    door, cache
        As `open_remote`.

    Raises
    ------
    ImageryError
        If its mask cannot be had or read.
    """
    covered = found.footprint.intersection(area).area / area.area
    if found.sensor == "sar":
        return Clear(covered, covered, None)  # radar sees through cloud
    if found.mask is None:
        return Clear(covered, None, None)
    address, kind = found.mask
    with open_remote(address, door, cache) as raster:
        flags = _over(raster, area, SCL_NONE if kind == "scl" else QA_NONE)
    valid, blocked, snow = _read(flags, kind)
    return Clear(*(float(share.mean()) for share in (valid, valid & ~blocked, valid & snow)))


def clear_skies(
    found: Sequence[Found],
    area: Polygon,
    door: Door | None,
    cache: BlockCache,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> list[Clear | ImageryError]:
    """Read the masks of many acquisitions, several at once: for each what it says, or why it cannot be read."""
    return each(lambda item: clear_sky(item, area, door, cache), found, "cloud masks", progress)


def _over(raster: RemoteRaster, area: Polygon, nothing: int) -> Flags:
    """Return a mask's numbers at the pixels of an area, `nothing` where it lies outside the raster: one dimension."""
    dataset = raster.dataset
    if dataset.crs is None:
        raise UnreadableSceneError(f"{raster.file.url} has no georeference; choose another date.")
    grid = Grid(dataset.shape, dataset.transform, dataset.crs)
    columns, rows = grid.pixel_of(*area.exterior.xy)
    if not (np.isfinite(columns).all() and np.isfinite(rows).all()):
        raise UnreadableSceneError(f"The area cannot be found on {raster.file.url}; choose another date.")
    left, right = int(np.floor(columns.min())), int(np.ceil(columns.max()))
    top, bottom = int(np.floor(rows.min())), int(np.ceil(rows.max()))
    if (bottom - top) * (right - left) > MAX_PIXELS:
        raise UnreadableSceneError(f"The area is {bottom - top} × {right - left} mask pixels; give a smaller one.")
    flags = np.full((bottom - top, right - left), nothing, dtype=dataset.dtypes[0])
    first, last = max(top, 0), min(bottom, grid.shape[0])
    start, stop = max(left, 0), min(right, grid.shape[1])
    if first < last and start < stop:
        read = raster.read(Window(start, first, stop - start, last - first), [1])
        flags[first - top : last - top, start - left : stop - left] = read[0]
    outline = Polygon(np.column_stack([columns - left, rows - top]))
    shapely.prepare(outline)
    across, down = np.meshgrid(np.arange(right - left) + 0.5, np.arange(bottom - top) + 0.5)
    within = shapely.contains_xy(outline, across, down)
    return np.asarray(flags[within] if within.any() else flags.ravel())  # an area may lie between pixels' middles


def _read(flags: Flags, kind: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where there are pixels, where the sky is not clear, and where there is snow."""
    if kind == "scl":
        return flags != SCL_NONE, np.isin(flags, SCL_BLOCKED), flags == SCL_SNOW
    return (flags & QA_NONE) == 0, (flags & QA_BLOCKED) != 0, (flags & QA_SNOW) != 0
