"""Registration, change maps and the null on real pairs: folders of before.tif, after.tif, meta.json, perhaps truth.tif.

truth.tif holds 1 where labelled as changed, 0 where labelled as not, anything else where nobody looked.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time

import cv2
import numpy as np
from numpy.typing import NDArray

from ...imagery.change import score_change
from ...imagery.errors import ImageryError
from ...imagery.metadata import ReadOptions
from ...imagery.normalise import normalise
from ...imagery.null import MIN_OBJECT_PX
from ...imagery.read import read_scene
from ...imagery.register import register
from ...imagery.scene import ChangeMap, Mask, ScenePair


@dataclass(frozen=True)
class PairRow:
    """
    What one pair gave.

    Parameters
    ----------
    name
        Of its folder.
    refused
        The reason, or None.
    shift_px, residual_px
        [y, x]; held-out median and p95.
    precision, plain_precision
        Average precision of the score, and of z-scored change vectors on the same pair; None without truth.
    kappa
        Cohen's, at the tool's own threshold; None without truth.
    objects, predicted
        Connected exceedances, and how many were expected where nothing changed; to be compared on pairs without change.
    cpu_s
        Processor seconds from reading to map.
    """

    name: str
    refused: str | None
    shift_px: tuple[float, float] | None = None
    residual_px: tuple[float, float] | None = None
    precision: float | None = None
    plain_precision: float | None = None
    kappa: float | None = None
    objects: int = 0
    predicted: float = 0.0
    cpu_s: float = 0.0


def bench_pairs(folder: Path, unknown_gsd_m: float = 10.0) -> Iterator[PairRow]:
    """
    Run every pair below a folder with default settings; where meta.json has no pixel size, it is `unknown_gsd_m`.

    Yields
    ------
    PairRow
        In the order of the names.
    """
    for place in sorted(one.parent for one in folder.glob("*/before.tif")):
        meta = json.loads((place / "meta.json").read_text(encoding="utf-8"))
        radar = any(word in meta["sensor"].lower() for word in ("sar", "sentinel-1"))
        gsd_m = meta.get("gsd_m") or unknown_gsd_m
        yield _run(place, ReadOptions(gsd_m=float(gsd_m), sensor="sar" if radar else "optical"))


def to_text(rows: list[PairRow]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| pair | shift px (y, x) | residual px (median, p95) | AP (CVA) | kappa | objects (predicted) | CPU s |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        if row.refused is not None or row.shift_px is None or row.residual_px is None:
            lines.append(f"| {row.name} | refused | {row.refused} | – | – | – | {row.cpu_s:.1f} |")
            continue
        scored = "–" if row.precision is None else f"{row.precision:.3f} ({row.plain_precision:.3f})"
        kappa = "–" if row.kappa is None else f"{row.kappa:.3f}"
        lines.append(
            f"| {row.name} | {row.shift_px[0]:.2f}, {row.shift_px[1]:.2f} | {row.residual_px[0]:.2f}, "
            f"{row.residual_px[1]:.2f} | {scored} | {kappa} | {row.objects} ({row.predicted:.1f}) | {row.cpu_s:.1f} |"
        )
    return "\n".join(lines)


def _run(place: Path, options: ReadOptions) -> PairRow:
    started = process_time()
    try:
        pair = register(read_scene(place / "before.tif", options), read_scene(place / "after.tif", options))
        change = score_change(normalise(pair))
    except ImageryError as error:
        return PairRow(place.name, str(error).split(";")[0].split(", so ")[0], cpu_s=process_time() - started)
    spent = process_time() - started
    residual, valid = pair.registration.residual, np.isfinite(change.score)
    area_km2 = float(valid.sum()) * pair.grid.pixel_area_m2 / 1e6
    row = PairRow(
        place.name,
        None,
        pair.registration.shift_px,
        (residual.median_px, residual.p95_px),
        objects=_objects(change),
        predicted=change.expected_false_alarms_per_km2 * area_km2,
        cpu_s=spent,
    )
    if not (place / "truth.tif").exists():
        return row
    truth = read_scene(place / "truth.tif", options).pixels[0]
    if not (truth == 1).any():
        return row
    labelled = valid & (truth <= 1)
    return replace(
        row,
        precision=average_precision(change.score[labelled], truth[labelled] == 1),
        plain_precision=average_precision(_plain(pair)[labelled], truth[labelled] == 1),
        kappa=kappa(change.score[labelled] > 0.5, truth[labelled] == 1),
    )


def average_precision(score: NDArray[np.floating], positive: Mask) -> float:
    """Return the mean, over the positives, of the precision at each one's score."""
    order = np.argsort(-score, kind="stable")
    hit = positive[order]
    return float((np.cumsum(hit) / np.arange(1, len(hit) + 1))[hit].mean())


def kappa(said: Mask, true: Mask) -> float:
    """Return Cohen's kappa of two yes-or-no maps."""
    agree = float((said == true).mean())
    chance = float(said.mean() * true.mean() + (1 - said.mean()) * (1 - true.mean()))
    return (agree - chance) / (1 - chance) if chance < 1 else 0.0


def _objects(change: ChangeMap) -> int:
    above = (np.nan_to_num(change.score) > 0.5).astype(np.uint8)
    stats = cv2.connectedComponentsWithStats(above, connectivity=8)[2]
    return int((stats[1:, cv2.CC_STAT_AREA] >= MIN_OBJECT_PX).sum())


def _plain(pair: ScenePair) -> NDArray[np.float64]:
    """Return change vectors on z-scored bands (log-ratio of one SAR band): the baseline, on the registered pair."""
    total = np.zeros(pair.grid.shape)
    for before, after in zip(pair.before.pixels, pair.after.pixels, strict=True):
        if pair.before.acquisition.sensor == "sar":
            before, after = (np.log(np.maximum(band, 0) + 1) for band in (before, after))
        first, second = ((band - band[pair.valid].mean()) / (band[pair.valid].std() + 1e-9) for band in (before, after))
        total += (second - first) ** 2
    return np.sqrt(total)
