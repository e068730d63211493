"""Kinds of object as data: read from kinds.toml, and from a file of the user's own."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .errors import KindError

SENSORS = ("optical", "sar")
BUILT_IN = Path(__file__).with_name("kinds.toml")


@dataclass(frozen=True, slots=True)
class Kind:
    """
    What can be labelled, how large it is, and at which pixel size it shows.

    Parameters
    ----------
    name, title
        The word in records ("storage-pit") and the words for people ("storage pit").
    definition
        What makes it this kind, in one or two sentences about what is visible.
    unit
        What is counted ("pits", "containers").
    length_m, width_m
        Least and greatest size of one outline, metres.
    feature_m
        The dimension that tells the kind, metres.
    detect_px, count_px
        Pixels across `feature_m` needed to see one, and to count them.
    countable
        False for areas, which have an extent and no number.
    sensors
        Those of `SENSORS` that show it.
    colour
        "#RRGGBB".
    key
        The key that gives an annotation this kind; empty for none.
    single
        True where one outline is one object; False where it holds several (a stack of containers, a string of wagons).
    """

    name: str
    title: str
    definition: str
    unit: str
    length_m: tuple[float, float]
    width_m: tuple[float, float]
    feature_m: float
    detect_px: float
    count_px: float
    countable: bool
    sensors: tuple[str, ...]
    colour: str
    key: str = ""
    single: bool = True

    @property
    def plural(self) -> str:
        """The title for several of them ("storage pits", "disturbed soil")."""
        return f"{self.title}s" if self.countable else self.title

    @property
    def detect_gsd_m(self) -> float:
        """Coarsest pixel in which one can be seen, metres; infinite where size does not matter."""
        return self.feature_m / self.detect_px if self.detect_px else float("inf")

    @property
    def count_gsd_m(self) -> float:
        """Coarsest pixel in which they can be counted, metres; infinite where size does not matter."""
        return self.feature_m / self.count_px if self.count_px else float("inf")


def load_kinds(extra: Path | None = None) -> Mapping[str, Kind]:
    """
    Return every kind by name, in the order of the files.

    Parameters
    ----------
    extra
        A TOML file like kinds.toml, with kinds of the user's own.

    Raises
    ------
    KindError
        If a file cannot be read, a field is missing or wrong, or a name or key is taken.
    """
    kinds = dict(_built_in())
    if extra is not None:
        for name, kind in _read(extra).items():
            if name in kinds:
                raise KindError(f"Kind {name} of {extra.name}: this name is built in; choose another.")
            kinds[name] = kind
    _check_keys(kinds)
    return MappingProxyType(kinds)


def kind_named(name: str, kinds: Mapping[str, Kind]) -> Kind:
    """Return the kind of that name, or raise a KindError that lists those there are."""
    if name not in kinds:
        raise KindError(f"Kind {name!r} is not known; choose one of {', '.join(kinds)}.")
    return kinds[name]


@lru_cache(maxsize=1)
def _built_in() -> Mapping[str, Kind]:
    return _read(BUILT_IN)


def _read(path: Path) -> dict[str, Kind]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KindError(
            f"Kinds file {path} cannot be read ({error.strerror}); give the path of a TOML file."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KindError(f"Kinds file {path} is not TOML ({error}); write it like kinds.toml.") from error
    return {name: _kind(name, table) for name, table in tables.items()}


def _kind(name: str, table: object) -> Kind:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise KindError(f"Kind {name!r}: a name is lower-case words joined by hyphens, like storage-pit.")
    if not isinstance(table, dict):
        raise KindError(f"Kind {name}: expected a table of fields, found {table!r}.")
    unknown = sorted(set(table) - set(_FIELDS))
    if unknown:
        raise KindError(f"Kind {name}, field {unknown[0]}: not known; allowed are {', '.join(_FIELDS)}.")
    missing = [field for field in _FIELDS if field not in table and field not in ("key", "single")]
    if missing:
        raise KindError(f"Kind {name}, field {missing[0]}: missing; give it a value.")
    values = {field: _FIELDS[field](f"Kind {name}, field {field}", value) for field, value in table.items()}
    kind = Kind(name=name, **values)
    if kind.count_px < kind.detect_px:
        raise KindError(
            f"Kind {name}, field count_px: {kind.count_px:g} is below detect_px {kind.detect_px:g}; raise it."
        )
    return kind


def _check_keys(kinds: Mapping[str, Kind]) -> None:
    taken: dict[str, str] = {}
    for kind in kinds.values():
        if kind.key and taken.setdefault(kind.key, kind.name) != kind.name:
            raise KindError(f"Kind {kind.name}, field key: {kind.key!r} belongs to {taken[kind.key]}; choose another.")


def _text(where: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise KindError(f"{where}: expected words, found {value!r}.")
    return value


def _flag(where: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise KindError(f"{where}: expected true or false, found {value!r}.")
    return value


def _number(where: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise KindError(f"{where}: expected a number of at least 0, found {value!r}.")
    return float(value)


def _metres(where: str, value: object) -> float:
    number = _number(where, value)
    if number == 0:
        raise KindError(f"{where}: expected metres above 0, found 0.")
    return number


def _span(where: str, value: object) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise KindError(f"{where}: expected [least, greatest] in metres, found {value!r}.")
    least, greatest = (_number(where, side) for side in value)
    if least > greatest:
        raise KindError(f"{where}: least {least:g} is above greatest {greatest:g}; swap them.")
    return least, greatest


def _sensors(where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or any(sensor not in SENSORS for sensor in value):
        raise KindError(f"{where}: expected some of {list(SENSORS)}, found {value!r}.")
    return tuple(value)


def _colour(where: str, value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
        raise KindError(f'{where}: expected "#RRGGBB", found {value!r}.')
    return value


def _key(where: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > 1:
        raise KindError(f"{where}: expected one character or nothing, found {value!r}.")
    return value


_FIELDS: Mapping[str, Callable[[str, object], Any]] = {
    "title": _text,
    "definition": _text,
    "unit": _text,
    "length_m": _span,
    "width_m": _span,
    "feature_m": _metres,
    "detect_px": _number,
    "count_px": _number,
    "countable": _flag,
    "sensors": _sensors,
    "colour": _colour,
    "key": _key,
    "single": _flag,
}
