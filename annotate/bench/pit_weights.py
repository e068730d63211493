"""
Weights of the pit detector's odds, learned from rendered cases and from real pairs without pits.

`python -m depotwatch.annotate.bench.pit_weights NAME FOLDER [FOLDER…]` prints a table for detect/pit/odds.toml. Each
FOLDER holds cases of one renderer, a sub-folder each with before.tif, after.tif and truth.json; without a truth.json
nothing is there. Penalised logistic regression, each folder with the same say; the threshold is where unmatched places,
scored by weights that were learned without their own fold, come at most `FALSE_PER_KM2` times a square kilometre in
every folder. Names are fine and coarse, or fine-grey and coarse-grey for weights that need no colour.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry import shape

from ...imagery.metadata import ReadOptions
from ...imagery.normalise import normalise
from ...imagery.read import read_scene
from ...imagery.register import register
from ...imagery.scene import ScenePair, Sun
from ..detect.pit.odds import FALSE_PER_KM2, FARTHEST, Odds
from ..detect.pit.search import outline, places
from ..detect.pit.storage_pit import apart
from ..detect.pit.terms import COLOURS
from ..detect.pit.view import view_of
from ..kinds import load_kinds
from ..matching import iou
from ..one_to_one import LEAST_IOU

PENALTY, CURVED_PENALTY = 5.0, 10.0  # of weights and of curvatures
FOLDS = 5
STEPS = 15
KIND = "storage-pit"
NONE, EXCUSED = -1, -2
ANY_SUN = Sun(160.0, 45.0)  # for pairs without pits, of which none is known
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Examples:
    """
    The places of one case.

    Parameters
    ----------
    names
        Of the terms.
    terms
        float64 (n, k).
    object
        int64 (n): which object of the truth a place is; `NONE`, or `EXCUSED` where a pit was altered.
    outlines
        n polygons in pixels.
    area_km2
        Ground compared.
    """

    names: tuple[str, ...]
    terms: Doubles
    object: NDArray[np.int64]
    outlines: tuple[Polygon, ...]
    area_km2: float

    def grey(self) -> "Examples":
        """Return the same places without the terms of colour, nor noise, which then stands in for the renderer."""
        kept = [index for index, name in enumerate(self.names) if name not in (*COLOURS, "noise")]
        return replace(self, names=tuple(self.names[index] for index in kept), terms=self.terms[:, kept])


def examples(pair: ScenePair, truth: Sequence[tuple[str, Polygon, float]]) -> Examples:
    """
    Return the places of a registered, normalised pair.

    Parameters
    ----------
    pair
        With known suns.
    truth
        Change, outline in pixels and width in pixels of each pit that changed.
    """
    view = view_of(pair)
    if view is None:
        raise ValueError("The pair has no valid pixel; leave it out.")
    found = list(places(pair, view, load_kinds()[KIND]))
    outlines = tuple(outline(place.fit, view.frame) for place in found)
    names = tuple(found[0].found) if found else ()
    which = [
        _object(polygon, "appeared" if place.sign > 0 else "vanished", truth)
        for place, polygon in zip(found, outlines, strict=True)
    ]
    terms = np.array([[place.found[name] for name in names] for place in found]).reshape(len(found), len(names))
    area = float(view.valid.sum()) * view.frame.step_m**2 / 1e6
    return Examples(names, terms, np.array(which, dtype=np.int64), outlines, area)


def _object(polygon: Polygon, change: str, truth: Sequence[tuple[str, Polygon, float]]) -> int:
    """Return the object that an outline is, by the rule of `scoring.tally`."""
    best, overlap = NONE, -1.0
    for index, (happened, thing, width_px) in enumerate(truth):
        shared = iou(polygon, thing)
        near = polygon.centroid.distance(thing.centroid) <= width_px / 2
        if happened in (change, "altered") and (near or shared >= LEAST_IOU) and shared > overlap:
            best, overlap = EXCUSED if happened == "altered" else index, shared
    return best


def learn(groups: Sequence[Sequence[Examples]], coarsest_m: float, colour: bool = True) -> Odds:
    """Return the odds learned from groups of cases, each with the same say, with or without the terms of colour."""
    if not colour:
        groups = [[case.grey() for case in group] for group in groups]
    names = next(case.names for group in groups for case in group if case.names)
    mean, spread, weights = _fit(groups)
    scored: list[list[tuple[Examples, Doubles]]] = [[] for _ in groups]
    for fold in range(FOLDS):
        rest = [[case for index, case in enumerate(group) if index % FOLDS != fold] for group in groups]
        model = _fit(rest)
        for into, group in zip(scored, groups, strict=True):
            into += [(case, _scores(case, model)) for case in group[fold::FOLDS]]
    threshold = max(_threshold(group) for group in scored)
    columns = zip(names, mean, spread, *np.split(weights[1:], 2), strict=True)
    terms = {name: (float(m), float(s), float(w), float(c)) for name, m, s, w, c in columns}
    return Odds(coarsest_m, colour, float(weights[0]), threshold, terms)


def _fit(groups: Sequence[Sequence[Examples]]) -> tuple[Doubles, Doubles, Doubles]:
    """Newton's method on the penalised likelihood; a group's places weigh as much as 300 pits' would."""
    full = [[case for case in group if len(case.terms)] for group in groups]
    counted = np.concatenate([case.object != EXCUSED for group in full for case in group])
    terms = np.concatenate([case.terms for group in full for case in group])[counted]
    found = np.concatenate([case.object >= 0 for group in full for case in group]).astype(float)[counted]
    say = np.concatenate([np.full(len(case.terms), _say(group)) for group in full for case in group])[counted]
    mean = np.average(terms, axis=0, weights=say)
    spread = np.sqrt(np.average(np.square(terms - mean), axis=0, weights=say)) + 1e-6
    design, count = _design(terms, mean, spread), terms.shape[1]
    penalty = np.diag(np.repeat([0.0, PENALTY, CURVED_PENALTY], [1, count, count]))
    weights = np.zeros(design.shape[1])
    weights[0] = -3.0

    def loss(trial: Doubles) -> float:
        fitted = design @ trial
        return float(say @ (np.logaddexp(0, fitted) - found * fitted) + trial @ penalty @ trial / 2)

    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -50, 50)))
        curve = (design.T * (say * chance * (1 - chance) + 1e-9)) @ design + penalty
        step = np.linalg.solve(curve, design.T @ (say * (found - chance)) - penalty @ weights)
        while loss(weights + step) > loss(weights) and np.abs(step).max() > 1e-6:
            step = step / 2
        weights = weights + step
    return mean, spread, weights


def _design(terms: Doubles, mean: Doubles, spread: Doubles) -> Doubles:
    away = np.clip((terms - mean) / spread, -FARTHEST, FARTHEST)
    return np.column_stack([np.ones(len(terms)), away, np.square(away)])


def _say(group: Sequence[Examples]) -> float:
    pits = sum(int((case.object >= 0).sum()) for case in group)
    return min(3.0, 300 / max(pits, 100)) if pits else 1.0


def _scores(case: Examples, model: tuple[Doubles, Doubles, Doubles]) -> Doubles:
    mean, spread, weights = model
    return _design(case.terms, mean, spread) @ weights if len(case.terms) else np.zeros(0)


def _threshold(scored: Sequence[tuple[Examples, Doubles]]) -> float:
    false: list[float] = []
    for case, scores in scored:
        seen: set[int] = set()
        for index in apart(case.outlines, scores):
            thing = int(case.object[index])
            if thing == NONE or thing in seen:
                false.append(float(scores[index]))
            seen |= {thing} - {NONE, EXCUSED}
    allowed = int(FALSE_PER_KM2 * sum(case.area_km2 for case, _ in scored))
    return sorted(false, reverse=True)[min(allowed, len(false) - 1)]


def to_toml(name: str, odds: Odds) -> str:
    """Return a table of detect/pit/odds.toml."""
    lines = [f"[{name}]", f"coarsest_m = {odds.coarsest_m:g}", f"colour = {str(odds.colour).lower()}"]
    lines += [f"constant = {odds.constant:.3f}", f"threshold = {odds.threshold:.3f}"]
    lines += [f"[{name}.terms]  # mean, spread, weight, curvature"]
    ranked = sorted(odds.terms.items(), key=lambda item: -abs(item[1][2]))
    lines += [f"{term} = [{row[0]:.4f}, {row[1]:.4f}, {row[2]:.3f}, {row[3]:.3f}]" for term, row in ranked]
    return "\n".join(lines)


def _case(folder: Path) -> Examples:
    note = folder / "meta.json"
    about = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
    options = ReadOptions(gsd_m=about["gsd_m"], sun=ANY_SUN) if about else ReadOptions()
    before, after = (read_scene(folder / f"{date}.tif", options) for date in ("before", "after"))
    known = folder / "truth.json"
    features = json.loads(known.read_text(encoding="utf-8"))["features"] if known.exists() else []
    truth = []
    for feature in features:
        told, polygon = feature["properties"], shape(feature["geometry"])
        if told["kind"] == KIND and told["change"] != "persisted":
            scale = (polygon.area / (told["length_m"] * told["width_m"])) ** 0.5
            truth.append((told["change"], polygon, told["width_m"] * scale))
    return examples(normalise(register(before, after, accept_residual=True)), truth)


if __name__ == "__main__":
    table, *folders = sys.argv[1:]
    made = [[_case(path.parent) for path in sorted(Path(folder).glob("*/before.tif"))] for folder in folders]
    print(to_toml(table, learn(made, 2.0 if table.startswith("fine") else 4.0, not table.endswith("-grey"))))
