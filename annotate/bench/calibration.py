"""Whether as many false alarms come as are predicted, on pairs where nothing changed: real ones and made ones.

A made pair is a real scene against its own copy with noise, after a shift through an interpolator, or with a season:
gains that vary smoothly, and vegetation times 1 + 0.12 N. Where a real pair is labelled, the objects of its map that no
label touches are set against what is predicted on the land labelled as unchanged.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ...imagery.change import score_change
from ...imagery.errors import ImageryError
from ...imagery.metadata import ReadOptions
from ...imagery.normalise import normalise
from ...imagery.null import MIN_OBJECT_PX
from ...imagery.read import read_scene
from ...imagery.register import register
from ...imagery.scene import ChangeMap, Floats, Mask, Scene
from .scoring import garwood

SHIFT_PX = 0.7
NOISE = 0.03  # of a band's own spread
SEASON, GAIN = 0.12, 0.05  # of vegetation, field by field; of everything, slowly over the scene
LABEL_MARGIN_PX = 2  # a map is smoothed, and shines that far beyond what changed
MADE = ("noise", "shift", "season")


@dataclass(frozen=True)
class CalibrationRow:
    """
    Alarms on one pair, or on several pooled.

    Parameters
    ----------
    name
        Of the pair, or of the pool.
    observed, predicted
        Connected exceedances where nothing changed, and how many were expected there.
    area_km2
        Ground they lie on.
    refused
        Why there is no map; None where there is one.
    """

    name: str
    observed: int
    predicted: float
    area_km2: float
    refused: str | None = None

    @property
    def ratio(self) -> tuple[float, float, float]:
        """Observed over predicted: low, best, high (Garwood)."""
        return garwood(self.observed, self.predicted)


def bench_calibration(
    folder: Path, unknown_gsd_m: float = 10.0, progress: Callable[[str], None] = lambda name: None
) -> Iterator[CalibrationRow]:
    """
    Score the pairs below a folder that hold unchanged ground, and copies of their before scenes.

    Parameters
    ----------
    folder
        Holds folders of before.tif, after.tif, meta.json, perhaps truth.tif; a name that begins with "null-" says that
        nothing changed.
    unknown_gsd_m
        Where meta.json has no pixel size.
    progress
        Called with the name of each pair before it is scored.

    Yields
    ------
    CalibrationRow
        Pairs without change, then copies, then the unchanged land of labelled pairs, in the order of their names.
    """
    places = sorted(one.parent for one in folder.glob("*/before.tif"))
    for place in (one for one in places if one.name.startswith("null-")):
        progress(place.name)
        yield _unchanged(place, _options(place, unknown_gsd_m))
    for place in (one for one in places if not one.name.startswith("null-")):
        for made in MADE:
            progress(f"{place.name} {made}")
            yield _copied(place, _options(place, unknown_gsd_m), made)
    for place in (one for one in places if (one / "truth.tif").exists() and not one.name.startswith("null-")):
        progress(f"{place.name} unchanged land")
        yield _beside_labels(place, _options(place, unknown_gsd_m))


def pooled(rows: list[CalibrationRow]) -> list[CalibrationRow]:
    """Return a row a class: pairs without change, copies by how they were made, unchanged land."""
    pools: dict[str, CalibrationRow] = {}
    for row in (one for one in rows if one.refused is None):
        name = f"all {row.name.rsplit(': ')[-1]}" if ": " in row.name else "all null pairs"
        known = pools.get(name, CalibrationRow(name, 0, 0.0, 0.0))
        pools[name] = replace(
            known,
            observed=known.observed + row.observed,
            predicted=known.predicted + row.predicted,
            area_km2=known.area_km2 + row.area_km2,
        )
    return list(pools.values())


def to_text(rows: list[CalibrationRow]) -> str:
    """Return the rows, and the pools after them, as a Markdown table; 90 % intervals."""
    lines = ["| pair | km² | observed | predicted | observed / predicted |", "|---|---|---|---|---|"]
    for row in [*rows, *pooled(rows)]:
        if row.refused is not None:
            lines.append(f"| {row.name} | – | – | – | {row.refused} |")
            continue
        low, best, high = row.ratio
        ratio = f"{best:.2f} ({low:.2f}–{high:.2f})" if row.predicted > 0 else "–"
        lines.append(f"| {row.name} | {row.area_km2:.4g} | {row.observed} | {row.predicted:.3g} | {ratio} |")
    return "\n".join(lines)


def _options(place: Path, unknown_gsd_m: float) -> ReadOptions:
    meta = json.loads((place / "meta.json").read_text(encoding="utf-8"))
    radar = any(word in meta["sensor"].lower() for word in ("sar", "sentinel-1"))
    return ReadOptions(gsd_m=float(meta.get("gsd_m") or unknown_gsd_m), sensor="sar" if radar else "optical")


def _unchanged(place: Path, options: ReadOptions) -> CalibrationRow:
    try:
        change = _scored(*(read_scene(place / f"{date}.tif", options) for date in ("before", "after")))
    except ImageryError as error:
        return CalibrationRow(place.name, 0, 0.0, 0.0, str(error).split(";")[0])
    return _row(place.name, change, np.isfinite(change.score))


def _copied(place: Path, options: ReadOptions, made: str) -> CalibrationRow:
    name = f"{place.name}: {made}"
    try:
        before = read_scene(place / "before.tif", options)
        change = _scored(before, copy_of(before, made))
    except ImageryError as error:
        return CalibrationRow(name, 0, 0.0, 0.0, str(error).split(";")[0])
    return _row(name, change, np.isfinite(change.score))


def _beside_labels(place: Path, options: ReadOptions) -> CalibrationRow:
    name = f"{place.name}: unchanged land"
    try:
        change = _scored(*(read_scene(place / f"{date}.tif", options) for date in ("before", "after")))
    except ImageryError as error:
        return CalibrationRow(name, 0, 0.0, 0.0, str(error).split(";")[0])
    truth = read_scene(place / "truth.tif", options).pixels[0]
    side = 2 * LABEL_MARGIN_PX + 1
    near = cv2.dilate((truth != 0).astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    return _row(name, change, np.isfinite(change.score) & ~near)


def _scored(before: Scene, after: Scene) -> ChangeMap:
    return score_change(normalise(register(before, after, accept_residual=True)))


def _row(name: str, change: ChangeMap, inside: Mask) -> CalibrationRow:
    """Count the objects that lie on the ground asked for, all of them."""
    above = (np.nan_to_num(change.score) > 0.5).astype(np.uint8)
    number, labels, stats, _ = cv2.connectedComponentsWithStats(above, connectivity=8)
    outside = np.bincount(labels[~inside], minlength=number)
    observed = int(((stats[1:, cv2.CC_STAT_AREA] >= MIN_OBJECT_PX) & (outside[1:] == 0)).sum())
    area_km2 = float(inside.sum()) * change.grid.pixel_area_m2 / 1e6
    return CalibrationRow(name, observed, change.expected_false_alarms_per_km2 * area_km2, area_km2)


def copy_of(scene: Scene, made: str, seed: int = 5) -> Scene:
    """
    Return a scene as another date would show the same ground, with gain, offset and noise of its own.

    Parameters
    ----------
    made
        "noise" for no more than that; "shift" for `SHIFT_PX` up and to the right as well; "season" for that and gains
        that vary over the ground (for SAR: speckle of four looks).
    """
    rng = np.random.default_rng(seed)
    bands = scene.pixels.astype(np.float64)
    if made != "noise":
        bands = np.stack([ndimage.shift(one, (-SHIFT_PX, SHIFT_PX), order=5, mode="nearest") for one in bands])
    if scene.acquisition.sensor == "sar":
        looks = rng.gamma(4, 1 / 4, bands.shape) if made == "season" else rng.gamma(400, 1 / 400, bands.shape)
        return _of(scene, np.maximum(bands, 0) * np.sqrt(looks))
    if made == "season":
        bands *= (1 + SEASON * _field(rng, bands.shape[1:], 12) * _greenness(bands)) * (
            1 + GAIN * _field(rng, bands.shape[1:], 60)
        )
    noise = NOISE * scene.pixels[:, scene.mask].std(axis=1)[:, None, None] * rng.normal(size=bands.shape)
    return _of(scene, 1.2 * bands + 25 + noise)


def _of(scene: Scene, pixels: NDArray[np.float64]) -> Scene:
    values: Floats = pixels.astype(np.float32)
    return replace(scene, pixels=values, sha256=f"a copy of {scene.sha256}")


def _field(rng: np.random.Generator, shape: tuple[int, ...], sigma_px: float) -> NDArray[np.float64]:
    field = ndimage.gaussian_filter(rng.normal(size=shape), sigma_px, mode="wrap")
    return np.asarray(field / field.std())


def _greenness(bands: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 0 to 1: how much likelier than the scene's median a pixel is vegetated, by its last visible bands."""
    bright, dark = (bands[3], bands[2]) if len(bands) > 3 else (bands[min(1, len(bands) - 1)], bands[0])
    index = (bright - dark) / np.maximum(np.abs(bright) + np.abs(dark), 1e-9)
    spread = max(float(index.std()), 1e-9)
    return np.asarray(1 / (1 + np.exp(-np.clip((index - np.median(index)) / (0.3 * spread), -30, 30))))
