"""COCO: polygons, or boxes where there are none, on images."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon
from shapely.errors import ShapelyError

from ..errors import ImportFileError
from .foreign import ForeignLabels
from .text import parsed_json


def read_coco(path: Path) -> ForeignLabels:
    """Return the outlines of a COCO file, each on the image it names; windows are put where they lie in it."""
    found, labels = parsed_json(path), ForeignLabels()
    try:
        images = {one["id"]: one for one in found["images"]}
        kinds = {one["id"]: str(one["name"]) for one in found["categories"]}
        for number, one in enumerate(found["annotations"], start=1):
            image = images[one["image_id"]]
            window = _window(image)
            shape = shapely.transform(_outline(one, number, path), lambda corners, at=window: corners + at)
            properties = {"kind": kinds[one["category_id"]], **_mapping(one.get("attributes"))}
            said = _mapping(image.get("depotwatch"))
            name = str(said.get("grid_scene") or image.get("file_name") or "")
            labels.add(number, shape, properties, _mapping(one.get("depotwatch")), name)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ShapelyError) as error:
        raise ImportFileError(f"{path} is no COCO file that can be read ({error!r}): check the file.") from error
    return labels


def _outline(one: Mapping[str, Any], number: int, path: Path) -> Polygon | MultiPolygon:
    segmentation = one.get("segmentation")
    if isinstance(segmentation, Mapping):
        raise ImportFileError(f"{path}: annotation {number} is a mask, which is not read; export polygons.")
    if not segmentation:
        left, top, width, height = map(float, one["bbox"])
        return shapely.box(left, top, left + width, top + height)
    rings = [list(zip(ring[::2], ring[1::2], strict=True)) for ring in segmentation]
    polygons = [Polygon(ring) for ring in rings]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def _window(image: Mapping[str, Any]) -> tuple[float, float]:
    window = _mapping(image.get("depotwatch")).get("window") or (0, 0)
    return float(window[0]), float(window[1])


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
