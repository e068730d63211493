"""Settling a dispute at the selected place: what others said, what shall stand, and why."""

from collections.abc import Sequence
from html import escape

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ...labels.records import REASONS, VERDICTS, Annotation, Verdict
from .controls import quiet_button, quiet_combo, rich_label, row_of
from .heed import what_to_heed
from .pages import GREY
from .session import Session

TIP = "What you choose stands, with your name and your words; what the others said is kept and exported (Enter)"
NO_DISPUTE = "Nobody disagrees on this place, so there is nothing to settle; choose “disputed” above the list."


class DisputePanel(QWidget):
    """
    Shown for a place on which analysts disagree, or disagreed until someone settled it; to a blind reader never.

    Parameters
    ----------
    session
        Takes the step.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: str | None = None
        self.words = rich_label()
        plain = [(value, value) for value in VERDICTS if value != "rejected"]
        self.verdict = quiet_combo([*plain, *((f"rejected: {reason}", f"rejected {reason}") for reason in REASONS)])
        self.verdict.setAccessibleName("verdict that shall stand")
        self.why = QLineEdit()
        self.why.setPlaceholderText("why; Enter settles it")
        self.why.setAccessibleName("why it shall stand")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(3)
        layout.addWidget(self.words)
        layout.addWidget(row_of(self.verdict, quiet_button("Settle", TIP, self._settle)))
        layout.addWidget(self.why)
        self.why.returnPressed.connect(self._settle)
        self.hide()

    def show_place(self, one: Annotation | None) -> None:
        """Show what is disputed at a place; nothing where all say the same."""
        review = self._session.review
        given = [] if one is None or review.blind else [*review.standing.verdicts.get(one.id, {}).values()]
        settled = [verdict for verdict in given if verdict.adjudicates]
        disputed = one is not None and review.verdict_of(one.id) == "disputed"
        if one is None or one.id != self._shown:
            self.why.clear()
        self._shown = None if one is None else one.id
        shown = bool(given) and (disputed or bool(settled))
        self.words.setText(dispute_words(given) if shown else "")
        self.setVisible(shown)

    def take_keyboard(self) -> None:
        """Put the keyboard where the reason is written, or say that nothing is to be settled here."""
        if self.isHidden():
            self._session.say(NO_DISPUTE, True)
            return
        self.verdict.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _settle(self) -> None:
        one = self._session.review.current
        if one is not None:
            value, _, reason = str(self.verdict.currentData()).partition(" ")
            words = self.why.text()
            self._session.attempt(lambda: self._adjudicate(one.id, value, reason or None, words))

    def _adjudicate(self, place: str, value: str, reason: str | None, words: str) -> None:
        self._session.review.adjudicate(place, value, reason, words)
        if heed := what_to_heed(words):
            self._session.say(heed, False)


def dispute_words(given: Sequence[Verdict]) -> str:
    """Return who said what and why as rich text, the settling verdict first."""
    settled = max((one for one in given if one.adjudicates), key=lambda one: one.time, default=None)
    others = [one for one in sorted(given, key=lambda one: one.time) if one is not settled]
    if settled is None:
        head = "<b>Disputed.</b> Choose what shall stand."
    else:
        head = f"<b>Settled by {escape(settled.analyst)}</b> as {_said(settled)}: {escape(settled.note)}"
    return "<br>".join((head, *(f"<span style='color:{GREY}'>{_line(one)}</span>" for one in others)))


def _line(one: Verdict) -> str:
    return f"{escape(one.analyst)} {one.time[:10]}: {_said(one)}{f', {escape(one.note)}' if one.note else ''}"


def _said(one: Verdict) -> str:
    return one.value if one.reason is None else f"{one.value} ({one.reason})"
