"""One step between two versions of a project's tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..connection import Connection


def _nothing(connection: Connection) -> None:
    """Change no row."""


@dataclass(frozen=True, slots=True)
class Step:
    """
    What changes from one version to the next.

    Parameters
    ----------
    what
        In words, as the journal keeps it.
    filled
        Of each table, each new column that may not be empty: an SQL expression over the row as it was, such as "0".
    run
        Changes rows, in the open transaction; all tables are then as they are declared now.
    """

    what: str
    filled: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    run: Callable[[Connection], None] = _nothing
