"""How a value goes into a column and comes back unchanged."""

import json
import math
from collections.abc import Callable, Sequence
from typing import Any, SupportsFloat, SupportsInt, cast

import numpy as np
import shapely
from shapely import Polygon

from ..errors import ProjectError, RecordError
from ..integrity import canonical_json

SQL_TYPES = {
    "text": "TEXT",
    "integer": "INTEGER",
    "real": "REAL",
    "boolean": "BOOLEAN",
    "json": "TEXT",
    "wkt": "TEXT",
    "blob": "BLOB",
}


def exact_wkt(polygon: Polygon) -> str:
    """Return a polygon as WKT whose numbers read back to the same floats."""
    rings = (polygon.exterior, *polygon.interiors)
    texts = (", ".join(f"{x!r} {y!r}" for x, y in shapely.get_coordinates(ring).tolist()) for ring in rings)
    return "POLYGON (" + ", ".join(f"({text})" for text in texts) + ")"


def encode_value(kind: str, value: object, label: str) -> object:
    """
    Return a value as SQL stores it.

    Parameters
    ----------
    kind
        A key of `SQL_TYPES`.
    value
        Not None.
    label
        Names row and column in messages.

    Raises
    ------
    RecordError
        The value is not of that kind, or not finite.
    """
    try:
        return _ENCODERS[kind](value, label)
    except (TypeError, ValueError, OverflowError) as error:
        raise RecordError(f"{label} is {value!r:.100}; a {kind} is needed ({error}).") from error


def decode_values(kind: str, values: Sequence[Any]) -> list[Any]:
    """Return the stored values of one column as they were; None where there is none."""
    if kind == "wkt":
        return _wkt(values)
    decode = _DECODERS[kind]
    return [None if value is None else decode(value) for value in values]


def checked_outline(value: object, label: str) -> Polygon:
    """Return the value if it is a polygon with finite corners; else raise RecordError."""
    good = isinstance(value, Polygon) and not value.is_empty
    if not good or not all(map(math.isfinite, shapely.get_coordinates(value).ravel().tolist())):
        raise RecordError(f"{label} is {value!r:.100}; a polygon with finite corners is needed.")
    return cast(Polygon, value)


def _text(value: object, label: str) -> str:
    text = str(value)
    text.encode()  # a half surrogate pair has no UTF-8 form
    return text


def _real(value: SupportsFloat, label: str) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise RecordError(f"{label} is {number}; a finite number is needed.")
    return number


def _integer(value: SupportsInt, label: str) -> int:
    number = int(value)
    if number != value or not -(2**63) <= number < 2**63:
        raise RecordError(f"{label} is {value!r}; a whole number of at most 64 bits is needed.")
    return number


def _wkt(texts: Sequence[str | None]) -> list[Polygon | None]:
    try:
        found: list[Polygon | None] = shapely.from_wkt(np.array(texts, dtype=object)).tolist()
    except shapely.errors.GEOSException as error:
        raise ProjectError(f"An outline in the project cannot be read ({error}): restore a copy.") from error
    for text, geometry in zip(texts, found, strict=True):
        if not isinstance(geometry, Polygon | None):
            raise ProjectError(f"An outline in the project is {text!r:.60}: only polygons are allowed.")
    return found


_ENCODERS: dict[str, Callable[[Any, str], object]] = {
    "text": _text,
    "integer": _integer,
    "real": _real,
    "boolean": lambda value, label: int(bool(value)),
    "json": lambda value, label: canonical_json(value),
    "blob": lambda value, label: bytes(memoryview(value)),
    "wkt": lambda value, label: exact_wkt(checked_outline(value, label)),
}
_DECODERS: dict[str, Callable[[Any], object]] = {
    "text": str,
    "integer": int,
    "real": float,
    "boolean": bool,
    "json": json.loads,
    "blob": bytes,
}
