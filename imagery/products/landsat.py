"""Landsat Collection 2, Level 1 and Level 2, in the folder that its MTL file lies in: reflectance and the QA mask.

Reference: Landsat 8-9 Collection 2 Level 2 Science Product Guide, LSDS-1619; Level 1 data format, LSDS-1822.
"""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path

from ..errors import UnreadableSceneError
from ..facts import Facts, factor, number, summand, sun_or_none, time_or_none, view_or_none
from .folder import member, needed, read_text, read_xml
from .product import Layer, Product, Sieve

METADATA = re.compile(r".+_MTL\.(txt|json|xml)", re.IGNORECASE)
BANDS = {"OLI": (2, 3, 4, 5, 6, 7), "TM": (1, 2, 3, 4, 5, 7), "ETM": (1, 2, 3, 4, 5, 7)}  # 30 m, without coastal
NO_DATA = 0.0
MASKED = 0b11011  # QA_PIXEL: fill, dilated cloud, cloud, cloud shadow; bit 2, cirrus, is thin
Groups = Mapping[str, Mapping[str, str]]


def is_landsat(file: Path) -> bool:
    """Say whether a file is the metadata of such a product."""
    return METADATA.fullmatch(file.name) is not None


def landsat(metadata: Path) -> Product:
    """
    Return the reflective 30 m bands of a product.

    Parameters
    ----------
    metadata
        The MTL file, as text, JSON or XML.

    Raises
    ------
    UnreadableSceneError
        If a file of the product is missing, or does not state what is needed to read it.
    """
    groups = {".txt": _of_text, ".json": _of_json, ".xml": _of_xml}[metadata.suffix.lower()](metadata)
    contents, image = groups.get("PRODUCT_CONTENTS", {}), groups.get("IMAGE_ATTRIBUTES", {})
    if contents.get("COLLECTION_NUMBER") != "02":
        raise UnreadableSceneError(
            f"{metadata.name} does not state COLLECTION_NUMBER 02; depotwatch reads Landsat Collection 2."
        )
    level = needed(contents.get("PROCESSING_LEVEL"), "PROCESSING_LEVEL", metadata)
    surface = level.startswith("L2")
    sensor = needed(image.get("SENSOR_ID"), "SENSOR_ID", metadata).split("_")[0]
    if sensor not in BANDS:
        raise UnreadableSceneError(f"{metadata.name} is of the sensor {sensor}; depotwatch reads {', '.join(BANDS)}.")
    factors = groups.get("LEVEL2_SURFACE_REFLECTANCE_PARAMETERS" if surface else "LEVEL1_RADIOMETRIC_RESCALING", {})
    elevation = needed(number(image.get("SUN_ELEVATION")), "SUN_ELEVATION", metadata)
    if elevation <= 0:
        raise UnreadableSceneError(f"{metadata.name} was taken at night (sun {elevation:g}°); it has no reflectance.")
    height = 1.0 if surface else math.sin(math.radians(elevation))  # Level 1 leaves the sun in
    layers = []
    for band in BANDS[sensor]:
        name = needed(contents.get(f"FILE_NAME_BAND_{band}"), f"FILE_NAME_BAND_{band}", metadata)
        gain, bias = (
            needed(read(factors.get(key)), key, metadata)
            for key, read in ((f"REFLECTANCE_MULT_BAND_{band}", factor), (f"REFLECTANCE_ADD_BAND_{band}", summand))
        )
        file = member(metadata.parent, name)
        layers.append(Layer(file, 1, f"{'SR_' if surface else ''}B{band}", gain / height, bias / height, NO_DATA))
    quality = needed(contents.get("FILE_NAME_QUALITY_L1_PIXEL"), "FILE_NAME_QUALITY_L1_PIXEL", metadata)
    sieve = Sieve(member(metadata.parent, quality), bits=MASKED)
    files = (metadata, *(layer.file for layer in layers), sieve.file)
    return Product(metadata.parent, tuple(layers), files, (_facts(image, level),), (sieve,))


def _facts(image: Mapping[str, str], level: str) -> Facts:
    date, clock = image.get("DATE_ACQUIRED"), image.get("SCENE_CENTER_TIME")
    view = view_or_none(0 if image.get("NADIR_OFFNADIR") == "NADIR" else image.get("ROLL_ANGLE"), None)
    return Facts(
        time=time_or_none(f"{date}T{clock}") or time_or_none(date),
        clock=True,
        sun=sun_or_none(image.get("SUN_AZIMUTH"), image.get("SUN_ELEVATION")),
        view=view,
        sensor="optical",
        platform=image.get("SPACECRAFT_ID"),
        level=level,
        units="reflectance",
        credit="Landsat imagery courtesy of the U.S. Geological Survey",
    )


def _of_text(file: Path) -> Groups:
    groups: dict[str, dict[str, str]] = {}
    inside = ""
    for line in read_text(file).decode("utf-8", "replace").splitlines():
        key, equals, value = (part.strip() for part in line.partition("="))
        if not equals:
            continue
        if key == "GROUP":
            inside = value
        elif key != "END_GROUP":
            groups.setdefault(inside, {})[key] = value.strip('"')
    return groups


def _of_json(file: Path) -> Groups:
    try:
        root = json.loads(read_text(file))["LANDSAT_METADATA_FILE"]
        return {name: {key: str(value) for key, value in group.items()} for name, group in root.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableSceneError(f"{file.name} is no Landsat metadata; fetch the product again.") from error


def _of_xml(file: Path) -> Groups:
    return {group.tag: {node.tag: (node.text or "").strip() for node in group} for group in read_xml(file)}
