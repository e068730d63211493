"""Verifying what others sent: hashes again, the comparison again from pixels, and what cannot be told here."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from .errors import AnnotateError
from .exports.bundle import opened_bundle
from .verifying.bundled import check_bundle
from .verifying.exported import check_exported
from .verifying.finding import Report
from .verifying.geojson import check_noted_head, check_said, check_scenes, read_collection
from .verifying.imagery import Progress, Shelf
from .verifying.whole import check_whole

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
            report = check_whole(bundle.project, folder, head, shelf, progress, cancelled)
            return Report(file, report.head, (*check_bundle(bundle), *report.findings))
    if file.suffix.lower() in GEOJSON:
        collection = read_collection(file)
        beside = check_scenes(collection, folder, shelf)
        findings = check_exported(file), check_noted_head(collection, head), check_said(collection), beside
        return Report(file, str(collection["depotwatch"].get("journal_head", "")), findings)
    return check_whole(file, folder, head, shelf, progress, cancelled)
