"""Sentinel-1 terrain-corrected backscatter (RTC): one GeoTIFF a polarisation, linear power, in a folder.

Names of Planetary Computer, of the Indigo tiles and of HyP3 are known; incidence, area and shadow maps beside them are
left out. The last letters of a HyP3 name say gamma or sigma nought, and power, amplitude or decibels.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import UnreadableSceneError
from ..facts import Facts
from ..formats import open_raster
from .names import facts_of_name
from .product import Layer, Product
from .stac import Item, facts_of_item, grid_of_item

ORDER = ("VV", "VH", "HH", "HV")
RASTERS = {".tif", ".tiff"}
POLARISATION = re.compile(r"(?<![a-z])(vv|vh|hh|hv)(?![a-z])", re.IGNORECASE)
OTHER_MAPS = re.compile(r"(?<![a-z])(inc|area|dem|mask|ls|angle|rgb)(?![a-z])", re.IGNORECASE)
HYP3 = re.compile(r"_(?P<nought>[gs])(?P<power>[pad])[uw][nf][ec][dm]_", re.IGNORECASE)
NO_DATA = 0.0  # linear power is never 0 where something was measured


def polarisations(folder: Path) -> list[Path]:
    """Return the rasters in a folder, or in its measurement folder, that are called after a polarisation."""
    places = [place for place in (folder, folder / "measurement") if place.is_dir()]
    return sorted(
        file
        for place in places
        for file in place.iterdir()
        if file.suffix.lower() in RASTERS and _band(file) and file.resolve().is_relative_to(folder.resolve())
    )


def are_polarisations(files: Sequence[Path]) -> bool:
    """Say whether files are GeoTIFFs of backscatter: one band of real numbers each, called after a polarisation."""
    if not all(file.suffix.lower() in RASTERS and _band(file) for file in files):
        return False
    for file in files:
        with open_raster(file) as dataset:
            if dataset.count != 1 or not dataset.dtypes[0].startswith("float"):
                return False
    return True


def sentinel1(path: Path, files: Sequence[Path], item: Item | None) -> Product:
    """
    Return the polarisations of a product.

    Parameters
    ----------
    path
        What it is called by.
    files
        One a polarisation.
    item
        The STAC item that describes it.

    Raises
    ------
    UnreadableSceneError
        If two are of one polarisation, or they are not on the map, or hold decibels or amplitude, which the log-ratio
        of power does not suit.
    """
    by_band = {_band(file): file for file in files}
    if len(by_band) < len(files):
        raise UnreadableSceneError(
            f"{path.name} holds several images of {', '.join(by_band)}; give one of each by name."
        )
    layers = [_layer(by_band[band], band) for band in ORDER if band in by_band]
    first = layers[0].file
    said = [] if item is None else [facts_of_item(item, first)]
    said += [_named(path, first), facts_of_name(first), facts_of_name(path)]
    used = (*(layer.file for layer in layers), *([] if item is None else [item.file]))
    grid, gsd_m = (None, None) if item is None else grid_of_item(item, first)
    return Product(path, tuple(layers), used, tuple(said), grid=grid, gsd_m=gsd_m)


def _band(file: Path) -> str:
    """Return the polarisation a name ends on; empty where it is none, or another map of the product."""
    named = POLARISATION.findall(file.stem)
    return "" if not named or OTHER_MAPS.search(file.stem) else str(named[-1]).upper()


def _layer(file: Path, band: str) -> Layer:
    with open_raster(file) as dataset:
        if dataset.crs is None and dataset.gcps[0]:
            raise UnreadableSceneError(
                f"{file.name} lies in radar geometry (GRD); terrain-correct it first, or fetch the RTC product."
            )
        power = dataset.dtypes[0].startswith("float")
    return Layer(file, 1, band, nodata=NO_DATA if power else None)


def _named(path: Path, file: Path) -> Facts:
    hyp3 = HYP3.search(file.stem)
    if hyp3 and hyp3["power"].lower() != "p":
        kind = {"a": "amplitude", "d": "decibels"}[hyp3["power"].lower()]
        raise UnreadableSceneError(f"{file.name} holds {kind}; order linear power, or convert it.")
    words = f"{path.name} {file.stem}".lower()
    corrected = re.search(r"(?<![a-z])rtc", words) is not None
    units = {"g": "gamma0", "s": "sigma0"}[hyp3["nought"].lower()] if hyp3 else None
    units = units or next((one for one in ("gamma0", "sigma0") if one in words), None)
    return Facts(sensor="sar", level="RTC" if corrected else None, units=units or ("gamma0" if corrected else None))
