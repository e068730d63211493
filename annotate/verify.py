"""Verifying what others sent: hashes again, the comparison again from pixels, and what cannot be told here."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ..imagery.errors import CancelledError, ImageryError
from ..labels.errors import LabelsError
from ..labels.journal import Entry
from ..labels.project import Project
from .errors import AnnotateError
from .verifying.again import Again, lacking, run_again
from .verifying.chain import check_head, check_journal
from .verifying.counted import check_counted
from .verifying.finding import UNCHECKED, Finding, Report
from .verifying.identities import check_identities
from .verifying.imagery import Imagery, Progress, Shelf, find_imagery
from .verifying.records import check_project, check_records
from .verifying.reproduced import RERUN, check_reproduced, pair_words

__all__ = ["Report", "verify"]


def verify(
    file: Path,
    head: str | None = None,
    imagery: Path | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Report:
    """
    Check all that can be checked of a project, and run its comparisons again where the imagery is at hand.

    Parameters
    ----------
    file
        A project.
    head
        Of the journal, as it was noted elsewhere: "57:9f3a…", or the hash alone.
    imagery
        A folder that holds the images, by name or by hash, wherever the project says they lie.
    progress
        Called with (done, total, what).
    cancelled
        Asked between and within runs.

    Returns
    -------
    Report
        `holds` is True where nothing that could be checked differs.

    Raises
    ------
    LabelsError
        If the file cannot be read as a project.
    AnnotateError
        If there is no such folder of imagery.
    CancelledError
        If the work was cancelled.
    """
    if imagery is not None and not imagery.is_dir():
        raise AnnotateError(f"There is no folder {imagery}; give the one that holds the images with --imagery.")
    with Project.open(file, read_only=True) as project:
        entries = project.journal()
        shelf = Shelf(imagery)
        kept = [
            check_journal(entries),
            check_head(entries, head),
            *check_project(project, entries),
            check_records(project, entries),
            check_identities(project),
        ]
        found = find_imagery(project.scenes(), file.absolute().parent, shelf, progress, cancelled)
        pixels = _from_pixels(project, entries, found, shelf, progress, cancelled)
        mark = entries[-1].mark if entries else ""
    return Report(file, mark, (*kept, found.finding, *pixels))


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
    return (*findings, *check_counted(project, runs, entries))


def _numbered(progress: Progress | None, number: int, of: int) -> Progress | None:
    """Say which of several comparisons the progress is of."""
    if progress is None or of == 1:
        return progress
    return lambda done, total, what: progress(done, total, f"{what} ({number} of {of})")
