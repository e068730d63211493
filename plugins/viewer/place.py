"""The selected place: what it is, what it holds, what was written about it, and the claims it is tied to."""

import re
from collections.abc import Sequence
from html import escape

from qtpy.QtWidgets import QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ...annotate.draw.footprint import kept_words
from ...annotate.errors import ReviewError
from ...annotate.reading.tiles import TILE
from ...labels.records import STATES, Annotation, Count, Remark
from .chips import beside, chips
from .controls import grey_out, quiet_button, quiet_combo, rich_label, row_of
from .dispute import DisputePanel
from .heed import what_to_heed
from .pages import GREY
from .session import Session
from .sheet import picture_of
from .ticks import tick_words

CHIP_PX = 170

MAX_CLAIM_WORDS = 60


class PlacePanel(QWidget):
    """
    Shows and corrects the review's current place; holds nothing itself.

    Parameters
    ----------
    session
        Takes every step.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._words, self._chips = rich_label(), QLabel()
        self._kind = quiet_combo([(kind.title, name) for name, kind in session.review.kinds.items()])
        grey_out(self._kind, session.review.standing.not_shown())
        self._state = quiet_combo([(state, state) for state in STATES])
        self._count, self._note = QLineEdit(), QLineEdit()
        self._count.setPlaceholderText("not counted; 3, or 2-5, or 2-3-5")
        self._note.setPlaceholderText("write a remark; Enter keeps it")
        self._thread, self._cited = rich_label(), rich_label()
        self._redraw = quiet_button("New outline", "Draw this place's outline anew")
        self._withdraw = quiet_button("Withdraw", "Take this drawing back")
        self.dispute = DisputePanel(session, self)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(0, 2, 0, 2)
        form.setVerticalSpacing(3)
        form.addRow("kind", self._kind)
        form.addRow("state", self._state)
        form.addRow("holds", self._count)
        form.addRow("remark", self._note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(3)
        layout.addWidget(self._words)
        layout.addWidget(self.dispute)
        layout.addWidget(self._chips)
        layout.addLayout(form)
        layout.addWidget(self._thread)
        layout.addWidget(self._cited)
        layout.addWidget(row_of(self._redraw, self._withdraw))
        layout.addStretch(1)

    def _connect(self) -> None:
        session = self._session
        self._kind.activated.connect(lambda _: session.decide("kind", self._kind.currentData()))
        self._state.activated.connect(lambda _: session.decide("state", self._state.currentData()))
        self._note.editingFinished.connect(self._keep_note)
        self._count.editingFinished.connect(lambda: session.attempt(self._keep_count))
        self._cited.linkActivated.connect(lambda claim: session.attempt(lambda: session.review.uncite(claim)))
        self._redraw.clicked.connect(self._start_redrawing)
        self._withdraw.clicked.connect(self._take_back)
        for field in (self._note, self._count):
            field.returnPressed.connect(field.clearFocus)

    def show_place(self) -> None:
        """Show the current place as it is now."""
        one = self._session.review.current
        self.setEnabled(one is not None)
        self._words.setText("Nothing is selected." if one is None else self._describe(one))
        self.dispute.show_place(one)
        self._cited.setText("" if one is None else self._cited_words(one))
        thread = () if one is None else self._session.review.thread(one.id)
        self._thread.setText(thread_words(thread))
        self._thread.setVisible(bool(thread))
        stage = self._session.stage
        parts = chips(stage, one.id, CHIP_PX) if stage is not None and one is not None else ()
        self._chips.setVisible(bool(parts))
        if parts:
            self._chips.setPixmap(picture_of(beside(parts)))
            self._chips.setToolTip("before, after" if len(parts) > 1 else "the scene")
        if one is None:
            return
        self._kind.setCurrentIndex(self._kind.findData(one.kind))
        self._state.setCurrentIndex(self._state.findData(one.state))
        self._withdraw.setVisible(one.origin == "analyst")
        if not self._count.hasFocus():
            self._count.setText(count_words(one.count))

    def _describe(self, one: Annotation) -> str:
        shape = one.shape
        what = "random tile, on which nothing was proposed" if one.kind == TILE else one.change
        drawn = "drawn by hand · " if one.origin == "analyst" else ""
        strength = drawn if one.score is None else f"score {one.score:.2f} · "
        decided = escape(tick_words(self._session.review, one.id))
        disputed = "" if self._session.review.verdict_of(one.id) != "disputed" else " · <b>disputed</b>"
        explained = self._session.review.standing.explained.get(one.id)
        why = f"<br>{explained}" if explained else ""
        counted = self._session.review.counted_by(one.id)
        if counted is not None and one.count is not None:
            how = f" ({kept_words(counted[1])})" if counted[1] else ""
            why += f"<br>{count_words(one.count)} counted by {escape(counted[0])}{how}"
        return (
            f"<b>{what}</b> · {strength}{decided}{disputed}<br>{shape.length_m:.1f} × {shape.width_m:.1f} m, "
            f"{shape.area_m2:,.0f} m², heading {shape.heading_deg:.0f}°{why}"
        )

    def _cited_words(self, one: Annotation) -> str:
        statements = {claim.id: claim.statement for claim in self._session.project.claims()}
        mine = self._session.review.analyst
        lines = []
        for cited in self._session.review.citations_of(one.id):
            undo = f" <a href='{cited.claim}'>remove</a>" if cited.analyst == mine else f" ({cited.analyst})"
            lines.append(f"<b>{cited.relation}</b>: {_short(statements.get(cited.claim, cited.claim))}{undo}")
        return "<br>".join(lines)

    def _keep_note(self) -> None:
        text = self._note.text().strip()
        if self._session.review.current is not None and text:
            self._note.clear()
            self._session.decide("note", text)
            if heed := what_to_heed(text):
                self._session.say(heed, False)

    def _keep_count(self) -> None:
        one = self._session.review.current
        if one is not None and self._count.text().strip() != count_words(one.count):
            self._session.review.set_count(parse_count(self._count.text()))

    def _start_redrawing(self) -> None:
        if self._session.drawing is not None and self._session.review.current is not None:
            self._session.drawing.start("polygon", redraw=self._session.review.current)

    def _take_back(self) -> None:
        one = self._session.review.current
        if one is not None:
            self._session.attempt(lambda: self._session.review.withdraw(one.id))


def thread_words(thread: Sequence[Remark]) -> str:
    """Return remarks as lines of rich text with day, minute and name; a note of earlier releases has neither."""
    said = (
        (f"<b>{escape(one.analyst)}</b> {one.time[:16].replace('T', ' ')}" if one.analyst else "<b>earlier</b>", one)
        for one in thread
    )
    return "<br>".join(f"<span style='color:{GREY}'>{who}</span>&nbsp; {escape(one.text)}" for who, one in said)


def count_words(count: Count | None) -> str:
    """Return a count as the analyst types it: "3", "2-5" or "2-3-5"; "?" where no number bounds it above."""
    if count is None:
        return ""
    high = "?" if count.high is None else f"{count.high}"
    if count.best is None:
        return f"{count.low}-{high}"
    return f"{count.best}" if count.low == count.high else f"{count.low}-{count.best}-{high}"


def parse_count(text: str) -> Count | None:
    """
    Read a count as the analyst types it; nothing means not counted.

    Raises
    ------
    ReviewError
        If it is not one to three whole numbers.
    """
    if not text.strip():
        return None
    if not re.fullmatch(r"\s*\d+(\s*[-–]\s*\d+)?(\s*[-–]\s*(\d+|\?))?\s*", text):
        raise ReviewError(
            f"{text!r} is no count; write 3, or 2-5 (low-high), or 2-3-5 (low-best-high), with ? for an open end."
        )
    numbers = [None if part == "?" else int(part) for part in re.findall(r"\d+|\?", text)]
    best = None if len(numbers) == 2 else numbers[len(numbers) // 2]
    return Count(numbers[0] or 0, best, numbers[-1])


def _short(text: str) -> str:
    return text if len(text) <= MAX_CLAIM_WORDS else f"{text[: MAX_CLAIM_WORDS - 1]}…"
