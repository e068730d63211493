"""The recorded comparison run again from pixels, into a project that is thrown away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ...labels.project import Project
from ...labels.records import Candidate, Comparison, ImplantRow, SceneRecord
from ..compare import compare
from ..rerun import settings_of
from ..single import search_single
from .imagery import Progress, Shelf

NOBODY = "verify"


@dataclass(frozen=True, slots=True)
class Again:
    """
    A comparison as it is recorded and as it came out again.

    Parameters
    ----------
    recorded, comparison
        The record, and what its scenes and settings gave again.
    had, candidates
        Likewise.
    had_implants, implants
        Likewise; none where none were drawn.
    """

    recorded: Comparison
    comparison: Comparison
    had: tuple[Candidate, ...]
    candidates: tuple[Candidate, ...]
    had_implants: tuple[ImplantRow, ...]
    implants: tuple[ImplantRow, ...]


def lacking(recorded: Comparison, scenes: Mapping[str, SceneRecord], paths: Mapping[str, str], shelf: Shelf) -> str:
    """Return what is not at hand of all that a comparison was made of; "" where it can be run again."""
    names = [scenes[one].name for one in (recorded.before, recorded.after) if one is not None and one not in paths]
    control = recorded.settings.get("control")
    if control is not None and _control(recorded, paths, shelf) is None:
        names.append("its control")
    return " and ".join(names)


def run_again(
    project: Project,
    recorded: Comparison,
    paths: Mapping[str, str],
    shelf: Shelf,
    scratch: Path,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Again:
    """
    Run a comparison again with the same settings, registration included.

    Parameters
    ----------
    project
        That holds it; nothing is written there.
    recorded
        The comparison.
    paths
        Where its scenes lie, by id, as `read_scene` takes them.
    shelf
        Where a control lies that is no scene of the project.
    scratch
        A folder for the project that is thrown away.
    progress, cancelled
        As for `compare`.

    Raises
    ------
    ImageryError, AnnotateError
        If it cannot be run again, or was cancelled.
    """
    scenes = {one.id: one for one in project.scenes()}
    had_implants = project.implants(recorded.id)
    after = None if recorded.after is None else scenes[recorded.after]
    method, threshold = recorded.settings.get("method", "auto"), recorded.settings.get("threshold")
    settings = replace(
        settings_of(
            recorded,
            scenes[recorded.before],
            after,
            _control(recorded, paths, shelf),
            NOBODY,
            str(method),
            None if threshold is None else float(str(threshold)),
        ),
        implants=had_implants[0].asked if had_implants else 0,
    )
    with Project.create(scratch / f"{recorded.id[:16]}.gpkg") as again:
        for site in project.sites():
            if site.id == recorded.site:
                again.put_site(site)
        if after is None:
            search_single(paths[recorded.before], again, settings, progress, cancelled)
        else:
            compare(paths[recorded.before], paths[after.id], again, settings, progress, cancelled)
        (comparison,) = again.comparisons()
        had, found = project.candidates(recorded.id), again.candidates()
        return Again(recorded, comparison, had, found, had_implants, again.implants())


def _control(recorded: Comparison, paths: Mapping[str, str], shelf: Shelf) -> str | None:
    """Return where the control of a comparison lies; None where it has none, or it is not at hand."""
    wanted = recorded.settings.get("control")
    if not isinstance(wanted, str):
        return None
    found = paths.get(wanted) or shelf.with_hash(wanted)
    return None if found is None else str(found)
