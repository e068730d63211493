"""Candidates of rendered and of labelled pairs, with what is true of each."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import shapely

from ...imagery.errors import ImageryError
from ...imagery.metadata import ReadOptions
from ...imagery.read import read_scene
from ...imagery.scene import Floats
from ...imagery.synthetic import Case, TruthObject, render_case, write_case
from ...labels.records import Candidate
from ..compare import Settings, compare
from ..matching import iou

CHANGED = 0.5  # of an outline's labelled ground
SAME_PLACE = 0.3  # intersection over union with an object
UNLABELLED = 255


@dataclass(frozen=True, eq=False)
class Judged:
    """
    The candidates of one pair.

    Parameters
    ----------
    name
        Of the pair.
    candidates
        As the comparison gave them.
    real
        For each of them True where it lies on a change, None where that is not known.
    """

    name: str
    candidates: tuple[Candidate, ...]
    real: tuple[bool | None, ...]


def rendered(
    seeds: Sequence[int], gsds: Sequence[float], *, null: bool = False, disturbed: Callable[[Case], Case] | None = None
) -> Iterator[Judged]:
    """
    Yield the candidates of rendered cases.

    Parameters
    ----------
    seeds, gsds
        One case each; pixel sizes in metres.
    null
        Nothing changes.
    disturbed
        What is done to a case before it is compared.
    """
    for gsd_m in gsds:
        for seed in seeds:
            case = render_case(seed, gsd_m, null=null)
            case = case if disturbed is None else disturbed(case)
            with tempfile.TemporaryDirectory(prefix="depotwatch-bench-") as folder:
                before, after, _ = write_case(case, Path(folder))
                found = compare(before, after, Path(folder) / "bench.gpkg", Settings()).candidates
            changed = [thing for thing in case.truth if thing.change != "persisted"]
            yield Judged(f"rendered {seed}, {gsd_m:g} m", found, tuple(_on_one(one, changed) for one in found))


def labelled(pairs: Path | None) -> Iterator[Judged]:
    """
    Yield the candidates of real pairs, those that can be compared.

    Parameters
    ----------
    pairs
        Holds folders of before.tif, after.tif, meta.json and truth.tif (0 no change, 1 change, 255 not labelled); None
        for none.
    """
    for place in [] if pairs is None else sorted(one.parent for one in pairs.glob("*/truth.tif")):
        meta = json.loads((place / "meta.json").read_text(encoding="utf-8"))
        radar = any(word in meta["sensor"].lower() for word in ("sar", "sentinel-1"))
        options = ReadOptions(gsd_m=float(meta.get("gsd_m") or 10.0), sensor="sar" if radar else "optical")
        chosen = Settings(before=options, after=options, accept_residual=True)
        try:
            with tempfile.TemporaryDirectory(prefix="depotwatch-bench-") as folder:
                files = place / "before.tif", place / "after.tif"
                found = compare(*files, Path(folder) / "bench.gpkg", chosen).candidates
            truth = read_scene(place / "truth.tif", options).pixels[0]
        except ImageryError:
            continue
        yield Judged(place.name, found, tuple(_changed(one, truth) for one in found))


def _on_one(one: Candidate, changed: Sequence[TruthObject]) -> bool:
    """Return True where a candidate lies on something that changed, whatever it is taken for."""
    outline = one.shape.pixels
    return any(iou(outline, thing.polygon) > SAME_PLACE or outline.centroid.within(thing.polygon) for thing in changed)


def _changed(one: Candidate, truth: Floats) -> bool | None:
    """Return whether most of an outline's labelled ground changed; None where none is labelled."""
    left, top, right, bottom = (max(int(value), 0) for value in one.shape.pixels.bounds)
    window = truth[top : bottom + 1, left : right + 1]
    inside = np.zeros(window.shape, dtype=np.uint8)
    corners = shapely.get_coordinates(one.shape.pixels.exterior) - 0.5 - [left, top]
    cv2.fillPoly(inside, [np.round(corners).astype(np.int32)], 1)
    known = window[(inside > 0) & (window != UNLABELLED)]
    return bool((known == 1).mean() > CHANGED) if known.size else None
