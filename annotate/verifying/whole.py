"""All checks of a project, in order: what needs no pixels first."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ...imagery.errors import CancelledError, ImageryError
from ...labels.errors import LabelsError
from ...labels.journal import Entry
from ...labels.project import Project
from ..errors import AnnotateError
from .again import Again, lacking, run_again
from .chain import check_head, check_journal
from .counted import check_counted
from .derived import check_series
from .finding import DIFFERS, UNCHECKED, Finding, Report
from .foreign import check_foreign
from .guarded import BROKEN, guarded
from .identities import check_identities
from .imagery import Imagery, Progress, Shelf, find_imagery
from .layers import check_layers
from .records import check_project, check_records
from .reproduced import RERUN, check_reproduced, pair_words
from .sources import check_sources


def check_whole(
    file: Path,
    folder: Path,
    head: str | None,
    shelf: Shelf,
    progress: Progress | None,
    cancelled: Callable[[], bool],
) -> Report:
    """
    Check a project, and run its comparisons again where the imagery is at hand.

    Parameters
    ----------
    file
        The project.
    folder
        Which the paths of its scenes are relative to.
    head
        As it was noted elsewhere; None for none.
    shelf
        Where files may lie besides.
    progress, cancelled
        As for `verify`.
    """
    with Project.open(file, read_only=True) as project:
        try:
            entries = project.journal()
        except BROKEN as error:
            told = f"Its entries cannot be read: {error}"
            return Report(file, "", (Finding("journal", DIFFERS, "It is no journal.", (told,)),))
        kept = (
            check_journal(entries),
            check_head(entries, head),
            *guarded("project", lambda: check_project(project, entries)),
            *guarded("records", lambda: (check_records(project, entries),)),
            *guarded("foreign edits", lambda: (check_foreign(project),)),
            check_layers(project),
            *guarded("ids", lambda: (check_identities(project),)),
            *guarded("sources", lambda: check_sources(project, shelf)),
            *guarded("series", lambda: check_series(project)),
            *guarded("imagery", lambda: _pixels(project, entries, folder, shelf, progress, cancelled)),
        )
        return Report(file, entries[-1].mark if entries else "", kept)


def _pixels(
    project: Project,
    entries: Sequence[Entry],
    folder: Path,
    shelf: Shelf,
    progress: Progress | None,
    cancelled: Callable[[], bool],
) -> tuple[Finding, ...]:
    found = find_imagery(project.scenes(), folder, shelf, progress, cancelled)
    again = guarded(RERUN, lambda: _from_pixels(project, entries, found, shelf, progress, cancelled))
    return (found.finding, *again)


def _from_pixels(
    project: Project,
    entries: Sequence[Entry],
    found: Imagery,
    shelf: Shelf,
    progress: Progress | None,
    cancelled: Callable[[], bool],
) -> tuple[Finding, ...]:
    """Run every comparison again that can be, then count and draw up the ledger from what came out."""
    scenes = {one.id: one for one in project.scenes()}
    names = {name: one.name for name, one in scenes.items()}
    findings: list[Finding] = []
    runs: list[Again] = []
    recorded = project.comparisons()
    with tempfile.TemporaryDirectory(prefix="depotwatch-verify-") as scratch:
        for number, one in enumerate(recorded, 1):
            of = pair_words(one, names)
            absent = lacking(one, scenes, found.paths, shelf)
            if absent:
                findings.append(Finding(RERUN, UNCHECKED, f"{of}: the pixels of {absent} are not at hand."))
                continue
            try:
                told = _numbered(progress, number, len(recorded))
                again = run_again(project, one, found.paths, shelf, Path(scratch), told, cancelled)
            except CancelledError:
                raise
            except (ImageryError, AnnotateError, LabelsError) as error:
                findings.append(Finding(RERUN, UNCHECKED, f"{of}: it cannot be run again: {error}"))
                continue
            runs.append(again)
            findings.append(check_reproduced(again, names, entries))
    if not runs:
        return tuple(findings)
    return (*findings, *guarded("counts and ledger", lambda: check_counted(project, runs, entries)))


def _numbered(progress: Progress | None, number: int, of: int) -> Progress | None:
    """Say which of several comparisons the progress is of."""
    if progress is None or of == 1:
        return progress
    return lambda done, total, what: progress(done, total, f"{what} ({number} of {of})")
