"""Which part of the queue is shown, and in what order: three choices above the list."""

from qtpy.QtWidgets import QHBoxLayout, QWidget

from ...annotate.reading.tiles import TILE
from ...annotate.sift import OPEN, ORDERS, Sift
from .controls import grey_out, quiet_combo
from .session import Session

VERDICTS = ("unreviewed", "accepted", "rejected", "unsure", "disputed")
ORDER_TITLES = {"score": "by score", "place": "by place", "kind": "by kind"}
ALL = ""


class Sieve(QWidget):
    """
    Chooses kind, verdict, site and order; the review holds the choice.

    Parameters
    ----------
    session
        Whose queue is sifted.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        kinds = [(kind.title, name) for name, kind in session.review.kinds.items()]
        sites = [(site.name, site.id) for site in session.project.sites()]
        self.kind = quiet_combo([("all kinds", ALL), *kinds, ("random tiles", TILE)])
        self.verdict = quiet_combo([("all verdicts", ALL), ("open to me", OPEN), *((word, word) for word in VERDICTS)])
        self.site = quiet_combo([("all sites", ALL), *sites])
        self.order = quiet_combo((ORDER_TITLES[order], order) for order in ORDERS)
        self.site.setVisible(len(sites) > 1)
        grey_out(self.kind, session.review.standing.not_shown())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for combo, name in ((self.kind, "kind"), (self.verdict, "verdict"), (self.site, "site"), (self.order, "order")):
            combo.setAccessibleName(f"{name} of the places gone through")
            combo.activated.connect(lambda _: self._choose())
            row.addWidget(combo)

    def show_sift(self) -> None:
        """Show what the review goes through."""
        sift = self._session.review.sift
        asked = ((self.kind, sift.kind), (self.verdict, sift.verdict), (self.site, sift.site), (self.order, sift.order))
        for combo, value in asked:
            combo.setCurrentIndex(max(combo.findData(value or ALL), 0))

    def _choose(self) -> None:
        kind, verdict, site = (combo.currentData() or None for combo in (self.kind, self.verdict, self.site))
        self._session.sift(Sift(kind, verdict, site, self.order.currentData()))
