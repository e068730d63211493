"""One table of keys: bound on the viewer and on each of our layers, shown in the help and on the buttons.

napari asks the active layer before the viewer, and its layers take most letters (on Shapes, 3 and Delete delete).
So every key is bound on our layer instances too, and the keys that would edit or delete there are blocked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from napari.components import ViewerModel
from napari.layers import Image, Layer

from ...annotate.kinds import Kind


@dataclass(frozen=True)
class Key:
    """
    One action and its key.

    Parameters
    ----------
    action
        Name of the action, as the dock knows it.
    key
        In napari's words ("Control-Shift-Z").
    title
        What it does, for the help.
    group
        Heading in the help.
    """

    action: str
    key: str
    title: str
    group: str

    @property
    def label(self) -> str:
        """The key as people read it."""
        names = {"Control": "Ctrl", "Down": "↓", "Up": "↑", "Left": "←", "Right": "→"}
        return "+".join(names.get(part, part) for part in self.key.split("-"))


KEYS: tuple[Key, ...] = (
    Key("accept", "Y", "accept, and go to the next undecided", "Decide"),
    Key("reject", "N", "reject: then 1 to 9 for the reason", "Decide"),
    Key("unsure", "Q", "unsure, and go on", "Decide"),
    Key("settle", "Shift-Y", "settle a dispute: choose what shall stand and say why", "Decide"),
    Key("undo", "Control-Z", "undo the last step", "Decide"),
    Key("redo", "Control-Shift-Z", "redo it", "Decide"),
    Key("next", "Down", "next in the list", "Move"),
    Key("previous", "Up", "previous in the list", "Move"),
    Key("next_undecided", "Shift-Down", "next undecided", "Move"),
    Key("centre", "C", "zoom to the selected place", "Move"),
    Key("whole", "Home", "see the whole scene", "Move"),
    Key("flicker", "F", "flicker between before and after", "See"),
    Key("swipe", "S", "swipe: a curtain between the dates; ← → move it", "See"),
    Key("side", "D", "side by side", "See"),
    Key("red-cyan", "R", "before red, after cyan", "See"),
    Key("blend", "B", "blend both dates; ← → change the share", "See"),
    Key("earlier", "Left", "before; in swipe and blend a step to the left", "See"),
    Key("later", "Right", "after; in swipe and blend a step to the right", "See"),
    Key("date_before", "PageUp", "the site's date before, in the place of the after one", "See"),
    Key("date_after", "PageDown", "the site's date after, in the place of the after one", "See"),
    Key("change_map", "M", "change map on or off", "See"),
    Key("looked", "Shift-G", "hatch the ground that was not looked at", "See"),
    Key("outlines", "O", "outlines on or off", "See"),
    Key("polygon", "P", "draw a place by its corners", "Draw"),
    Key("box", "Shift-P", "draw a place as a turned box: one side, then across", "Draw"),
    Key("count", "Shift-C", "count one by one, into the selected place or a new one", "Draw"),
    Key("stack", "Shift-B", "count the boxes of the selected stack slot by slot", "Draw"),
    Key("line", "Shift-L", "measure a length", "Draw"),
    Key("edit", "E", "move the corners of the selected place", "Draw"),
    Key("split", "Shift-X", "part the selected place along a line", "Draw"),
    Key("merge", "Shift-M", "make one place of the marked ones", "Draw"),
    Key("snap", "Shift-S", "snap what is drawn, or the selected place, to the object's edges", "Draw"),
    Key("finish", "Enter", "end the drawing and keep it", "Draw"),
    Key("back", "Backspace", "take the last click back", "Draw"),
    Key("give_up", "Escape", "give the drawing up", "Draw"),
    Key("resume", "Shift-Z", "take up again the drawing given up last", "Draw"),
    Key("help", "F1", "show these keys", "Keyboard"),
    Key("to_dock", "F2", "go into the dock; Tab goes on, Escape leaves it", "Keyboard"),
    Key("to_records", "F3", "go to claims, counts, series or sheet; Escape leaves", "Keyboard"),
)

SHORTEST: Mapping[str, str] = {
    "accept": "accept",
    "reject": "reject",
    "unsure": "unsure",
    "undo": "undo",
    "next": "next",
    "flicker": "flicker",
    "change_map": "change map",
    "polygon": "draw",
    "help": "all keys",
}

BLOCKED: tuple[str, ...] = (
    *("1", "2", "3", "4", "5", "6", "7"),
    *("A", "B", "D", "E", "F", "I", "L", "P", "R", "S", "T", "X", "Z", "Shift-L", "Shift-P"),
    *("Delete", "Backspace", "Control-A", "Control-V", "Control-X"),
)

CORNER_KEYS: tuple[str, ...] = ("1", "2", "4")  # napari's own: take a corner away, add one, drag them

ONLY_IN_3D = ("O", "X", "Y", "Z")
"""Keys that napari's image layers take and that do nothing on a flat canvas."""

Handler = Callable[[str], None]


def kind_keys(kinds: Mapping[str, Kind]) -> tuple[Key, ...]:
    """Return the keys of kinds.toml that no other action uses: they give the selected place that kind."""
    taken = {key.key for key in KEYS}
    return tuple(
        Key(f"kind:{kind.name}", kind.key.upper(), kind.title, "Kind of the selected place")
        for kind in kinds.values()
        if kind.key and kind.key.upper() not in taken
    )


def in_short(table: Iterable[Key]) -> str:
    """Return the keys one needs most in one line."""
    labels = {key.action: key.label for key in table}
    return " · ".join(f"{labels[action]} {words}" for action, words in SHORTEST.items())


def bind(provider: ViewerModel | Layer, table: Iterable[Key], handler: Handler) -> None:
    """Bind every key of the table on a viewer or a layer instance; `handler` gets the action's name."""
    for key in table:
        provider.bind_key(key.key, _call(handler, key.action), overwrite=True)


def block(layer: Layer, table: Iterable[Key], free: Iterable[str] = ()) -> None:
    """Switch off napari's editing keys on one of our layers, but for those the table uses and those left free."""
    used = {key.key for key in table} | set(free)
    for name in BLOCKED:
        if name not in used:
            layer.bind_key(name, nothing, overwrite=True)  # `...`, napari's own way to block, breaks its key handler


def lend(layer: Layer, table: Iterable[Key], handler: Handler) -> None:
    """Bind on an image layer of the user's own the keys that it would take and do nothing with."""
    if isinstance(layer, Image):
        bind(layer, (key for key in table if key.key in ONLY_IN_3D), handler)


def take_back(layer: Layer, table: Iterable[Key]) -> None:
    """Unbind what `lend` bound."""
    if isinstance(layer, Image):
        release(layer, (key for key in table if key.key in ONLY_IN_3D))


def nothing(_layer: Layer) -> None:
    """Do nothing: what a blocked key does."""


def release(provider: ViewerModel | Layer, table: Iterable[Key]) -> None:
    """Unbind the table from a viewer or a layer instance."""
    for key in table:
        provider.bind_key(key.key, None)


def _call(handler: Handler, action: str) -> Callable[[ViewerModel | Layer], None]:
    def pressed(_provider: ViewerModel | Layer) -> None:
        handler(action)

    return pressed
