"""Reading one kind from a table of TOML or JSON: every field checked, every error naming the kind and the field."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from .errors import KindError
from .kind import SENSORS, TONES, Kind

SEEN_PX = 3.0  # across the smallest side, to see a thing and to count it (Johnson 1958)
EXTENSIBLE = ("title", "colour", "key", "evidence", "examples", "fits_m", "fits_apart_m", "false_alarms_per_km2")


def kind_of(name: str, table: object) -> Kind:
    """
    Return the kind that a table defines; sizes, words and a colour are needed, the rest has defaults.

    Raises
    ------
    KindError
        If the name or a field is not as it must be, or one is missing.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise KindError(f"Kind {name!r}: a name is lower-case words joined by hyphens, like storage-pit.")
    values = _values(name, table)
    missing = [field for field in NEEDED if field not in values]
    if missing:
        raise KindError(f"Kind {name}, field {missing[0]}: missing; give it a value.")
    values.setdefault("feature_m", max(values["width_m"][0], 1e-3))
    values.setdefault("detect_px", SEEN_PX)
    values.setdefault("count_px", max(SEEN_PX, values["detect_px"]))
    values.setdefault("countable", True)
    values.setdefault("sensors", ("optical",))
    if values["width_m"][0] > values["length_m"][1]:
        raise KindError(
            f"Kind {name}, field width_m: least {values['width_m'][0]:g} is above the greatest length "
            f"{values['length_m'][1]:g}; width is the shorter side."
        )
    kind = Kind(name=name, **values)
    if kind.count_px < kind.detect_px:
        raise KindError(
            f"Kind {name}, field count_px: {kind.count_px:g} is below detect_px {kind.detect_px:g}; raise it."
        )
    return kind


def extended(kind: Kind, table: object, source: str) -> Kind:
    """Return a built-in kind with what a user's table says of it: words, colour, key and rates, never what it is."""
    values = _values(kind.name, table)
    fixed = [field for field in values if field not in EXTENSIBLE]
    if fixed:
        raise KindError(
            f"Kind {kind.name} of {source}: this name is built in, and its {fixed[0]} is fixed; choose another name, "
            f"or set only {', '.join(EXTENSIBLE)}."
        )
    return replace(kind, **values)


def table_of(kind: Kind) -> dict[str, Any]:
    """Return a kind as JSON values, as `kind_of` reads it back."""
    values = {field: value for field, value in asdict(kind).items() if field != "name" and value is not None}
    return {field: list(value) if isinstance(value, tuple) else value for field, value in values.items()}


def _values(name: str, table: object) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        raise KindError(f"Kind {name}: expected a table of fields, found {table!r}.")
    unknown = sorted(set(table) - set(FIELDS))
    if unknown:
        raise KindError(f"Kind {name}, field {unknown[0]}: not known; allowed are {', '.join(FIELDS)}.")
    return {field: FIELDS[field](f"Kind {name}, field {field}", value) for field, value in table.items()}


def _text(where: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise KindError(f"{where}: expected words, found {value!r}.")
    return value


def _word(where: str, value: object) -> str:
    if not isinstance(value, str):
        raise KindError(f"{where}: expected words or nothing, found {value!r}.")
    return value


def _texts(where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or any(not isinstance(one, str) or not one.strip() for one in value):
        raise KindError(f"{where}: expected a list of words, found {value!r}.")
    return tuple(value)


def _flag(where: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise KindError(f"{where}: expected true or false, found {value!r}.")
    return value


def _number(where: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise KindError(f"{where}: expected a number of at least 0, found {value!r}.")
    return float(value)


def _above_zero(where: str, value: object) -> float:
    number = _number(where, value)
    if number == 0:
        raise KindError(f"{where}: expected a number above 0, found 0.")
    return number


def _span(where: str, value: object) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise KindError(f"{where}: expected [least, greatest], found {value!r}.")
    least, greatest = (_number(where, side) for side in value)
    if least > greatest:
        raise KindError(f"{where}: least {least:g} is above greatest {greatest:g}; swap them.")
    return least, greatest


def _share(where: str, value: object) -> tuple[float, float]:
    least, greatest = _span(where, value)
    if greatest > 1:
        raise KindError(f"{where}: expected shares of 0 to 1, found {value!r}.")
    return least, greatest


def _size(where: str, value: object) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise KindError(f"{where}: expected [length, width] in metres, found {value!r}.")
    sides = sorted((_above_zero(where, side) for side in value), reverse=True)
    return sides[0], sides[1]


def _three(where: str, value: object) -> tuple[float, float, float]:
    if not isinstance(value, list) or len(value) != 3:
        raise KindError(f"{where}: expected [least, usual, most] in metres, found {value!r}.")
    least, usual, most = (_number(where, one) for one in value)
    if not least <= usual <= most:
        raise KindError(f"{where}: expected [least, usual, most] in rising order, found {value!r}.")
    return least, usual, most


def _sensors(where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or any(sensor not in SENSORS for sensor in value):
        raise KindError(f"{where}: expected some of {list(SENSORS)}, found {value!r}.")
    return tuple(value)


def _tone(where: str, value: object) -> str:
    if value not in TONES:
        raise KindError(f"{where}: expected one of {list(TONES)}, found {value!r}.")
    return str(value)


def _colour(where: str, value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
        raise KindError(f'{where}: expected "#RRGGBB", found {value!r}.')
    return value


def _key(where: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > 1:
        raise KindError(f"{where}: expected one character or nothing, found {value!r}.")
    return value


NEEDED = ("title", "definition", "unit", "length_m", "width_m", "colour")
FIELDS: Mapping[str, Callable[[str, object], Any]] = {
    "title": _text,
    "definition": _text,
    "unit": _text,
    "length_m": _span,
    "width_m": _span,
    "feature_m": _above_zero,
    "detect_px": _number,
    "count_px": _number,
    "countable": _flag,
    "sensors": _sensors,
    "colour": _colour,
    "key": _key,
    "single": _flag,
    "without_sun": _word,
    "too_coarse": _word,
    "alone_px": _number,
    "alone_why": _word,
    "evidence": _texts,
    "examples": _texts,
    "tone": _tone,
    "aspect": _span,
    "rectangularity": _share,
    "roundness": _share,
    "false_alarms_per_km2": _above_zero,
    "fits_unit": _word,
    "fits_m": _size,
    "fits_apart_m": _three,
}
