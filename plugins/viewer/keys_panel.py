"""The help panel: every key in one list, where each can be given another."""

from collections.abc import Callable, Iterable, Iterator

from qtpy.QtCore import Qt
from qtpy.QtGui import QAction, QKeySequence
from qtpy.QtWidgets import QKeySequenceEdit, QMainWindow, QMenu, QVBoxLayout, QWidget

from .controls import quiet_button, rich_label, row_of
from .own_keys import OwnKeys, napari_keys
from .rows import RowsView, TableRow
from .session import Session

HEAD = ("key", "what it does")
HINT = "Choose an action, click into the field and press the key it shall have. Kept for you, in every project."


class KeysPanel(QWidget):
    """
    Shows the table of keys and changes it; the session holds it.

    Parameters
    ----------
    session
        Whose keys they are.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rows = RowsView(HEAD, (1,), "keys")
        self.field = QKeySequenceEdit()
        self.field.setMaximumSequenceLength(1)
        self.field.setAccessibleName("new key")
        self.field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.words = rich_label(HINT)
        self._usual = quiet_button("Usual key", "Give the chosen action the key it came with", self._reset_one)
        self._all = quiet_button("All usual", "Give every action the key it came with", self._reset_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(3)
        layout.addWidget(self.rows, 1)
        layout.addWidget(row_of(self.field, self._usual, self._all))
        layout.addWidget(self.words)
        self.field.editingFinished.connect(self._change)
        session.keyboard.changed.append(self.show_keys)
        self.show_keys()

    def show_keys(self) -> None:
        """Show the table as it is now; keys of the user's own are in bold."""
        usual = {key.action: key.key for key in self._session.keyboard.usual}
        group, rows = "", []
        for key in self._session.keyboard.table:
            if key.group != group:
                group = key.group
                rows.append(TableRow("", ("", group.upper()), group))
            own = key.key != usual[key.action]
            tip = f"{key.title}; usually {usual[key.action]}" if own else key.title
            rows.append(TableRow(key.action, (key.label, f"{key.title}"), tip, None, own))
        self.rows.show_rows(rows)

    def _change(self) -> None:
        pressed = self.field.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if not pressed:
            return
        self.field.clear()
        self.field.clearFocus()
        action, keyboard = self._chosen(), self._session.keyboard
        if action is not None:
            self._try(lambda: keyboard.own.changed(keyboard.usual, action, pressed, self.napari_keys()))

    def _reset_one(self) -> None:
        action, keyboard = self._chosen(), self._session.keyboard
        if action is not None:
            self._try(lambda: keyboard.own.without(keyboard.usual, action))

    def _reset_all(self) -> None:
        self._try(OwnKeys)

    def _chosen(self) -> str | None:
        if not self.rows.chosen:
            self.words.setText("Choose an action in the list first.")
            return None
        return self.rows.chosen

    def _try(self, change: Callable[[], OwnKeys]) -> None:
        self.words.setText(HINT)

        def take() -> None:
            own = change()
            own.keep()
            self._session.keyboard.change(own)

        self._session.attempt(take, self.words.setText)

    def napari_keys(self) -> dict[str, str]:
        """Return what napari does with its keys, in menus and on layers."""
        from napari.settings import get_settings

        return napari_keys(get_settings().shortcuts.shortcuts, self._menu_keys())

    def _menu_keys(self) -> Iterator[tuple[str, str]]:
        window = self.window()
        entries = window.menuBar().actions() if isinstance(window, QMainWindow) else []
        for entry in _leaves(entries):
            for sequence in entry.shortcuts():
                yield sequence.toString(QKeySequence.SequenceFormat.PortableText), entry.text()


def _leaves(entries: Iterable[QAction]) -> Iterator[QAction]:
    """Yield the entries of menus and of the menus in them."""
    for entry in entries:
        menu = entry.menu()
        if isinstance(menu, QMenu):
            yield from _leaves(menu.actions())
        else:
            yield entry
