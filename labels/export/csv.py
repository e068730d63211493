"""CSV (RFC 4180, UTF-8): one label a line, with the analysts' words and both outlines as WKT."""

import csv
import io
from collections.abc import Iterable, Sequence

from ..project import Project
from ..project.values import exact_wkt
from .format import Rendered
from .grounds import credit_line, head_of
from .labelled import Labelled

_PROPERTIES = (
    *("id", "kind", "change", "state", "origin", "verdict", "score", "count_low", "count_best", "count_high"),
    *("tiers_low", "tiers_high", "length_m", "width_m", "area_m2", "heading_deg", "before", "after", "claims", "note"),
)
_DETAILS = (
    *("reasons", "verdict_notes", "analysts", "site", "before_id", "after_id", "scene_id"),
    *("pixels_wkt", "ground_wkt", "synthetic", "credits", "journal_head"),
)
# A spreadsheet takes what begins so for a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def render_csv(project: Project, labels: Sequence[Labelled], name: str) -> Rendered:
    """Return the labels as a table; texts that a spreadsheet would run as a formula begin with an apostrophe."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow((*_PROPERTIES, *_DETAILS))
    head = head_of(project)
    for label in labels:
        row = {**label.properties(), **_details(label), "journal_head": head}
        table.writerow([_cell(row[name]) for name in (*_PROPERTIES, *_DETAILS)])
    return Rendered.text(text.getvalue())


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
        "credits": credit_line(label.scenes),
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
