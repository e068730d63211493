"""
Weights of the pit detector's odds, learned from rendered cases and from real pairs without pits.

`python -m depotwatch.annotate.bench.pit_weights TABLE FOLDER [FOLDER…] [--cache FOLDER]` prints a table for
detect/pit/odds.toml. Each FOLDER holds cases of one renderer, a sub-folder each with before.tif, after.tif and
truth.json; without a truth.json nothing is there. Penalised logistic regression, each folder with the same say; the
threshold is where unmatched places, scored by weights that were learned without their own fold, come at most
`FALSE_PER_KM2` times a square kilometre in every folder, and `QUIET_PER_KM2` times in one without a pit. Tables are
named search-fine, search-coarse and fine, each also with -grey, for weights that need no colour. Those of the search
say where a closer look is worth it, so they are learned, and pasted, before the others. With --cache what was found is
kept, and only cases that are new, or found by another detector, are worked out again.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..detect.pit.odds import FALSE_PER_KM2, FARTHEST, Odds
from ..detect.pit.storage_pit import apart
from ..detect.pit.terms import COLOURS
from .pit_places import EXCUSED, NONE, Doubles, Examples, folder_examples

PENALTY, CURVED_PENALTY = 5.0, 50.0  # of weights and of curvatures, which bend most where no example was
DROPPED = (
    "noise",
    "green",
)  # after a closer look: they tell renderers and landscapes apart, not pits from other things
FOLDS = 5
STEPS = 15
QUIET_PER_KM2 = 1.0  # on real ground, which is told from rendered ground by having no pit
ENOUGH = 200  # places of a case, of which a handful come near the threshold
ABOVE = 0.1  # the strongest false alarm, where none is allowed
FINE_M, COARSE_M = 2.0, 4.0  # frame steps up to which the tables of their names hold
TABLES = tuple(
    f"{search}{size}{colour}" for search in ("search-", "") for size in ("fine", "coarse") for colour in ("", "-grey")
)


def learn(groups: Sequence[Sequence[Examples]], coarsest_m: float, closer: bool = True, colour: bool = True) -> Odds:
    """Return the odds learned from groups of cases, each with the same say, with or without the terms of colour."""
    dropped = (*(DROPPED if closer else ()), *(() if colour else (*COLOURS, "noise")))
    groups = [[case.without(dropped) for case in group] for group in groups]
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
    return Odds(coarsest_m, closer, colour, float(weights[0]), threshold, terms)


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
        strongest = np.argsort(-scores, kind="stable")[:ENOUGH]  # the rest cannot push them aside
        for index in strongest[apart([case.outlines[place] for place in strongest], scores[strongest])]:
            thing = int(case.object[index])
            if thing == NONE or thing in seen:
                false.append(float(scores[index]))
            seen |= {thing} - {NONE, EXCUSED}
    rate = FALSE_PER_KM2 if any((case.object >= 0).any() for case, _ in scored) else QUIET_PER_KM2
    allowed = int(rate * sum(case.area_km2 for case, _ in scored))
    least = min((float(scores.min()) for _, scores in scored if len(scores)), default=0.0)
    ranked = [*sorted(false, reverse=True), *[least] * (allowed + 1)]
    return (ranked[max(allowed - 1, 0)] + ranked[allowed]) / 2 if allowed else ranked[0] + ABOVE


def to_toml(name: str, odds: Odds) -> str:
    """Return a table of detect/pit/odds.toml."""
    lines = [f"[{name}]", f"coarsest_m = {odds.coarsest_m:g}", f"closer = {str(odds.closer).lower()}"]
    lines += [f"colour = {str(odds.colour).lower()}"]
    lines += [f"constant = {odds.constant:.3f}", f"threshold = {odds.threshold:.3f}"]
    lines += [f"[{name}.terms]  # mean, spread, weight, curvature"]
    ranked = sorted(odds.terms.items(), key=lambda item: -abs(item[1][2]))
    lines += [f"{term} = [{row[0]:.4f}, {row[1]:.4f}, {row[2]:.3f}, {row[3]:.3f}]" for term, row in ranked]
    return "\n".join(lines)


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m depotwatch.annotate.bench.pit_weights")
    parser.add_argument("table", choices=TABLES)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--cache", type=Path, help="keep what was found here, for the next time")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> str:
    """Return the table that was asked for; progress goes to standard error."""
    asked = _asked(arguments)
    closer = not asked.table.startswith("search-")
    cases = [[path.parent for path in sorted(folder.glob("*/before.tif"))] for folder in asked.folders]
    done, total = 0, sum(map(len, cases))
    if total < FOLDS:
        raise SystemExit(f"{total} cases: at least {FOLDS} are needed, as each is scored by what the others taught.")
    groups: list[list[Examples]] = []
    for group in cases:
        groups.append([])
        for case in group:
            done += 1
            print(f"{done} of {total}: {case}", file=sys.stderr, flush=True)
            groups[-1].append(folder_examples(case, closer, asked.cache))
    coarsest_m = FINE_M if "fine" in asked.table else COARSE_M
    return to_toml(asked.table, learn(groups, coarsest_m, closer, not asked.table.endswith("-grey")))


if __name__ == "__main__":
    print(main(sys.argv[1:]))
