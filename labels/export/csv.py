"""CSV (RFC 4180, UTF-8): one label a line, with the analysts' words and both outlines as WKT."""

import csv
import io
from collections.abc import Sequence

from ..project import Project
from .flat import DETAILS, PROPERTIES, flat_row
from .format import Rendered
from .grounds import head_of
from .labelled import Labelled

_COLUMNS = (*PROPERTIES, *DETAILS, "journal_head")
# A spreadsheet takes what begins so for a formula (OWASP, "CSV Injection"), full-width signs included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
DEFUSED = "'"


def render_csv(project: Project, labels: Sequence[Labelled], name: str) -> Rendered:
    """Return the labels as a table; texts that a spreadsheet would run as a formula begin with an apostrophe."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    head = head_of(project)
    for label in labels:
        row = {**flat_row(label), "journal_head": head}
        table.writerow([_cell(row[column]) for column in _COLUMNS])
    return Rendered.text(text.getvalue())


def _cell(value: object) -> object:
    """Return what goes into a cell: nothing for None, lower-case truth, defused text; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.lstrip(DEFUSED).startswith(FORMULA_STARTS):
        return DEFUSED + value
    return value
