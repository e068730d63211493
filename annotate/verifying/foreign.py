"""Whether other programs, such as a GIS, changed records: no journal entry stands for that, and no analyst."""

from ...labels.plural import plural
from ...labels.project import Project
from ...labels.records import ForeignEdit
from ...labels.records.foreign_edit import UNWATCHED
from .finding import DIFFERS, OK, UNCHECKED, Finding

CHECK = "foreign edits"


def check_foreign(project: Project) -> Finding:
    """Name what other programs changed and did not change back, even where a later entry sealed it."""
    edits = project.foreign_edits()
    first: dict[tuple[str, str], ForeignEdit] = {}
    last: dict[tuple[str, str], ForeignEdit] = {}
    for edit in edits:
        row = (edit.table_name, edit.record)
        first.setdefault(row, edit)
        last[row] = edit
    unlike = [row for row in first if first[row].event != UNWATCHED and first[row].before != last[row].after]
    unseen = [edit.sentence() for edit in edits if edit.event == UNWATCHED]
    if unlike:
        sentence = f"Other programs changed {plural(len(unlike), 'row', 'rows')}; that stands in no chain."
        told = [edit.sentence() for edit in edits if (edit.table_name, edit.record) in unlike]
        return Finding(CHECK, DIFFERS, sentence, tuple(told))
    if unseen:  # what came of that, the seals of the records tell
        return Finding(CHECK, UNCHECKED, " ".join(unseen))
    if edits:
        return Finding(CHECK, OK, "What other programs changed is as it was before.")
    return Finding(CHECK, OK, "No other program is known to have changed a row.")
