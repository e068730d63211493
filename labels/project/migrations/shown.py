"""A GIS is shown labels with what stands for them, what belongs to them, and how to draw them."""

from ..connection import Connection
from ..styles import styling_sql
from .step import Step


def _style(connection: Connection) -> None:
    connection.write_all(styling_sql())


STEP = Step("views, relations and styles for a GIS", run=_style)
