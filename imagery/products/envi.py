"""ENVI: raw binary beside a text header."""

import re
from pathlib import Path

from ..errors import UnreadableSceneError
from ..facts import Facts, number, sun_or_none, time_or_none
from ..formats import envi_header, open_raster
from .product import Layer, Product

COMMON = {  # micrometres, as the STAC electro-optical extension bounds them
    "blue": (0.45, 0.51),
    "green": (0.51, 0.60),
    "red": (0.60, 0.70),
    "nir": (0.75, 1.00),
    "swir16": (1.55, 1.75),
    "swir22": (2.08, 2.35),
}
SUFFIXES = ("", ".img", ".dat", ".bil", ".bsq", ".bip", ".raw")


def data_of(header: Path) -> Path:
    """
    Return the binary that a header describes.

    Raises
    ------
    UnreadableSceneError
        If there is none, or several.
    """
    stem = header.with_suffix("")
    found = [file for suffix in SUFFIXES if (file := stem.with_name(stem.name + suffix)).is_file()]
    if len(found) != 1:
        raise UnreadableSceneError(
            f"{len(found)} files beside {header.name} could be its pixels; give the one that is, by name."
        )
    return found[0]


def envi(data: Path) -> Product:
    """
    Return every band; called by its name, by its colour where the wavelengths tell it, or by its number.

    Raises
    ------
    UnreadableSceneError
        If the header is damaged, or the binary is shorter than it says.
    """
    header = envi_header(data)
    if header is None:
        raise UnreadableSceneError(f"{data.name} has no header {data.stem}.hdr beside it; fetch that too.")
    with open_raster(data) as dataset:
        tags = {key.lower(): value for key, value in dataset.tags(ns="ENVI").items()}
        colours = _colours(tags, dataset.count)
        named = _values(tags.get("band_names", ""))
        names = [
            (named[at] if at < len(named) and named[at] else None) or colours[at] or f"band{at + 1}"
            for at in range(dataset.count)
        ]
    if len(set(names)) < len(names):
        names = [f"band{at}" for at in range(1, len(names) + 1)]
    layers = tuple(Layer(data, at, name) for at, name in enumerate(names, 1))
    time = time_or_none(tags.get("acquisition_time"))
    facts = Facts(
        time=time,
        clock=time is not None,
        sun=sun_or_none(tags.get("sun_azimuth"), tags.get("sun_elevation")),
        platform=tags.get("sensor_type") if tags.get("sensor_type", "").lower() != "unknown" else None,
        units="reflectance" if number(tags.get("reflectance_scale_factor")) else None,
    )
    return Product(data, layers, (data, header), (facts,))


def _colours(tags: dict[str, str], count: int) -> list[str | None]:
    numbers = [number(value) for value in _values(tags.get("wavelength", ""))]
    if len(numbers) != count:
        return [None] * count
    unit = tags.get("wavelength_units", "").lower()
    nanometres = unit.startswith("nano") or (not unit and all(one and one > 100 for one in numbers))
    found = [_colour(one / 1000 if nanometres else one) if one else None for one in numbers]
    return [name if found.count(name) == 1 else None for name in found]


def _colour(micrometres: float) -> str | None:
    return next((name for name, (low, high) in COMMON.items() if low <= micrometres < high), None)


def _values(text: str) -> list[str]:
    inside = re.sub(r"[{}]", "", text)
    return [part.strip() for part in inside.split(",")] if inside.strip() else []
