"""What came of several rasters, as the bands of one file; and how much of the area it shows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from rasterio.enums import ColorInterp
from shapely import Polygon

from ..errors import NoOverlapError
from ..placement import inside
from ..products.stac import colours_of_item
from .asset import said_of
from .planning import Piece, Plan

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+:-]{0,39}")  # of a band, from whoever wrote the item


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """
    Bands of one file.

    Parameters
    ----------
    pixels
        [band, row, column].
    colours
        How each is shown; at most one is alpha, which is last.
    names
        Of each; None of alpha.
    """

    pixels: np.ndarray
    colours: tuple[ColorInterp, ...]
    names: tuple[str | None, ...]


def joined(drawn: Plan, pixels: Mapping[str, np.ndarray]) -> Layers:
    """Return the bands of all rasters, by name of the piece that each came from, as one array."""
    rasters, colours, names = list[np.ndarray](), list[ColorInterp](), list[str | None]()
    alpha = None
    for piece in drawn.bands:
        own = pixels[piece.asset.name]
        shown = [colour for colour in piece.colours if colour != ColorInterp.alpha]
        rasters.append(own[: len(shown)])
        if len(own) > len(shown):
            alpha = own[len(shown)] if alpha is None else np.minimum(alpha, own[len(shown)])
        names += _names(drawn, piece, len(shown))
        colours += shown if len(drawn.bands) == 1 else [ColorInterp.gray if not colours else ColorInterp.undefined]
    if alpha is not None:
        rasters, colours, names = [*rasters, alpha[None]], [*colours, ColorInterp.alpha], [*names, None]
    return Layers(np.concatenate(rasters), tuple(colours), tuple(names))


def share_with_data(layers: Layers, nodata: float | None, drawn: Plan, area: Polygon) -> float:
    """
    Return the share of the area that holds data, cloudy or not.

    Raises
    ------
    NoOverlapError
        If there is none, as beside the swath.
    """
    pixels = layers.pixels
    data = np.ones(pixels.shape[1:], dtype=bool)
    if layers.colours[-1] == ColorInterp.alpha:
        data, pixels = pixels[-1] > 0, pixels[:-1]
    if nodata is not None and not np.isnan(nodata):
        data &= (pixels != pixels.dtype.type(nodata)).all(axis=0)
    elif pixels.dtype.itemsize > 1 and pixels.dtype.kind in "iu":
        data &= pixels.any(axis=0)  # Sentinel-2 and Landsat write no-data as 0, and do not always say so
    if pixels.dtype.kind == "f":
        data &= np.isfinite(pixels).all(axis=0)
    within = inside(drawn.bands[0].grid, area)
    share = float((data & within).sum() / max(1, within.sum()))
    if share == 0:
        raise NoOverlapError(f"{drawn.found.id} holds no data in the area, beside its swath; choose another date.")
    return share * drawn.coverage


def _names(drawn: Plan, piece: Piece, number: int) -> list[str]:
    """Return what the bands of one raster are called: by the catalogue, the raster, its colours, or by number."""
    if number == 1 and (len(drawn.bands) > 1 or piece.asset.name != "image"):
        return [piece.asset.name]
    stated = colours_of_item(said_of(drawn.found), piece.asset.file)
    shown = [colour.name for colour in piece.colours[:number]]
    for names in (stated, [one for one in piece.descriptions[:number] if one]):
        if len(set(names)) == number and all(NAME.fullmatch(name) for name in names):
            return list(names)
    if len(set(shown)) == number and {"red", "green", "blue"} <= set(shown):
        return shown
    return [f"band{n}" for n in range(1, number + 1)]
