"""What the kinds are: the words that define each, what speaks for it, its sizes, its key, and pictures of it."""

from html import escape

from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from ...annotate.kind_examples import kept_examples
from ...annotate.kinds import Kind
from .chips import beside
from .controls import rich_label
from .pages import GREY
from .session import Session
from .sheet import picture_of


class KindsPage(QWidget):
    """
    The kinds of the open project, one below the other.

    Parameters
    ----------
    session
        Of the open project.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        hidden = session.review.standing.not_shown()
        for name, kind in session.review.kinds.items():
            layout.addWidget(rich_label(kind_words(kind, hidden.get(name))))
            for picture in kept_examples(session.project, name):
                chip = QLabel()
                chip.setPixmap(picture_of(beside((picture,))))
                chip.setToolTip(f"an example of {kind.title}")
                layout.addWidget(chip)
        layout.addStretch(1)


def kind_words(kind: Kind, not_shown: str | None = None) -> str:
    """Return what a kind is, as rich text; `not_shown` says why no pair of the project can show it."""
    key = f" <code>{escape(kind.key.upper())}</code>" if kind.key else ""
    sizes = [
        f"{name} {low:g} to {high:g} m" for name, (low, high) in (("length", kind.length_m), ("width", kind.width_m))
    ]
    pixels = "" if kind.detect_gsd_m == float("inf") else f"; seen with pixels of up to {kind.detect_gsd_m:.2g} m"
    lines = [
        f"<span style='color:{kind.colour}'>■</span> <b>{escape(kind.title)}</b>{key}",
        escape(kind.definition),
        *(f"• {escape(one)}" for one in kind.evidence),
        f"<span style='color:{GREY}'>{', '.join(sizes)}{pixels}</span>",
    ]
    if not_shown is not None:
        lines.append(f"<span style='color:{GREY}'><i>{escape(not_shown)}</i></span>")
    return "<br>".join(lines)
