"""Verifying what others sent: hashes again, the comparison again from pixels, and what cannot be told here."""

import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ..imagery.errors import CancelledError, ImageryError
from ..labels.errors import LabelsError
from ..labels.journal import Entry
from ..labels.project import Project
from .errors import AnnotateError
from .exports.bundle import opened_bundle
from .verifying.again import Again, lacking, run_again
from .verifying.bundled import check_bundle
from .verifying.chain import check_head, check_journal
from .verifying.counted import check_counted
from .verifying.derived import check_series
from .verifying.exported import check_exported
from .verifying.finding import UNCHECKED, Finding, Report
from .verifying.foreign import check_foreign
from .verifying.geojson import check_noted_head, check_said, check_scenes, read_collection
from .verifying.identities import check_identities
from .verifying.imagery import Imagery, Progress, Shelf, find_imagery
from .verifying.records import check_project, check_records
from .verifying.reproduced import RERUN, check_reproduced, pair_words
from .verifying.sources import check_sources

__all__ = ["Report", "verify"]

GEOJSON = (".geojson", ".json")


def verify(
    file: Path,
    head: str | None = None,
    imagery: Path | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Report:
    """
    Check all that can be checked of a file, and run its comparisons again where the imagery is at hand.

    Parameters
    ----------
    file
        A project, a bundle that was exported of one, or an exported GeoJSON, of which less can be told.
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
        If there is no such folder of imagery, or a bundle or GeoJSON cannot be read as what depotwatch exports.
    CancelledError
        If the work was cancelled.
    """
    if imagery is not None and not imagery.is_dir():
        raise AnnotateError(f"There is no folder {imagery}; give the one that holds the images with --imagery.")
    shelf = Shelf() if imagery is None else Shelf(imagery)
    folder = file.absolute().parent
    if zipfile.is_zipfile(file):
        with opened_bundle(file) as bundle:
            report = _verify_project(bundle.project, folder, head, shelf, progress, cancelled)
            return Report(file, report.head, (*check_bundle(bundle), *report.findings))
    if file.suffix.lower() in GEOJSON:
        collection = read_collection(file)
        beside = check_scenes(collection, folder, shelf)
        findings = check_exported(file), check_noted_head(collection, head), check_said(collection), beside
        return Report(file, str(collection["depotwatch"].get("journal_head", "")), findings)
    return _verify_project(file, folder, head, shelf, progress, cancelled)


def _verify_project(
    file: Path,
    folder: Path,
    head: str | None,
    shelf: Shelf,
    progress: Progress | None,
    cancelled: Callable[[], bool],
) -> Report:
    with Project.open(file, read_only=True) as project:
        entries = project.journal()
        kept = [
            check_journal(entries),
            check_head(entries, head),
            *check_project(project, entries),
            check_records(project, entries),
            check_foreign(project),
            check_identities(project),
        ]
        found = find_imagery(project.scenes(), folder, shelf, progress, cancelled)
        pixels = _from_pixels(project, entries, found, shelf, progress, cancelled)
        mark = entries[-1].mark if entries else ""
        others = (*check_sources(project, shelf), *check_series(project))
    return Report(file, mark, (*kept, *others, found.finding, *pixels))


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
