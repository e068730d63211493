"""The table of what other programs changed."""

from ..records.foreign_edit import EVENTS
from .columns import Column, Table, integer, one_of, text

FOREIGN_EDIT = Table(
    "foreign_edit",
    "Rows that other programs changed, append-only; the journal knows nothing of these changes.",
    (
        *integer("number"),
        *text("time", "table_name", "record"),
        one_of("event", EVENTS),
        Column("before", "json", null=True),
        Column("after", "json", null=True),
    ),
    key=("number",),
    sealed=False,
    also=tuple(
        f'CREATE TRIGGER "foreign_edit_keeps_{name}" BEFORE {event} ON "foreign_edit" '
        "BEGIN SELECT RAISE(ABORT, 'what other programs changed is append-only'); END"
        for name, event in (("rows", "DELETE"), ("words", "UPDATE"))
    ),
)
