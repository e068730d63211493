"""What the shape detectors leave: ground that was turned or cleared, and changes that fit no kind."""

import numpy as np

from ...imagery.scene import ChangeMap, Floats, ScenePair
from ..kinds import Kind
from .brightness import brightness, greenness
from .detection import Detection
from .objects import Blob, blobs

SOIL = "disturbed-soil"
UNKNOWN = "unknown"
LEAST_AREA_M2 = 4.0
EVIDENCE = 2.0  # noise units that the mean over an object must move
LEAST_SOIL_AREA_M2 = 60.0  # smaller and bright is as likely a vehicle


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
    found = []
    dates = brightness(pair)
    for blob in blobs(change, LEAST_AREA_M2):
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
