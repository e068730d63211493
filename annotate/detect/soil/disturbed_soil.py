"""What the shape detectors leave: ground that was turned or cleared, and changes that fit no kind."""

import cv2
import numpy as np
import shapely

from ....imagery.scene import ChangeMap, Floats, ScenePair
from ...kinds import Kind
from ..brightness import brightness, greenness
from ..detection import Detection, calibrated
from ..objects import Blob, blobs
from .capacity import capacity
from .soil_spot import Spot, soil_spots
from .turned_ground import turned_ground

SOIL = "disturbed-soil"
UNKNOWN = "unknown"
LEAST_AREA_M2 = 4.0
EVIDENCE = 2.0  # noise units that the mean over an object must move
LEAST_SOIL_AREA_M2 = 60.0  # smaller and bright is as likely a vehicle
WALL_M, WALL_PX = 6.0, 2.0  # across an earth wall, and the pixels that show its two flanks
SLACK = 1.01  # a pixel of 3 m in UTM measures up to 3.003 m on the ground


def remaining(pair: ScenePair, change: ChangeMap, kinds: dict[str, Kind]) -> list[Detection]:
    """
    Return every connected change as disturbed soil or unknown.

    Parameters
    ----------
    pair
        Registered and normalised.
    change
        Its change map.
    kinds
        Those asked for and testable; without either name nothing is returned under it.
    """
    if SOIL not in kinds and UNKNOWN not in kinds:
        return []
    optical = pair.before.acquisition.sensor == pair.after.acquisition.sensor == "optical"
    green = _green_change(pair) if optical else None
    found = _spots(pair, change, kinds[SOIL], green) if optical and SOIL in kinds else []
    explained = shapely.union_all([one.polygon for one in found])
    dates = brightness(pair)
    for blob in blobs(change, LEAST_AREA_M2):
        if blob.polygon.intersection(explained).area > 0.5 * blob.polygon.area:
            continue
        terms = _terms(blob, green)
        soil = optical and SOIL in kinds and _is_soil(blob, terms, kinds[SOIL])
        name = SOIL if soil else UNKNOWN
        if name in kinds:
            found.append(
                Detection(
                    name, _change_word(blob, dates, soil), "unknown", blob.polygon, round(blob.score, 6), None, terms
                )
            )
    return found


def _spots(pair: ScenePair, change: ChangeMap, kind: Kind, green: Floats | None) -> list[Detection]:
    """Return what turned to bare soil in spots of the size of pits, where pixels are too coarse for their walls."""
    if max(pair.grid.gsd_m) * SLACK < WALL_M / WALL_PX:
        return []
    ground = turned_ground(pair)
    if ground is None:
        return []
    rate = kind.false_alarms_per_km2 or change.expected_false_alarms_per_km2
    return [
        Detection(
            SOIL,
            "appeared",
            "unknown",
            spot.polygon,
            calibrated(spot.statistic, spot.threshold),
            None,
            _spot_terms(spot, change.signed, green, kind),
        )
        for spot in soil_spots(ground, pair.grid, rate)
        if kind.length_m[0] <= spot.length_m <= kind.length_m[1] and spot.soft_area_m2 >= LEAST_SOIL_AREA_M2
    ]


def _spot_terms(spot: Spot, signed: Floats, green: Floats | None, kind: Kind) -> dict[str, float | str | bool]:
    terms: dict[str, float | str | bool] = {
        "statistic": round(spot.statistic, 3),
        "threshold": round(spot.threshold, 3),
        "brightening": round(_mean_inside(signed, spot.polygon), 3),
        "area_m2": round(spot.soft_area_m2, 1),
        "length_m": round(spot.length_m, 1),
        "width_m": round(spot.width_m, 1),
        "heading_deg": round(spot.heading_deg, 1),
    }
    if green is not None:
        terms["greening"] = round(_mean_inside(green, spot.polygon), 3)
    room = capacity(kind, spot.soft_area_m2, spot.error_m2)
    return terms if room is None else {**terms, **room.terms()}


def _mean_inside(image: Floats, polygon: shapely.Polygon) -> float:
    """Return the mean of the pixels that an outline touches."""
    left, top, right, bottom = (int(np.floor(side)) for side in polygon.bounds)
    window = image[max(top, 0) : bottom + 1, max(left, 0) : right + 1]
    corners = np.asarray(polygon.exterior.coords) - np.array([max(left, 0), max(top, 0)]) - 0.5
    inside = cv2.fillPoly(np.zeros(window.shape, np.uint8), [np.rint(corners).astype(np.int32)], 1) > 0
    values = window[inside & np.isfinite(window)]
    return float(values.mean()) if values.size else 0.0


def _green_change(pair: ScenePair) -> Floats | None:
    """Change of the vegetation index in its own noise units."""
    before, after = greenness(pair.before), greenness(pair.after)
    valid = pair.valid
    if before is None or after is None or not valid.any():
        return None
    change = after - before
    middle = float(np.median(change[valid]))
    spread = 1.4826 * float(np.median(np.abs(change[valid] - middle))) + 1e-6
    return np.asarray((change - middle) / spread, dtype=np.float32)


def _terms(blob: Blob, green: Floats | None) -> dict[str, float | str | bool]:
    terms: dict[str, float | str | bool] = {
        "brightening": round(blob.brightening, 3),
        "area_m2": round(blob.area_m2, 1),
        "length_m": round(blob.length_m, 1),
        "width_m": round(blob.width_m, 1),
        "heading_deg": round(blob.heading_deg, 1),
        "fill": round(blob.fill, 3),
    }
    if green is not None:
        terms["greening"] = round(float(green[blob.window][blob.pixels].mean()), 3)
    return terms


def _is_soil(blob: Blob, terms: dict[str, float | str | bool], kind: Kind) -> bool:
    """Bare ground: brighter, or less green without being darker; and of a size that the kind allows."""
    fits = kind.length_m[0] <= blob.length_m <= kind.length_m[1] and kind.width_m[0] <= blob.width_m <= kind.width_m[1]
    if not fits or blob.area_m2 < LEAST_SOIL_AREA_M2:
        return False
    greening = terms.get("greening")
    if isinstance(greening, float):
        return greening < -EVIDENCE and blob.brightening > -EVIDENCE
    return blob.brightening > EVIDENCE


def _change_word(blob: Blob, dates: tuple[Floats, Floats], soil: bool) -> str:
    """Soil appears; for the rest the date with more structure inside the outline has the thing, if it is clear."""
    if soil:
        return "appeared"
    before, after = (float(image[blob.window][blob.pixels].std()) for image in dates)
    if after > 1.5 * before:
        return "appeared"
    return "vanished" if before > 1.5 * after else "altered"
