"""Verifying what others sent: hashes again, the comparison again from pixels, and what cannot be told here."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from ..labels.errors import ProjectError
from ..labels.project.opening import identify
from .errors import AnnotateError
from .exports.bundle import opened_bundle
from .verifying.bundled import check_bundle
from .verifying.exported import check_exported
from .verifying.finding import UNCHECKED, Report
from .verifying.geojson import check_noted_head, check_said, check_scenes, read_collection
from .verifying.imagery import Progress, Shelf
from .verifying.whole import check_whole

__all__ = ["Report", "verify"]

PROJECT = ".gpkg"
GEOJSON = (".geojson", ".json")
BUNDLE = ".zip"
_HEAD = re.compile(r"(\d+:)?[0-9a-f]{64}")


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
        A project; a bundle that was exported of one; an exported GeoJSON, of which less can be told; any other export
        with its project beside it.
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
        If there is no such folder of imagery, the head is none, or nothing can be checked of such a file.
    CancelledError
        If the work was cancelled.
    """
    if imagery is not None and not imagery.is_dir():
        raise AnnotateError(f"There is no folder {imagery}; give the one that holds the images with --imagery.")
    if head is not None and not _HEAD.fullmatch(head.strip().lower()):
        raise AnnotateError(f"{head!r} is no journal head; give the one that was noted, whole, as an export prints it.")
    shelf = Shelf() if imagery is None else Shelf(imagery)
    folder = file.absolute().parent
    if zipfile.is_zipfile(file) or file.suffix.lower() == BUNDLE:
        with opened_bundle(file) as bundle:
            report = check_whole(bundle.project, folder, head, shelf, progress, cancelled)
            return Report(file, report.head, (*check_bundle(bundle), *report.findings))
    if file.suffix.lower() == PROJECT and not _is_export(file):
        return check_whole(file, folder, head, shelf, progress, cancelled)
    collection = read_collection(file) if file.suffix.lower() in GEOJSON else None
    exported = check_exported(file)
    if collection is not None:
        beside = check_scenes(collection, folder, shelf)
        findings = exported, check_noted_head(collection, head), check_said(collection), beside
        return Report(file, str(collection["depotwatch"].get("journal_head", "")), findings)
    if exported.status == UNCHECKED:
        raise AnnotateError(
            f"{file} is no project, no bundle and no GeoJSON that depotwatch wrote, and no project in its folder says "
            "that it was exported; put the project beside it."
        )
    return Report(file, "", (exported,))


def _is_export(file: Path) -> bool:
    """Say whether a GeoPackage is no project and a project beside it says that it was exported."""
    try:
        identify(file)
    except ProjectError:
        return file.is_file() and check_exported(file).status != UNCHECKED
    return False
