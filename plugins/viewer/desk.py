"""The page of the dock on which a project is reviewed: the queue, the decisions, the selected place."""

from functools import partial
from html import escape

from qtpy.QtCore import QPoint, Qt, QTimer
from qtpy.QtGui import QAction, QKeyEvent
from qtpy.QtWidgets import (
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ...labels.records import CHANGES, REASONS
from . import pages
from .controls import grey_out, leave_on_escape, quiet_button, quiet_combo, rich_label, row_of
from .keys_panel import KeysPanel
from .kinds_page import KindsPage
from .map_panel import MapPanel
from .place import PlacePanel
from .queue import QueueModel, QueueView
from .reading_page import ReadingPage
from .rest import Rest
from .see import SeePanel
from .session import Session
from .sieve import Sieve

ARROW_PX = 42
SHORT_KEY = 2  # longer ones stand in the tool tip
DRAWN_MS = 50  # by then the canvas has been drawn once
WRONG_COLOUR, FINE_COLOUR = "#FF9B8A", "#B9C0C8"


class ReviewDesk(QWidget):
    """
    Everything about one open project; it holds no data, and asks session and review.

    Parameters
    ----------
    session
        With its scenes on the canvas.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.head = rich_label()
        self.progress = QProgressBar()
        self._model = QueueModel(session.review, self)
        self.queue = QueueView(self._model, self)
        self.sieve = Sieve(session, self)
        self.place = PlacePanel(session, self)
        self.see = SeePanel(session, self)
        self.map = MapPanel(session, self)
        self.reading = ReadingPage(session, self)
        self.message = rich_label()
        self.keys = KeysPanel(session, self)
        self._buttons: list[tuple[QPushButton, str, str]] = []
        self._kind = quiet_combo((kind.title, name) for name, kind in session.review.kinds.items())
        grey_out(self._kind, session.review.standing.not_shown())
        self._change = quiet_combo((change, change) for change in CHANGES)
        self._kind.setAccessibleName("kind of the next drawing")
        self._change.setAccessibleName("change of the next drawing")
        self.reasons = self._reasons_menu()
        self._reject = self._button("reject", "✗ Reject")
        self._tabs = QTabWidget()
        self._rest = Rest()
        self._rest.ready = self._is_on
        self._tools = self._tools_button()
        self._lay_out()
        self._name_buttons()
        session.keyboard.changed.append(self._name_buttons)
        session.say, session.ask_reason, session.show_help = self.say, self._ask_reason, self._show_help
        session.to_dock = lambda: self.queue.setFocus(Qt.FocusReason.ShortcutFocusReason)
        session.to_dispute = self._to_dispute
        session.seen, session.marked = self.see.show_mode, self.queue.chosen
        session.page, session.open_page = lambda: self._tabs.tabText(self._tabs.currentIndex()), self.show_page
        self._unsubscribe = session.review.subscribe(self._heard)
        self.queue.picked.connect(lambda annotation: session.decide("select", annotation))
        self._kind.activated.connect(lambda _: self._set_drawn())
        self._change.activated.connect(lambda _: self._set_drawn())

    def _lay_out(self) -> None:
        decide = row_of(self._button("accept", "✓ Accept"), self._reject, self._button("unsure", "? Unsure"))
        steps = [("undo", "↶ Undo"), ("redo", "↷ Redo"), ("next_undecided", "⇣ Next open")]
        see = [("flicker", "Flicker"), ("swipe", "Swipe"), ("side", "Sides"), ("change_map", "Map"), ("centre", "Zoom")]
        lower = QWidget()
        layout = QVBoxLayout(lower)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(decide)
        layout.addWidget(row_of(*(self._button(action, title) for action, title in steps)))
        layout.addWidget(row_of(*(self._button(action, title) for action, title in see)))
        layout.addWidget(row_of(self._button("polygon", "Draw"), self._tools, self._kind, self._change))
        layout.addWidget(self._tabs, 1)
        kinds = KindsPage(self._session)
        pages_of: dict[str, QWidget] = {
            "Place": self.place,
            "View": self.see,
            "Map": self.map,
            "Reading": self.reading,
            "Kinds": kinds,
        }
        for title, page in pages_of.items():
            self._tabs.addTab(_scrolled(page), title)
        self._tabs.addTab(self.keys, "Keys")
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.queue)
        split.addWidget(lower)
        split.setSizes([260, 500])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(4, 4, 4, 4)
        outer.addWidget(self.head)
        outer.addWidget(self.progress)
        outer.addWidget(self.sieve)
        outer.addWidget(split, 1)
        outer.addWidget(self.message)
        for label in (self.head, self.message):
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _tools_button(self) -> QPushButton:
        """Return the button of every tool that draws, each with its key."""
        button, menu = quiet_button("…", "Every tool for drawing, counting and mending outlines"), QMenu(self)
        button.setAccessibleName("tools for drawing")
        button.setFixedWidth(ARROW_PX)
        menu.aboutToShow.connect(lambda: self._fill_tools(menu))
        button.setMenu(menu)
        return button

    def _fill_tools(self, menu: QMenu) -> None:
        menu.clear()
        for key in self._session.keyboard.table:
            if key.group == "Draw":
                action = menu.addAction(f"{key.title}\t{key.label}")
                action.triggered.connect(partial(self._act, key.action))

    def _act(self, action: str, _checked: bool = False) -> None:
        self._session.act(action)

    def _button(self, action: str, title: str) -> QPushButton:
        button = quiet_button("", "", lambda: self._session.act(action))
        self._buttons.append((button, action, title))
        return button

    def _name_buttons(self) -> None:
        """Write on every button the key that does the same."""
        keys = {key.action: key for key in self._session.keyboard.table}
        for button, action, title in self._buttons:
            key = keys[action]
            button.setText(f"{title}  {key.label}" if len(key.label) <= SHORT_KEY else title)
            button.setToolTip(f"{key.title} ({key.label})")

    def _reasons_menu(self) -> QMenu:
        menu = QMenu("reject: why?", self)
        menu.setToolTipsVisible(True)
        for number, reason in enumerate(REASONS, 1):
            action = QAction(f"&{number}  {reason}", menu)
            action.triggered.connect(lambda _=False, reason=reason: self._session.decide("reject", reason))
            menu.addAction(action)
        return menu

    def show_all(self) -> None:
        """Show everything anew, as after other scenes came to the canvas."""
        stage, drawing = self._session.stage, self._session.drawing
        if stage is None or drawing is None:
            return
        self._show_head()
        stage.rest = self._rest.later
        if self._session.comparing is not None:
            self._session.comparing.later = lambda work: QTimer.singleShot(DRAWN_MS, self, work)
        self._kind.setCurrentIndex(self._kind.findData(drawing.kind))
        self._change.setCurrentIndex(self._change.findData(drawing.change))
        self.sieve.show_sift()
        self.see.show_mode()
        self.reading.show_reading()
        self._show_queue()
        self.say("", False)
        self.show_map()

    def show_map(self) -> None:
        """Show the change map, as after it was worked out, or say why there is none."""
        self.map.show_map()
        if self._session.stage is not None and self._session.stage.shown.note:
            shown = self._session.stage.shown
            self.say(shown.note, wrong=shown.large is None)  # of a large one it says how it is read

    def _is_on(self) -> bool:
        """Tell whether what rests is of the stage that is shown."""
        return self._session.stage is not None and self._session.stage.rest == self._rest.later

    def _show_head(self) -> None:
        stage, review = self._session.stage, self._session.review
        if stage is not None:
            title = self._session.project.title or self._session.project.path.name
            reader = f"{review.analyst}, blind" if review.blind else review.analyst
            self.head.setText(pages.pair_words(title, stage.caption, stage.shown.comparison, reader))

    def say(self, sentence: str, wrong: bool) -> None:
        """Show a sentence at the foot of the dock."""
        colour, words = WRONG_COLOUR if wrong else FINE_COLOUR, escape(sentence, quote=False)
        self.message.setText(f"<span style='color:{colour}'>{words}</span>" if words else "")

    def let_go(self) -> None:
        """Listen no more; no widget is touched, since Qt may have deleted them all."""
        self.map.let_go()
        self.reading.let_go()
        self._rest.stop()
        self._unsubscribe()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keyboard back to the review on Escape; hand every key on."""
        leave_on_escape(self, event)

    def _heard(self, event: str, _annotation_id: str | None) -> None:
        if event == "current":
            self._show_current()
            return
        self.say("", False)
        if event == "reloaded":
            self._show_head()
            self.sieve.show_sift()
            self.reading.show_reading()
        elif self.reading.isVisible():
            self.reading.show_rounds()
        self._show_queue()

    def _show_queue(self) -> None:
        self._model.set_order(self._session.queue())
        decided, total = self._session.review.progress
        self.progress.setUpdatesEnabled(False)  # it would draw the whole window at once, and once more after
        self.progress.setMaximum(max(total, 1))
        self.progress.setValue(decided)
        self.progress.setFormat(self._session.pace.words(decided, total))
        self.progress.setUpdatesEnabled(True)
        self._show_current()

    def _show_current(self) -> None:
        current = self._session.review.current
        self.queue.show_current(None if current is None else current.id)
        self.place.show_place()

    def _set_drawn(self) -> None:
        if self._session.drawing is not None:
            self._session.drawing.kind = self._kind.currentData()
            self._session.drawing.change = self._change.currentData()

    def _ask_reason(self) -> None:
        if self._session.review.current is None:
            self.say("There is nothing to reject; select a place first.", True)
            return
        self.reasons.popup(self._reject.mapToGlobal(QPoint(0, self._reject.height())))
        self.reasons.setActiveAction(self.reasons.actions()[0])

    def _to_dispute(self) -> None:
        """Go to what the selected place is disputed for."""
        self.show_page("Place")
        self.place.dispute.take_keyboard()

    def show_page(self, title: str) -> None:
        """Show the page of that title below the queue; there may be none of it any more."""
        titles = [self._tabs.tabText(at) for at in range(self._tabs.count())]
        if title in titles:
            self._tabs.setCurrentIndex(titles.index(title))

    def _show_help(self) -> None:
        self._tabs.setCurrentWidget(self.keys)


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
