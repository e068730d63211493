"""Reading JSON of others field by field; every complaint names the file, the item and the field."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NoReturn, Self

from ..errors import ReferenceFileError

MOST_BYTES = 100_000_000  # more is no file of references


class Item:
    """
    One object of a file, asked for its fields.

    Parameters
    ----------
    where
        File and place in it, for messages.
    fields
        The object.
    """

    def __init__(self, where: str, fields: Mapping[str, Any]) -> None:
        self.where = where
        self.fields = fields

    def refuse(self, field: str, needed: str) -> NoReturn:
        """Raise ReferenceFileError: the field's value is not what is needed."""
        found = f"is {self.fields[field]!r:.80}" if field in self.fields else "is missing"
        raise ReferenceFileError(f"{self.where}: {field} {found}; {needed}.")

    def only(self, known: Collection[str]) -> None:
        """Refuse fields that are not known: a misspelt one would be lost without a word."""
        for field in self.fields:
            if field not in known:
                self.refuse(field, f"the fields are {', '.join(known)}")

    def text(self, field: str) -> str:
        """Return a text that must be there and not be empty."""
        value = self.fields.get(field)
        if not isinstance(value, str) or not value.strip():
            self.refuse(field, "a text is needed")
        return value

    def maybe_text(self, field: str) -> str | None:
        """Return a text, or None where it is null or absent."""
        return None if self.fields.get(field) is None else self.text(field)

    def choice(self, field: str, allowed: Collection[str]) -> str:
        """Return one of the texts allowed."""
        value = self.fields.get(field)
        if not isinstance(value, str) or value not in allowed:
            self.refuse(field, f"allowed: {', '.join(allowed)}")
        return value

    def number(self, field: str, low: float, high: float) -> float:
        """Return a number from low to high."""
        value = self.fields.get(field)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.refuse(field, f"a number from {low:g} to {high:g} is needed")
        return float(value)

    def maybe_count(self, field: str) -> int | None:
        """Return a whole number of at least 0, or None where it is null or absent."""
        value = self.fields.get(field)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63):
            self.refuse(field, "a whole number of at least 0, or null, is needed")
        return value

    def truth(self, field: str) -> bool:
        """Return true or false; false where it is absent."""
        value = self.fields.get(field, False)
        if not isinstance(value, bool):
            self.refuse(field, "true or false is needed")
        return value

    def inner(self, field: str) -> Self | None:
        """Return an object inside this one, or None where it is null or absent."""
        value = self.fields.get(field)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.refuse(field, "an object is needed")
        return type(self)(f"{self.where}: {field}", value)

    def inner_list(self, field: str) -> list[Self]:
        """Return the objects of a list inside this one; none where it is null or absent."""
        values = self.fields.get(field) or []
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.refuse(field, "a list of objects is needed")
        return [type(self)(f"{self.where}: {field} {number}", value) for number, value in enumerate(values, start=1)]


def read_items(path: str | Path, what: str, key: str | None = None) -> list[Item]:
    """
    Return the objects of a JSON file: a list of them, one alone, or a list under `key`; ids must differ.

    Raises
    ------
    ReferenceFileError
        Missing, not UTF-8 JSON, of another shape, or an id is missing or given twice.
    """
    data = read_json(Path(path))
    if key is not None and isinstance(data, dict) and key in data:
        data = data[key]
    values = [data] if isinstance(data, dict) else data
    if not isinstance(values, list):
        raise ReferenceFileError(f"{path}: a list of {what}s is needed, not {type(data).__name__}.")
    items: dict[str, Item] = {}
    for number, value in enumerate(values, start=1):
        if not isinstance(value, dict):
            raise ReferenceFileError(f"{path}, {what} {number}: {value!r:.80} is not an object.")
        item = _identified(Item(f"{path}, {what} {number}", value), f"{path}, {what}")
        if item.fields["id"] in items:
            raise ReferenceFileError(f"{item.where}: its id is given twice; give each {what} its own.")
        items[item.fields["id"]] = item
    return list(items.values())


def _identified(item: Item, prefix: str) -> Item:
    """Return the item with its id as text, CSL allows numbers, and with a message prefix that names it."""
    found = item.fields.get("id")
    fields = {**item.fields, "id": str(found)} if type(found) is int else item.fields
    name = Item(item.where, fields).text("id")
    return Item(f"{prefix} {name!r}", fields)


def read_text(path: Path) -> str:
    """
    Return a file of references as text.

    Raises
    ------
    ReferenceFileError
        Missing, too large for references, or not UTF-8.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ReferenceFileError(
                f"{path} has {size / 1e6:.0f} MB and references at most {MOST_BYTES / 1e6:.0f}: split it, or give "
                "the right file."
            )
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReferenceFileError(f"{path} cannot be read ({error.strerror}): check the path.") from error
    except UnicodeDecodeError as error:
        raise ReferenceFileError(f"{path} is not in UTF-8 ({error.reason}): save it as such.") from error


def read_json(path: Path) -> object:
    """
    Return what a JSON file holds.

    Raises
    ------
    ReferenceFileError
        Missing, or not JSON in UTF-8.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_constant)
    except OSError as error:
        raise ReferenceFileError(f"{path} cannot be read ({error.strerror}): check the path.") from error
    except json.JSONDecodeError as error:
        raise ReferenceFileError(f"{path} is not JSON (line {error.lineno}: {error.msg}): correct it there.") from error
    except (ValueError, RecursionError) as error:
        raise ReferenceFileError(f"{path} is not JSON in UTF-8 ({error}): save it as such.") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
