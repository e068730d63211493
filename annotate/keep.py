"""Keeping what a comparison found: records, ids, the matching of places, one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

import numpy as np
from shapely import Polygon
from shapely.affinity import translate

from .. import __version__
from ..imagery.scene import ChangeMap, Scene, ScenePair
from ..labels.journal import utc_now
from ..labels.project import Project
from ..labels.records import Annotation, Candidate, Comparison, Estimate, KindResult, SceneRecord, StoredEstimate
from .detect import Detection, searched
from .environment import environment
from .errors import AnnotateError
from .identity import candidate_id, comparison_id
from .matching import match
from .outline import measure
from .own_kinds import kinds_in
from .registered import kept_registration
from .remember import newer_of, record_of
from .settings import Settings
from .standing import what_stands
from .testable import Testability
from .there import count_there


@dataclass(frozen=True, eq=False)
class Outcome:
    """
    What the pixel stages gave.

    `after` is None for one scene alone; `change` is None for that, and where a comparison was refused; `pair` is None
    where there is none.
    """

    before: Scene
    after: Scene | None
    pair: ScenePair | None
    change: ChangeMap | None
    testability: Mapping[str, Testability]
    detections: tuple[Detection, ...]
    refused: str | None


@dataclass(frozen=True, eq=False)
class Kept:
    """What the project now holds of it; `new` is False where it held the same run before."""

    path: Path
    comparison: Comparison
    candidates: tuple[Candidate, ...]
    counts: Mapping[str, Estimate | None]
    new: bool


def require_site(project: Project | str | Path, site: str | None) -> Polygon | None:
    """
    Refuse a site the project does not know, and a project that cannot be opened, before any long work.

    Returns
    -------
    Its area, EPSG:4326; None where it has none, and for no site.

    Raises
    ------
    AnnotateError
        If the site is not there.
    ProjectError
        If the project exists and cannot be opened.
    """
    if not isinstance(project, Project) and not Path(project).exists():
        known: dict[str, Polygon | None] = {}
    else:
        with looked_into(project) as store:
            known = {one.id: one.area for one in store.sites()}
    if site is not None and site not in known:
        raise AnnotateError(
            f"Site {site!r} is not in the project (it has {', '.join(sorted(known)) or 'none'}); "
            "add it with depotwatch site add."
        )
    return None if site is None else known[site]


def keep(project: Project | str | Path, settings: Settings, outcome: Outcome) -> Kept:
    """
    Store scenes, comparison, candidates, annotations and counts at once.

    A run that is the newest of its pair already adds nothing; an older one becomes the newest again.
    """
    with opened(project) as store, store.transaction():
        had = {one.id: one for one in store.scenes()}
        scenes = [keep_scene(store, scene) for scene in (outcome.before, outcome.after) if scene is not None]
        comparison = _comparison(settings, outcome)
        candidates, born = _candidates(store, comparison, outcome)
        new, renewed = store.add_comparison(comparison, candidates, born), False
        if not new:
            renewed = comparison.id not in {one.id for one in store.latest_comparisons()}
            if renewed:  # as when someone goes back to an earlier threshold
                store.renew_comparison(comparison.id, comparison.time)
            comparison = store.comparison(comparison.id)
            candidates = list(store.candidates(comparison.id))
        counts = keep_counts(store, comparison, candidates) if new else _counts(store, comparison, candidates)
        if new or renewed:
            action = "detect" if comparison.after is None else "compare"
            store.append(settings.analyst, action, _entry(comparison, scenes, candidates))
        for one in scenes if not (new or renewed) else ():
            if replace(one, path="") != replace(had[one.id], path=""):  # what is newly said of it
                store.append(settings.analyst, "scene", {"scene": one.id, "name": one.name, "time": one.time})
        return Kept(store.path, comparison, tuple(candidates), counts, new)


@contextmanager
def looked_into(project: Project | str | Path) -> Iterator[Project]:
    """Open a project that must exist to read it; one that is open stays so."""
    if isinstance(project, Project):
        yield project
        return
    with Project.open(project, read_only=True) as store:
        yield store


@contextmanager
def opened(project: Project | str | Path) -> Iterator[Project]:
    """Open a project to write it, or make a new one that stays only if the work inside succeeds."""
    if isinstance(project, Project):
        yield project
        return
    path = Path(project)
    existed = path.exists()
    try:
        with Project.open(path) if existed else Project.create(path) as store:
            yield store
    except BaseException:
        if not existed:
            path.unlink(missing_ok=True)
        raise


def keep_scene(store: Project, scene: Scene) -> SceneRecord:
    """Store a scene, or what is newly said of one that is there, and return its record."""
    record = record_of(scene, store.path.parent)
    known = {one.id: one for one in store.scenes()}.get(record.id)
    if known is None:
        store.add_scene(record)
        return record
    merged = newer_of(known, record)
    if merged != known:
        store.put_scene(merged)
    return merged


def _comparison(settings: Settings, outcome: Outcome) -> Comparison:
    pair, change, later = outcome.pair, outcome.change, outcome.after
    residual = pair.registration.residual if pair else None
    scenes = outcome.before.sha256, None if later is None else later.sha256
    found = [one.kind for one in outcome.detections]
    valid = outcome.before.mask if later is None else pair.valid if pair else np.zeros(1, dtype=np.bool_)
    return Comparison(
        id=comparison_id(*scenes, settings.kept(), __version__),
        before=scenes[0],
        after=scenes[1],
        site=settings.site,
        settings=settings.kept(),
        version=__version__,
        refused=outcome.refused,
        method=change.method if change else None,
        threshold=change.threshold if change else None,
        shift_y_m=pair.registration.shift_m[0] if pair else None,
        shift_x_m=pair.registration.shift_m[1] if pair else None,
        residual_median_px=_finite(residual.median_px) if residual else None,
        residual_p95_px=_finite(residual.p95_px) if residual else None,
        registration=kept_registration(pair.registration) if pair else None,
        valid_fraction=float(valid.mean()),
        valid_area_km2=float(valid.sum()) * outcome.before.grid.pixel_area_m2 / 1e6,
        false_alarms_per_km2=change.expected_false_alarms_per_km2 if change else None,
        kinds=tuple(
            KindResult(name, seen.detect, _reason(seen, later is None), found.count(name))
            for name, seen in outcome.testability.items()
        ),
        time=utc_now(),
    )


def _reason(seen: Testability, alone: bool) -> str:
    if seen.detect and not searched(seen.kind, alone):
        where = "on one scene alone" if alone else "yet"
        return f"{seen.reason} No detector searches for it {where}: draw what you see."
    return seen.reason


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def _candidates(store: Project, comparison: Comparison, outcome: Outcome) -> tuple[list[Candidate], list[Annotation]]:
    """Candidates with the annotation each is: one that was there by the matching rule, or one born now."""
    row, column = outcome.before.offset
    proposed = []
    for one in outcome.detections:
        outline = measure(translate(one.polygon, column, row), comparison.before, outcome.before.file_grid)
        proposed.append(
            Candidate(
                candidate_id(comparison.id, one.kind, one.change, outline.pixels),
                comparison.id,
                "",
                one.kind,
                one.change,
                one.state,
                outline,
                one.score,
                one.count,
                one.terms,
            )
        )
    found = match(proposed, [one for one in store.annotations() if _may_be(one, comparison)])
    candidates, born = [], []
    for candidate, earlier in zip(proposed, found, strict=True):
        candidates.append(replace(candidate, annotation=earlier or candidate.id))
        if earlier is None:
            born.append(_born(candidate, comparison))
    return candidates, born


def _may_be(one: Annotation, comparison: Comparison) -> bool:
    """Return False where an annotation is of another date, or the presence of what a pair sees come or go."""
    if comparison.after is None:
        return one.after is None and one.before == comparison.before
    return one.after == comparison.after or (one.after is None and one.origin == "analyst")


def _born(candidate: Candidate, comparison: Comparison) -> Annotation:
    return Annotation(
        id=candidate.id,
        kind=candidate.kind,
        change=candidate.change,
        state=candidate.state,
        shape=candidate.shape,
        origin="machine",
        site=comparison.site,
        before=comparison.before,
        after=comparison.after,
        score=candidate.score,
        count=candidate.count,
    )


def keep_counts(
    store: Project, comparison: Comparison, candidates: Sequence[Candidate]
) -> Mapping[str, Estimate | None]:
    """Count what a comparison proposes, and keep the estimates in place of earlier ones."""
    counts = _counts(store, comparison, candidates)
    for kind, estimate in counts.items():
        if estimate is not None:
            store.put_estimate(StoredEstimate(comparison.id, comparison.site, kind, estimate, comparison.time))
    return counts


def _counts(store: Project, comparison: Comparison, candidates: Sequence[Candidate]) -> dict[str, Estimate | None]:
    standing = what_stands(store)
    kinds = kinds_in([comparison])
    counts: dict[str, Estimate | None] = {}
    for result in comparison.kinds:
        members = [
            standing.annotations[one.annotation]
            for one in candidates
            if one.kind == result.kind and one.annotation in standing.annotations
        ]
        looked_for = result.testable and searched(result.kind, comparison.after is None) and result.kind in kinds
        able = looked_for and comparison.refused is None
        estimate = count_there(standing, kinds[result.kind], members, looked=comparison.id)[0] if able else None
        counts[result.kind] = estimate
    return counts


def _entry(comparison: Comparison, scenes: list[SceneRecord], candidates: list[Candidate]) -> dict[str, object]:
    names = ("scene",) if comparison.after is None else ("before", "after")
    return {
        "comparison": comparison.id,
        **{name: {"id": one.id, "name": one.name, "time": one.time} for name, one in zip(names, scenes, strict=True)},
        "settings": dict(comparison.settings),
        "version": comparison.version,
        "environment": environment(),
        "refused": comparison.refused,
        "candidates": [one.id for one in candidates],
    }
