"""The one job: from two files to candidates in a project. A call and a log line a stage, and no other logic."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from shapely import Polygon

from ..imagery.bands import same_bands
from ..imagery.change import score_change
from ..imagery.errors import MethodError, RegistrationError, UnlikeScenesError
from ..imagery.levels import require_alike
from ..imagery.normalise import normalise
from ..imagery.read import read_scene
from ..imagery.register import register
from ..imagery.scene import ChangeMap, Mask, Scene, ScenePair
from ..imagery.scene_file import AFTER_MARGIN_PX
from ..imagery.write import write_map
from ..labels.explained import reasons_of
from ..labels.project import Project
from ..labels.records import Candidate, Comparison, Estimate, ImplantRow
from .clock import IMPLANTS, STAGES, Clock
from .control import control_options, control_pair
from .detect import Detection, detect
from .given_length import LengthMatch, matched, with_given_length
from .implants import Compared, find_implants
from .keep import Kept, Outcome, keep, require_site
from .keep_implants import implants_of, keep_implants, seed_of
from .kinds import Kind
from .own_kinds import choose_kinds
from .recall import recall_as_json
from .settings import Settings
from .site_cover import valid_over
from .testable import Testability, testable
from .visibility import with_visibility

__all__ = ["Result", "Settings", "compare"]

log = logging.getLogger("depotwatch")

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, eq=False)
class Result:
    """
    What a comparison gave.

    Parameters
    ----------
    project
        Path of the project it was kept in.
    before, after
        The scenes as read.
    comparison, candidates, counts
        As kept; an estimate a kind, None where the kind cannot be counted.
    pair
        None where the scenes could not be registered.
    change
        None where the comparison was refused.
    new
        False where the same run was in the project already.
    seconds
        A stage each, and "total".
    implants
        What became of the things drawn into copies of the after scene; none where none were asked for.
    vessel_length
        How many vessels agree with the length that was given; None where none was.
    """

    project: Path
    before: Scene
    after: Scene
    comparison: Comparison
    candidates: tuple[Candidate, ...]
    counts: Mapping[str, Estimate | None]
    pair: ScenePair | None
    change: ChangeMap | None
    new: bool
    seconds: Mapping[str, float]
    implants: tuple[ImplantRow, ...] = ()
    vessel_length: LengthMatch | None = None

    def to_json(self) -> dict[str, object]:
        """Return the object that `compare --json` prints."""
        run, grid = self.comparison, self.before.grid
        return {
            "project": str(self.project),
            "pair": {
                "before": str(self.before.path),
                "after": str(self.after.path),
                "crs": grid.crs.to_string() if grid.crs else None,
                "gsd_m": list(grid.gsd_m),
                "shift_m": None if run.shift_y_m is None else [run.shift_y_m, run.shift_x_m],
                "residual_px": {"median": run.residual_median_px, "p95": run.residual_p95_px},
                "valid_fraction": run.valid_fraction,
            },
            "refused": run.refused,
            "method": run.method,
            "method_reason": None if self.change is None else self.change.reason,
            "threshold": None if self.change is None else 0.5,
            "expected_false_alarms_per_km2": run.false_alarms_per_km2,
            "kinds": [
                {
                    "kind": one.kind,
                    "testable": one.testable,
                    "reason": one.reason,
                    "candidates": one.candidates,
                    "count": _interval(self.counts.get(one.kind)),
                }
                for one in run.kinds
            ],
            "candidates": len(self.candidates),
            "explained": reasons_of(one.terms for one in self.candidates),
            **({} if self.vessel_length is None else {"vessel_length": asdict(self.vessel_length)}),
            **({"implants": recall_as_json(self.implants)} if IMPLANTS in self.seconds else {}),
            "seconds": dict(self.seconds),
        }


def compare(
    before: str | Path,
    after: str | Path,
    project: Project | str | Path,
    settings: Settings | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Result:
    """
    Compare two dates and keep the candidates in a project; the same run again adds nothing.

    Parameters
    ----------
    before, after
        A file each, or band files joined by commas.
    project
        An open project, or the path of one; a new one is made once there is something to keep.
    settings
        What the user chose.
    progress
        Called with (done, total, what).
    cancelled
        Asked between and within stages.

    Returns
    -------
    Result
        `comparison.refused` says why where no map and no candidates could be made; both scenes are kept all the same.

    Raises
    ------
    ImageryError
        If a scene cannot be read, the two share no ground, or the work was cancelled; nothing is then kept.
    LabelsError, AnnotateError
        If the project, a kind, the site or the area is not as it must be.
    """
    chosen = settings or Settings()
    stages = (*STAGES, IMPLANTS) if chosen.implants else STAGES
    clock = Clock(progress, cancelled, stages)
    place = require_site(project, chosen.site)
    chosen, kinds = choose_kinds(project, chosen)
    with clock("read"):
        first = read_scene(before, chosen.before, chosen.area)
        second = read_scene(after, chosen.after, chosen.area, margin_px=AFTER_MARGIN_PX)
        third = None
        if chosen.control is not None:
            third = read_scene(chosen.control, control_options(chosen.before), chosen.area, margin_px=AFTER_MARGIN_PX)
            chosen = replace(chosen, control_sha256=third.sha256)
    pair, change, compared, detections = None, None, None, list[Detection]()
    seen = _testability(kinds, first, second)
    one, other, refused = _comparable(first, second)
    try:
        with clock("register"):
            pair = register(one, other, chosen.accept_residual, cancelled)
            log.info(
                "moved %.2f, %.2f px; residual p95 %.2f px",
                *pair.registration.shift_px,
                pair.registration.residual.p95_px,
            )
        if refused is not None:  # laid on one another, for drawing and counting by hand
            raise UnlikeScenesError(refused)
        with clock("normalise"):
            normal = normalise(pair)
        with clock("score"):
            still = None if third is None else control_pair(first, third, chosen.accept_residual, cancelled)
            change = score_change(normal, chosen.method, still, chosen.threshold)
            log.info("%s; %s", change.method, change.null.explanation)
        with clock("detect"):
            seen = _testability(kinds, first, second, place, pair.valid)
            detections = with_visibility(normal, detect(normal, change, kinds, seen, clock.within, cancelled))
            detections = with_given_length(detections, chosen.vessel_length_m)
            log.info("%d candidates", len(detections))
        compared = Compared(one, other, normal, change, detections, kinds, seen, chosen.method, still)
    except (RegistrationError, UnlikeScenesError, MethodError) as error:
        if isinstance(error, MethodError) and (chosen.method, chosen.threshold) != ("auto", None):
            raise
        change, refused = None, refused or str(error)
    with clock("save"):
        if change is not None and chosen.map_path is not None:
            write_map(change, chosen.map_path)
        kept = keep(project, chosen, Outcome(first, second, pair, change, seen, tuple(detections), refused))
    implants: tuple[ImplantRow, ...] = ()
    if chosen.implants and compared is not None:
        with clock(IMPLANTS):
            kept, implants = _with_implants(project, chosen, kept, compared, clock, cancelled)
    return Result(
        kept.path,
        first,
        second,
        kept.comparison,
        kept.candidates,
        kept.counts,
        pair,
        change,
        kept.new,
        clock.seconds(),
        implants,
        matched((one.terms for one in kept.candidates), chosen.vessel_length_m),
    )


def _with_implants(
    project: Project | str | Path,
    chosen: Settings,
    kept: Kept,
    compared: Compared,
    clock: Clock,
    cancelled: Callable[[], bool],
) -> tuple[Kept, tuple[ImplantRow, ...]]:
    """Search for implants, unless the project knows what became of as many of them, and count again."""
    known = implants_of(project, kept.comparison.id)
    if known and known[0].asked == chosen.implants:
        return kept, known
    found = find_implants(compared, chosen.implants, seed_of(kept.comparison), clock.within, cancelled)
    return keep_implants(project, chosen, kept, found)


def _comparable(before: Scene, after: Scene) -> tuple[Scene, Scene, str | None]:
    """Return the scenes with the bands they share, and the sentence that says why they must not be compared."""
    try:
        require_alike(before.acquisition, after.acquisition)
        return *same_bands(before, after), None
    except UnlikeScenesError as error:
        return before, after, str(error)


def _testability(
    kinds: Mapping[str, Kind], before: Scene, after: Scene, site: Polygon | None = None, valid: Mask | None = None
) -> Mapping[str, Testability]:
    """Say what the pair can show of each kind; `valid` is of the before grid, None where no map could be made."""
    taken = before.acquisition, after.acquisition
    return {
        name: testable(
            kind,
            before.grid.gsd_m,
            taken[0].sensor,
            1.0 if valid is None else valid_over(site, before.grid, valid),
            valid is not None,
            after.grid.gsd_m,
            where="area" if site is None else "site",
            sun_known=all(one.sun is not None for one in taken),
            days=(taken[0].time, taken[1].time),
        )
        for name, kind in kinds.items()
    }


def _interval(estimate: Estimate | None) -> dict[str, object] | None:
    if estimate is None:
        return None
    return {"low": estimate.low, "best": estimate.best, "high": estimate.high, "level": estimate.level}
