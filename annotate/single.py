"""One scene alone: what is there on that date, found, counted and kept in a project."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..imagery.read import read_scene
from ..labels.project import Project
from ..labels.records import Candidate, Comparison, Estimate, SceneRecord
from .detect import present
from .given_length import LengthMatch, matched, with_given_length
from .keep import Outcome, keep, require_site
from .own_kinds import choose_kinds
from .settings import Settings
from .site_cover import valid_over
from .testable import Testability, alone, testable

__all__ = ["Settings", "Single", "search_single"]


@dataclass(frozen=True, eq=False)
class Single:
    """
    What a search of one scene gave.

    Parameters
    ----------
    scene
        As it is kept.
    new
        True where the scene is new to the project.
    testability
        What it can show, by kind.
    comparison, candidates, counts
        As kept; an estimate a kind, None where the kind cannot be counted.
    vessel_length
        How many vessels agree with the length that was given; None where none was.
    """

    scene: SceneRecord
    new: bool
    testability: Mapping[str, Testability]
    comparison: Comparison
    candidates: tuple[Candidate, ...]
    counts: Mapping[str, Estimate | None]
    vessel_length: LengthMatch | None = None


def search_single(
    scene: str | Path,
    project: Project,
    settings: Settings | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Single:
    """
    Find what is there on one scene and keep the candidates; the same run again adds nothing.

    Parameters
    ----------
    scene
        A file, a product folder, or band files joined by commas.
    project
        Open for writing.
    settings
        What the user chose: site, area, kinds, analyst and, as `before`, what is said about the scene;
        the length that vessels are matched against.
    progress
        Called with (done, total, what).
    cancelled
        Asked often; True stops the work.

    Raises
    ------
    ImageryError
        If the scene cannot be read, or the work was cancelled; nothing is then kept.
    LabelsError, AnnotateError
        If the project, a kind or the site is not as it must be.
    """
    chosen = settings or Settings()
    place = require_site(project, chosen.site)
    chosen, kinds = choose_kinds(project, chosen)
    read = read_scene(scene, chosen.before, chosen.area)
    known, share = read.acquisition, valid_over(place, read.grid, read.mask)
    where = "area" if place is None else "site"
    seen = {
        name: alone(
            testable(
                kind,
                read.grid.gsd_m,
                known.sensor,
                share,
                where=where,
                sun_known=known.sun is not None,
                one_date=True,
            ),
            known.time is not None,
        )
        for name, kind in kinds.items()
    }
    detections = with_given_length(present(read, kinds, seen, progress, cancelled), chosen.vessel_length_m)
    with project.transaction():
        had = {one.id: one for one in project.scenes()}
        kept = keep(project, chosen, Outcome(read, None, None, None, seen, tuple(detections), None))
        record = project.scene(read.sha256)
    agreeing = matched((one.terms for one in kept.candidates), chosen.vessel_length_m)
    return Single(record, record.id not in had, seen, kept.comparison, kept.candidates, kept.counts, agreeing)
