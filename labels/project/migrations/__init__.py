"""
What brings a project file of an earlier version to the tables of this one.

The tables are declared once, in `..schema`. When they change, add one step:

1. Change the declaration (`schema.py`, `evidence.py`, …); a new table goes into `schema.TABLES`.
2. Write one file beside this one, named after what changes, that holds a `Step`: what it does in words, the value of
   each new column that may not be empty as an SQL expression over the row as it was, and, where rows have to change,
   a function that does it once all tables are as declared. A new table, a new column that may be empty, another list
   of allowed values need nothing but the words.
3. Append it to `STEPS`. Its place there is its number, and the last one gives the project's version.
4. Before a release, keep a small file of its version in `tests/labels/projects`, which is then opened for ever.

Every table is brought to its present declaration before the steps' functions run, in order, all in one transaction; so
a step never sees the tables of some version in between, and says the same however old the file is. Columns that a
GIS added are kept.
"""

from . import joined, judged, noticed, shown, whole
from .step import Step

__all__ = ["OLDEST", "STEPS", "VERSION", "Step"]

OLDEST = 1
STEPS: tuple[Step, ...] = (whole.STEP, joined.STEP, judged.STEP, noticed.STEP, shown.STEP)
VERSION = OLDEST + len(STEPS)
