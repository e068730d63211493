"""False alarms of named kinds on real pairs: where nothing changed, and on land labelled as unchanged."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from ...imagery.errors import ImageryError
from ...imagery.metadata import ReadOptions
from ...imagery.read import read_scene
from ...imagery.register.register import MAX_RESIDUAL_PX
from ...imagery.scene import Mask
from ...labels.records import Candidate
from ..compare import Result, Settings, compare
from .scoring import LEVEL, garwood

GSDS_M = (0.3, 3.0)  # pairs within these sizes
KINDS = ("storage-pit", "container-stack", "vessel", "rail-car")
NULL = "null-"  # begins the name of a pair in which nothing changed
LOOSE = ", misregistration accepted"
MOSTLY = 0.5  # of an outline's pixels, above which it lies on a label


@dataclass(frozen=True, slots=True)
class GroundRow:
    """
    Proposals on one pair's unchanged ground, or on several pooled.

    Parameters
    ----------
    name
        Of the pair, or of the pool.
    area_km2
        Unchanged ground compared.
    alarms
        Proposals there, a number a kind.
    refused
        Why there are none; None where there was a comparison.
    loose
        Whether it was compared only because the misregistration left was accepted (`compare --accept-residual`).
    """

    name: str
    area_km2: float
    alarms: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    refused: str | None = None
    loose: bool = False


def bench_real_ground(folder: Path) -> Iterator[GroundRow]:
    """
    Compare pairs as a user would, and count what is proposed where nothing changed.

    Nothing changed anywhere in pairs whose name begins with "null-", else on ground labelled 0. Pairs whose pixels are
    not within `GSDS_M`, and those with neither, are left out. A misregistration that the comparison refuses is
    accepted, as a user may, and the row says so.

    Yields
    ------
    GroundRow
        In the order of the names.
    """
    for place in sorted(one.parent for one in folder.glob("*/before.tif")):
        meta = json.loads((place / "meta.json").read_text(encoding="utf-8"))
        gsd_m = float(meta.get("gsd_m") or 0)
        null = place.name.startswith(NULL)
        if GSDS_M[0] <= gsd_m <= GSDS_M[1] and (null or (place / "truth.tif").exists()):
            yield _row(place, ReadOptions(gsd_m=gsd_m, sensor="optical"), null)


def _row(place: Path, options: ReadOptions, null: bool) -> GroundRow:
    settings = Settings(before=options, after=options, accept_residual=True)
    try:
        with TemporaryDirectory(prefix="depotwatch-bench-") as work:
            result = compare(place / "before.tif", place / "after.tif", Path(work) / "bench.gpkg", settings)
        unchanged = np.ones(result.before.grid.shape, dtype=np.bool_)
        if not null:
            unchanged = np.asarray(read_scene(place / "truth.tif", options).pixels[0] == 0)
    except ImageryError as error:
        return GroundRow(place.name, 0.0, refused=str(error))
    if result.pair is None or result.comparison.refused is not None:
        return GroundRow(place.name, 0.0, refused=result.comparison.refused)
    return _counted(place.name, result, unchanged, unchanged & result.pair.valid)


def _counted(name: str, result: Result, unchanged: Mask, compared: Mask) -> GroundRow:
    alarms = dict.fromkeys(KINDS, 0)
    for one in result.candidates:
        if one.kind in alarms and _share_on(one, unchanged) > MOSTLY:
            alarms[one.kind] += 1
    p95_px = result.comparison.residual_p95_px
    area_km2 = float(compared.sum()) * result.before.grid.pixel_area_m2 / 1e6
    return GroundRow(name, area_km2, alarms, loose=p95_px is not None and p95_px > MAX_RESIDUAL_PX)


def _share_on(one: Candidate, ground: Mask) -> float:
    inside = np.zeros(ground.shape, np.uint8)
    cv2.fillPoly(inside, [np.rint(np.asarray(one.shape.pixels.exterior.coords) - 0.5).astype(np.int32)], (1,))
    return float(ground[inside > 0].mean()) if inside.any() else 0.0


def pooled(rows: list[GroundRow]) -> list[GroundRow]:
    """Return the pairs without change pooled, and the unchanged ground of labelled pairs pooled."""
    pools = []
    for name, null in (("all null pairs", True), ("all labelled unchanged", False)):
        for loose in (False, True):
            chosen = [one for one in rows if one.name.startswith(NULL) == null and one.loose == loose]
            alarms = {kind: sum(one.alarms[kind] for one in chosen) for kind in KINDS}
            pools.append(GroundRow(name, sum(one.area_km2 for one in chosen), alarms, loose=loose))
    return pools


def to_text(rows: list[GroundRow]) -> str:
    """Return the rows and pools as a Markdown table: number, and number per square kilometre with its interval."""
    lines = [
        f"False alarms on real ground where nothing changed: number; per km² with its {LEVEL:.0%} interval.",
        "",
        f"| pair | km² | {' | '.join(KINDS)} |",
        f"|---|---|{'---|' * len(KINDS)}",
    ]
    for row in [*rows, *pooled(rows)]:
        if row.refused is not None:
            lines.append(f"| {row.name} | – | {row.refused.split(';')[0]} |{' |' * (len(KINDS) - 1)}")
            continue
        told = [_rate(row.alarms[kind], row.area_km2) for kind in KINDS]
        lines.append(f"| {row.name}{LOOSE if row.loose else ''} | {row.area_km2:.3f} | {' | '.join(told)} |")
    return "\n".join(lines)


def _rate(alarms: int, area_km2: float) -> str:
    low, best, high = garwood(alarms, area_km2)
    return f"{alarms}; {best:.1f} ({low:.1f}–{high:.1f})" if area_km2 else "–"
