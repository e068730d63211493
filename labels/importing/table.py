"""CSV: our own, or one with outlines as WKT in longitude and latitude."""

import csv
from collections.abc import Mapping
from pathlib import Path

import shapely
from shapely.errors import ShapelyError

from ..errors import ImportFileError
from ..export.csv import DEFUSED, FORMULA_STARTS
from .crs import to_lonlat
from .foreign import ForeignLabels
from .own import own_of_row

_OUTLINES = ("ground_wkt", "wkt", "geometry", "geom", "the_geom", "wkt_geom")
_MAX_CELL = 1 << 24


def read_csv(path: Path) -> ForeignLabels:
    """Return the outlines of a table; a column of WKT is found by its name."""
    labels, usual = ForeignLabels(), csv.field_size_limit(_MAX_CELL)
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, strict=True)
            column = _column(table.fieldnames or (), path)
            for number, row in enumerate(table, start=1):
                _add(labels, number, {name: _armed(value) for name, value in row.items() if name}, column, path)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ImportFileError(f"{path} is no CSV that can be read ({error}): save it as UTF-8 with commas.") from error
    finally:
        csv.field_size_limit(usual)
    return labels


def _add(labels: ForeignLabels, number: int, row: Mapping[str, object], column: str, path: Path) -> None:
    own = own_of_row(row)
    text = str(row.get(column) or "")
    try:
        shape = to_lonlat(shapely.from_wkt(text), None) if text else None
        if shape is None and own.get("pixels"):
            labels.add(number, shapely.from_wkt(str(own["pixels"])), row, own, str(own["scene"]))
        else:
            labels.add(number, shape, row, own)
    except ShapelyError as error:
        raise ImportFileError(f"{path}: the outline of line {number + 1} cannot be read ({error}).") from error


def _column(names: object, path: Path) -> str:
    known = {str(name).strip().lower(): str(name) for name in (names if isinstance(names, list | tuple) else ())}
    found = next((known[name] for name in _OUTLINES if name in known), None)
    if found is None:
        raise ImportFileError(
            f"{path} has no column of outlines; one named {', '.join(_OUTLINES)} with WKT in longitude and latitude "
            "is read."
        )
    return found


def _armed(value: object) -> object:
    """Take off the apostrophe that keeps a spreadsheet from running a text."""
    text = value if isinstance(value, str) else None
    if text is not None and text.startswith(DEFUSED) and text.lstrip(DEFUSED).startswith(FORMULA_STARTS):
        return text[len(DEFUSED) :]
    return text
