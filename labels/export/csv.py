"""CSV (RFC 4180, UTF-8): one label a line, with the analysts' words and both outlines as WKT."""

import csv
import io
from collections.abc import Collection, Iterable
from pathlib import Path

from ..project import Project
from ..project.values import exact_wkt
from .labelled import Labelled, labelled
from .writing import write_whole

_PROPERTIES = (
    *("id", "kind", "change", "state", "origin", "verdict", "score", "count_low", "count_best", "count_high"),
    *("tiers_low", "tiers_high", "length_m", "width_m", "area_m2", "heading_deg", "before", "after", "claims", "note"),
)
_DETAILS = (
    *("reasons", "verdict_notes", "analysts", "site", "before_id", "after_id", "scene_id"),
    *("pixels_wkt", "ground_wkt", "synthetic"),
)
# A spreadsheet takes what begins so for a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(project: Project, path: str | Path, verdicts: Collection[str] | None = None) -> int:
    """
    Write the labels as a table and return how many there are.

    Texts that a spreadsheet would run as a formula begin with an apostrophe.

    Raises
    ------
    ExportError
        A verdict is unknown, or the file cannot be written.
    """
    labels = labelled(project, verdicts)
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow((*_PROPERTIES, *_DETAILS))
    for label in labels:
        row = {**label.properties(), **_details(label)}
        table.writerow([_cell(row[name]) for name in (*_PROPERTIES, *_DETAILS)])
    write_whole(project, path, text.getvalue())
    return len(labels)


def _details(label: Labelled) -> dict[str, object]:
    annotation, shape = label.annotation, label.annotation.shape
    return {
        "claims": _joined(f"{claim} {relation}" for claim, relation in label.relations()),
        "reasons": _joined(sorted({verdict.reason for verdict in label.verdicts if verdict.reason})),
        "verdict_notes": _joined(f"{verdict.analyst}: {verdict.note}" for verdict in label.verdicts if verdict.note),
        "analysts": _joined(f"{verdict.analyst} {verdict.value} {verdict.time}" for verdict in label.verdicts),
        "site": annotation.site,
        "before_id": annotation.before,
        "after_id": annotation.after,
        "scene_id": shape.scene,
        "pixels_wkt": exact_wkt(shape.pixels),
        "ground_wkt": None if shape.ground is None else exact_wkt(shape.ground),
        "synthetic": label.synthetic,
    }


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(texts)


def _cell(value: object) -> object:
    """Return what goes into a cell: nothing for None, lower-case truth, defused text; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value
