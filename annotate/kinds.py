"""Kinds of object as data: read from kinds.toml, and from a file of the user's own."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .errors import KindError
from .kind import SENSORS, Kind
from .kind_fields import extended, kind_of, table_of

__all__ = ["SENSORS", "Kind", "built_in", "kind_named", "load_kinds", "own_tables", "with_own"]

# Keys of the review that no kind may have; what they do, in a word.
REVIEW_KEYS: Mapping[str, str] = MappingProxyType(
    {
        **{"y": "accept", "n": "reject", "q": "unsure", "c": "zoom to the place", "f": "flicker", "s": "swipe"},
        **{"d": "side by side", "r": "red and cyan", "b": "blend", "m": "change map", "o": "outlines"},
        **{"p": "draw", "e": "move corners"},
    }
)
BUILT_IN = Path(__file__).with_name("kinds.toml")


def load_kinds(extra: Path | None = None) -> Mapping[str, Kind]:
    """
    Return every kind by name, in the order of the files.

    Parameters
    ----------
    extra
        A TOML file like kinds.toml, with kinds of the user's own; of a built-in kind it may change words, colour, key,
        rate and what an area is measured against.

    Raises
    ------
    KindError
        If a file cannot be read, a field is missing or wrong, or a name or key is taken.
    """
    if extra is None:
        return built_in()
    tables = _tables(extra)
    kinds = with_own(built_in(), tables, extra.name, extra.parent)
    for name in tables:
        _require_free_key(kinds[name])
    return kinds


def with_own(
    kinds: Mapping[str, Kind], tables: Mapping[str, Any], source: str, folder: Path | None = None
) -> Mapping[str, Kind]:
    """
    Return kinds with a user's own added, in the order of the tables.

    Parameters
    ----------
    kinds
        Those that are there.
    tables
        One a kind: of a file, or as `own_tables` gives them.
    source
        Name of the file, for errors.
    folder
        Where the example chips lie; None where they are not looked for.
    """
    merged, known = dict(kinds), built_in()
    for name, table in tables.items():
        merged[name] = extended(known[name], table, source) if name in known else kind_of(name, table)
        if folder is not None:
            _require_examples(merged[name], folder)
    _check_keys(merged)
    return MappingProxyType(merged)


def own_tables(kinds: Mapping[str, Kind]) -> dict[str, dict[str, Any]]:
    """Return what kinds say beyond the built-in ones, as JSON values that `with_own` reads back."""
    known = {name: table_of(kind) for name, kind in built_in().items()}
    own = {}
    for name, kind in kinds.items():
        said = table_of(kind)
        different = {field: value for field, value in said.items() if known.get(name, {}).get(field) != value}
        if different:
            own[name] = different if name in known else said
    return own


def kind_named(name: str, kinds: Mapping[str, Kind]) -> Kind:
    """Return the kind of that name, or raise a KindError that lists those there are."""
    if name not in kinds:
        raise KindError(f"Kind {name!r} is not known; choose one of {', '.join(kinds)}.")
    return kinds[name]


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, Kind]:
    """Return the kinds of kinds.toml."""
    kinds = {name: kind_of(name, table) for name, table in _tables(BUILT_IN).items()}
    _check_keys(kinds)
    return MappingProxyType(kinds)


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KindError(
            f"Kinds file {path} cannot be read ({error.strerror}); give the path of a TOML file."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KindError(f"Kinds file {path} is not TOML ({error}); write it like kinds.toml.") from error


def _require_examples(kind: Kind, folder: Path) -> None:
    for example in kind.examples:
        if not (folder / example).is_file():
            raise KindError(
                f"Kind {kind.name}, field examples: {example!r} is not a file beside the kinds file; put it there."
            )


def _require_free_key(kind: Kind) -> None:
    action = REVIEW_KEYS.get(kind.key.lower())
    if action is not None:
        raise KindError(
            f"Kind {kind.name}, field key: {kind.key!r} is for {action!r} in the review; choose another "
            "or leave it out."
        )


def _check_keys(kinds: Mapping[str, Kind]) -> None:
    taken: dict[str, str] = {}
    for kind in kinds.values():
        if kind.key and taken.setdefault(kind.key, kind.name) != kind.name:
            raise KindError(f"Kind {kind.name}, field key: {kind.key!r} belongs to {taken[kind.key]}; choose another.")
