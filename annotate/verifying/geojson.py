"""An exported GeoJSON: what can be told of it without the project it came from."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyproj import Geod
from shapely import Polygon

from ...imagery.hashing import sha256_of
from ...labels.plural import plural
from ..identity import comparison_id
from .finding import DIFFERS, OK, UNCHECKED, Finding
from .imagery import Shelf

ROUNDED_M = 0.02  # corners are written to a centimetre each way
AREA_TOLERANCE = 0.005  # of map metres against metres on the ellipsoid


def read_collection(file: Path) -> Mapping[str, Any] | None:
    """Return the collection of a GeoJSON that depotwatch wrote, or None where a file is none."""
    try:
        read: Any = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return None
    said = read.get("depotwatch") if isinstance(read, dict) else None
    return {**read} if isinstance(said, dict) and isinstance(read.get("features"), list) else None


def check_noted_head(collection: Mapping[str, Any], head: str | None) -> Finding:
    """Check that an export carries the head that was noted of it."""
    carried = str(collection["depotwatch"].get("journal_head", ""))
    if head is None:
        return Finding("head", UNCHECKED, "No --head was given to hold the one that it carries against.")
    numbers, hashes = zip(*(text.strip().lower().rpartition(":")[::2] for text in (carried, head)), strict=True)
    same_number = numbers[0] == numbers[1] or "" in numbers  # a hash may be noted without its number
    if carried and hashes[0] == hashes[1] and same_number:
        return Finding("head", OK, "It carries the head that was noted.")
    told = f"It carries the head {carried or 'of no journal'}, and {head} was noted."
    return Finding("head", DIFFERS, "It is not of the journal that was noted, or of another state of it.", (told,))


def check_said(collection: Mapping[str, Any]) -> Finding:
    """Check that ids, outlines, areas and counts agree with one another."""
    told = []
    for one in collection["depotwatch"].get("comparisons", ()):
        parts = one.get("before"), one.get("after"), one.get("settings", {}), one.get("version")
        if one.get("id") != comparison_id(*parts):
            told.append(f"Comparison {str(one.get('id'))[:8]} does not bear the id that its scenes and settings give.")
    features = collection["features"]
    for feature in features:
        try:
            told += _unlike(feature)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            told.append(f"A label lacks what every label is exported with: {json.dumps(feature)[:60]}…")
    if told:
        return Finding("content", DIFFERS, "It does not agree with itself.", tuple(told))
    return Finding("content", OK, f"Ids, outlines, areas and counts of {plural(len(features), 'label')} agree.")


def check_scenes(collection: Mapping[str, Any], folder: Path, shelf: Shelf) -> Finding:
    """Hash the images that an export names, where they lie beside it or in the folder of imagery."""
    scenes: Sequence[Mapping[str, Any]] = collection["depotwatch"].get("scenes", ())
    told, missing = [], []
    for one in scenes:
        beside = folder / str(one["name"])
        if shelf.with_hash(str(one["id"])) is not None:
            continue
        if not beside.is_file():
            missing.append(str(one["name"]))
        elif sha256_of([beside]) != one["id"]:
            told.append(f"{beside} holds other bytes than were compared.")
    if told:
        return Finding("imagery", DIFFERS, "Images are not those that were compared.", tuple(told))
    if missing:
        return Finding("imagery", UNCHECKED, f"Not at hand: {', '.join(missing)}; give their folder with --imagery.")
    return Finding("imagery", OK, f"The files of {plural(len(scenes), 'scene')} hold the bytes that were compared.")


def _unlike(feature: Mapping[str, Any]) -> list[str]:
    """Return in what a feature contradicts itself."""
    said, name = feature["properties"], str(feature.get("id"))[:8]
    told = []
    if feature.get("id") != said.get("id"):
        told.append(f"Label {name} has the id {said.get('id')} among its properties.")
    rings = feature["geometry"]["coordinates"]
    outline = Polygon(rings[0], rings[1:])
    area, perimeter = Geod(ellps="WGS84").geometry_area_perimeter(outline)
    if abs(abs(area) - said["area_m2"]) > perimeter * ROUNDED_M + AREA_TOLERANCE * said["area_m2"]:
        told.append(f"The outline of label {name} has {abs(area):.0f} m², and says {said['area_m2']:.0f} m².")
    counts = [said[key] for key in ("count_low", "count_best", "count_high") if said.get(key) is not None]
    if counts != sorted(counts):
        told.append(f"The count of label {name} is no interval: {', '.join(map(str, counts))}.")
    return told
