"""How much of a site has data: clouds and edges count where the site is, not where the image is."""

import numpy as np
import shapely
from shapely import Polygon

from ..imagery.grid import Grid
from ..imagery.scene import Mask

MOST_ROWS = 1000  # of a large site every so many rows and columns are looked at


def valid_over(area: Polygon | None, grid: Grid, valid: Mask) -> float:
    """
    Return the share of a site that has data, 0 to 1; what lies outside the grid has none.

    Parameters
    ----------
    area
        EPSG:4326 (longitude, latitude); None for all of the grid.
    grid
        Of `valid`; one without georeference is taken whole.
    valid
        bool (rows, columns).
    """
    if area is None or grid.crs is None:
        return float(valid.mean())
    pixels = shapely.transform(area, lambda points: np.column_stack(grid.pixel_of(points[:, 0], points[:, 1])))
    left, top, right, bottom = pixels.bounds
    step = max(1.0, (bottom - top) / MOST_ROWS, (right - left) / MOST_ROWS)
    columns, rows = np.meshgrid(np.arange(left + step / 2, right, step), np.arange(top + step / 2, bottom, step))
    inside = shapely.contains_xy(pixels, columns, rows)
    if not inside.any():
        return float(valid.mean())
    column, row = columns[inside].astype(int), rows[inside].astype(int)
    within = (column >= 0) & (column < grid.shape[1]) & (row >= 0) & (row < grid.shape[0])
    within &= (columns[inside] >= 0) & (rows[inside] >= 0)
    return float(valid[row[within], column[within]].sum()) / int(inside.sum())
