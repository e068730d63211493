"""The user's own keys: laid over the table, kept as JSON in the user's configuration, clashes refused by name."""

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..errors import ViewerError
from .keys import Key

FILE = Path("depotwatch", "keys.json")
MODIFIERS = ("Control", "Alt", "Shift", "Meta")
NAMED: tuple[str, ...] = (
    "Up",
    "Down",
    "Left",
    "Right",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "Insert",
    "Delete",
    "Backspace",
)
NAMED += ("Enter", "Escape", *(f"F{number}" for number in range(1, 13)))
SINGLE = re.compile(r"[A-Z0-9,./;'\[\]=`\\]")
QT_NAMES = {"Ctrl": "Control", "Return": "Enter", "Esc": "Escape", "PgUp": "PageUp", "PgDown": "PageDown"}
QT_NAMES |= {"Ins": "Insert", "Del": "Delete"}
OTHER_LAYERS = re.compile(r"label|brush|vectors|tracks|reset_polygon|complete_polygon")  # of which we have none


@dataclass(frozen=True)
class OwnKeys:
    """
    What one user changed.

    Parameters
    ----------
    changes
        Key by action, in napari's words.
    """

    changes: Mapping[str, str] = field(default_factory=dict)

    def table(self, usual: Iterable[Key]) -> tuple[Key, ...]:
        """Return the usual table with the user's keys in it; a change that clashes there by now is left out."""
        found = list(usual)
        for action, wanted in self.changes.items():
            at = next((number for number, key in enumerate(found) if key.action == action), None)
            if at is not None and all(key.key != wanted or key.action == action for key in found):
                found[at] = replace(found[at], key=wanted)
        return tuple(found)

    def left_out(self, usual: Iterable[Key]) -> str:
        """Say which of the user's keys another action has by now; empty where none."""
        usual = tuple(usual)
        table = {key.action: key for key in self.table(usual)}
        holders = {key.key: key for key in table.values()}
        lost = [
            f"{readable(wanted)} is not the key of “{table[action].title}” but of “{holders[wanted].title}”"
            for action, wanted in self.changes.items()
            if action in table and table[action].key != wanted
        ]
        return f"{'; '.join(lost)}. Change one of them under Keys." if lost else ""

    def changed(self, usual: Iterable[Key], action: str, wanted: str, elsewhere: Mapping[str, str]) -> "OwnKeys":
        """
        Give an action another key.

        Parameters
        ----------
        usual
            The table without changes.
        action
            One of the table.
        wanted
            A key, in napari's words.
        elsewhere
            What napari does with its keys, by key in the same words.

        Raises
        ------
        ViewerError
            If another action of ours, or napari, has that key.
        """
        usual = tuple(usual)
        wanted = canonical(wanted)
        for key in self.table(usual):
            if key.key == wanted and key.action != action:
                raise ViewerError(f"{readable(wanted)} is the key of “{key.title}”; give that another key first.")
        if wanted in elsewhere and wanted not in {key.key for key in usual}:
            raise ViewerError(f"{readable(wanted)} is napari's key of “{elsewhere[wanted]}”; choose another.")
        changes = {**self.changes, action: wanted}
        return OwnKeys({name: key for name, key in changes.items() if (name, key) not in _pairs(usual)})

    def without(self, usual: Iterable[Key], action: str | None = None) -> "OwnKeys":
        """
        Give an action its usual key again; None for every action.

        Raises
        ------
        ViewerError
            If that key has been given to another action.
        """
        if action is None:
            return OwnKeys()
        usual = tuple(usual)
        own = next(key.key for key in usual if key.action == action)
        return self.changed(usual, action, own, {})

    def keep(self) -> None:
        """Write them to the user's configuration, as a whole or not at all."""
        path = config_folder() / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps(dict(self.changes), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        partial.replace(path)


def read_own_keys() -> OwnKeys:
    """
    Return the user's own keys; none where no file keeps any.

    Raises
    ------
    ViewerError
        If the file is not one that we wrote.
    """
    path = config_folder() / FILE
    if not path.is_file():
        return OwnKeys()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return OwnKeys({str(action): canonical(key) for action, key in found.items()})
    except (ValueError, AttributeError, TypeError, ViewerError) as error:
        raise ViewerError(f"The keys in {path} cannot be read ({error}); put the file right or delete it.") from error


def config_folder() -> Path:
    """Return where this user's programs keep their configuration."""
    named = os.environ.get("XDG_CONFIG_HOME") or (os.environ.get("APPDATA") if sys.platform == "win32" else None)
    if named:
        return Path(named)
    return Path.home() / ("Library/Application Support" if sys.platform == "darwin" else ".config")


def canonical(key: str) -> str:
    """
    Return a key in napari's words, modifiers in one order; "Ctrl+Shift+z" gives "Control-Shift-Z".

    Raises
    ------
    ViewerError
        If it is no single key that napari can bind.
    """
    parts = [QT_NAMES.get(part, part) for part in re.split(r"(?<=.)[-+]", str(key).strip())]
    name, held = parts[-1], parts[:-1]
    name = name.upper() if len(name) == 1 else name
    if not set(held) <= set(MODIFIERS) or not (name in NAMED or SINGLE.fullmatch(name)):
        raise ViewerError(
            f"{key!r} cannot be a key here; press a letter, a digit, F1 to F12, an arrow or another key that moves, "
            "alone or with Ctrl, Alt or Shift."
        )
    return "-".join([*(one for one in MODIFIERS if one in held), name])


def readable(key: str) -> str:
    """Return a key as people read it."""
    return Key("", key, "", "").label


def napari_keys(shortcuts: Mapping[str, Iterable[object]], menus: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """
    Return what napari does with its keys, by key.

    Parameters
    ----------
    shortcuts
        Key bindings by action, as napari's settings hold them.
    menus
        Key (as Qt writes it) and text of each entry of a menu that has one.
    """
    found: dict[str, str] = {}
    for action, bindings in shortcuts.items():
        if not OTHER_LAYERS.search(action):
            words = action.partition(":")[2].replace("_", " ")
            found |= {known: words for one in bindings if (known := _known(str(one)))}
    return found | {known: text.replace("&", "").strip(". …") for key, text in menus if (known := _known(key))}


def _known(key: str) -> str | None:
    try:
        return canonical(key)
    except ViewerError:
        return None  # one that cannot be chosen here either


def _pairs(table: Iterable[Key]) -> set[tuple[str, str]]:
    return {(key.action, key.key) for key in table}
