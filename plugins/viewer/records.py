"""The dock under the canvas: claims beside what was observed, counts, the series of a site, and the sheet."""

import functools
from collections.abc import Callable
from html import escape

from napari.components import ViewerModel
from qtpy.QtCore import QSize, Qt, QTimer
from qtpy.QtGui import QKeyEvent, QShowEvent
from qtpy.QtWidgets import QAbstractItemView, QCheckBox, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from ...annotate.count import count_standing
from ...annotate.errors import AnnotateError
from ...annotate.ledger import LedgerRow, ledger
from ...annotate.origins import origins_sentence
from ...annotate.series import series_of, site_named
from ...labels.records import REASONS, RELATIONS
from .controls import leave_on_escape, quiet_button, quiet_combo, rich_label, row_of
from .dock import ReviewDock
from .record_rows import (
    CLAIM_HEAD,
    COUNT_HEAD,
    SERIES_HEAD,
    STAY_HEAD,
    beside,
    claim_rows,
    count_rows,
    interval,
    series_rows,
    stay_rows,
)
from .rows import RowsView
from .session import Session
from .sheet import SheetModel, SheetView

HEIGHT_PX = 240
DELAY_MS = 250  # the tables follow when the keys rest
NOTHING_OPEN = "Open a project in the depotwatch review dock: its claims, counts and series are shown here."


class RecordsDock(QWidget):
    """
    Claims, counts and series of the project that is open in a viewer.

    Parameters
    ----------
    viewer
        The napari viewer, or a ViewerModel.
    """

    def __init__(self, viewer: ViewerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._pages = QStackedWidget()
        self._pages.addWidget(rich_label(NOTHING_OPEN))
        self._review: ReviewDock | None = None
        self.desk: RecordsDesk | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.addWidget(self._pages)

    def sizeHint(self) -> QSize:
        """As many pixels as the head and some rows of a table take: the canvas keeps most of the window."""
        return QSize(super().sizeHint().width(), HEIGHT_PX)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the review dock of the viewer, as soon as both are there."""
        super().showEvent(event)
        if self._review is None and (found := _review_of(self._viewer)) is not None:
            self.follow(found)

    def follow(self, review: ReviewDock) -> None:
        """Show what a review dock has open, from now on."""
        if self._review is review:
            return
        self._review = review
        review.opened.connect(self.show_session)
        if review.session is not None and review.session.stage is not None:
            self.show_session(review.session)

    def show_session(self, session: Session | None) -> None:
        """Show the records of an open project; None where it was closed."""
        if self.desk is not None:
            self.desk.let_go()
            self._pages.removeWidget(self.desk)
            self.desk.deleteLater()
            self.desk = None
        if session is not None:
            self.desk = RecordsDesk(session)
            self._pages.addWidget(self.desk)
            self._pages.setCurrentWidget(self.desk)


def _review_of(viewer: ViewerModel) -> ReviewDock | None:
    window = getattr(viewer, "window", None)
    docks = () if window is None else window.dock_widgets.values()
    return next((dock for dock in docks if isinstance(dock, ReviewDock)), None)


class RecordsDesk(QWidget):
    """
    The four pages; they hold no data, and ask the review's standing when the keys rest.

    Parameters
    ----------
    session
        Open.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._ledger: tuple[LedgerRow, ...] = ()
        self.claims = RowsView(CLAIM_HEAD, (1, 5), "claims")
        self.counts = RowsView(COUNT_HEAD, (5,), "counts")
        self.series = RowsView(SERIES_HEAD, (6,), "series")
        self._pictures = SheetModel(session, self)
        self.sheet = SheetView(self._pictures, self)
        self.stays = RowsView(STAY_HEAD, (6,), "first and last seen")
        self.detail, self.missing = rich_label(), rich_label()
        self.page = quiet_combo((("counts by date", "0"), ("first and last seen", "1")))
        self._series = QStackedWidget()
        self.site = quiet_combo((site.name, site.id) for site in session.project.sites())
        self.by = {word: QCheckBox(f"by {word}") for word in ("site", "verdict")}
        self.tabs = QTabWidget()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(DELAY_MS)
        self._lay_out()
        self._rest.timeout.connect(self.show_now)
        self._unsubscribe = session.review.subscribe(lambda _event, _annotation: self._rest.start())
        self.tabs.currentChanged.connect(lambda _: self.show_now())
        session.to_records = self.take_keyboard
        self.claims.picked.connect(self._light)
        self.stays.picked.connect(lambda places: session.light(dict.fromkeys(places.split(), "context"), see=True))
        self.page.activated.connect(self._series.setCurrentIndex)
        self.sheet.opened.connect(lambda place: session.decide("select", place))
        self.site.activated.connect(lambda _: self.show_now())
        for box in self.by.values():
            box.toggled.connect(lambda _: self.show_now())
        self.show_now()

    def _lay_out(self) -> None:
        self._series.addWidget(self.series)
        self._series.addWidget(self.stays)
        links = [
            quiet_button(relation, f"The selected place: {relation}", self._linker(relation)) for relation in RELATIONS
        ]
        unlink = quiet_button("untie", "Take the ties of the marked places back", self._untie)
        dark = quiet_button("all places", "Light up no claim's places any more", lambda: self._session.light({}))
        pages = (
            ("Claims", self.claims, row_of(rich_label("tie the marked places:"), *links, unlink, dark), self.detail),
            ("Counts", self.counts, row_of(*self.by.values(), rich_label()), None),
            ("Series", self._series, row_of(rich_label("site"), self.site, self.page), self.missing),
            ("Sheet", self.sheet, self._judging(), None),
        )
        for title, table, controls, words in pages:
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(2, 2, 2, 2)
            column.addWidget(controls)
            column.addWidget(table, 1)
            if words is not None:
                column.addWidget(words)
            self.tabs.addTab(page, title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.tabs)

    def _judging(self) -> QWidget:
        """Return the buttons that judge every marked picture."""
        why = quiet_combo((reason, reason) for reason in REASONS)
        accept = quiet_button("✓ accept the marked", "Accept every marked picture", lambda: self._judge("accepted"))
        reject = quiet_button(
            "✗ reject the marked as", "Reject every marked one", lambda: self._judge("rejected", why.currentData())
        )
        unsure = quiet_button("? unsure", "Every marked one cannot be told", lambda: self._judge("unsure"))
        return row_of(accept, reject, why, unsure)

    def _judge(self, value: str, reason: str | None = None) -> None:
        marked = self.sheet.chosen()
        if not marked:
            self._session.say("Mark pictures first: click, with Ctrl or Shift for several.", True)
            return
        self._session.attempt(lambda: self._session.review.judge(marked, value, reason))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keyboard back to the review on Escape; hand every key on."""
        leave_on_escape(self, event)

    def take_keyboard(self) -> None:
        """Have the keyboard in the table that is seen."""
        series = (self.series, self.stays)[self._series.currentIndex()]
        tables: tuple[QAbstractItemView, ...] = (self.claims, self.counts, series, self.sheet)
        tables[self.tabs.currentIndex()].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def let_go(self) -> None:
        """Listen no more."""
        self._rest.stop()
        self._unsubscribe()

    def show_now(self) -> None:
        """Work out anew what the open page shows."""
        (self._show_claims, self._show_counts, self._show_series, self._show_sheet)[self.tabs.currentIndex()]()

    def _show_claims(self) -> None:
        review = self._session.review
        self._ledger = ledger(
            self._session.project, review.kinds, review.standing, review.citations(), review.judgements()
        )
        current = review.current
        cited = frozenset(one.claim for one in review.citations_of(current.id)) if current is not None else frozenset()
        self.claims.show_rows(claim_rows(self._ledger, cited))
        if not self._ledger:
            self.detail.setText("There are no claims: add them with depotwatch claim add, or claim import.")
        elif self.claims.chosen is None:
            self.detail.setText(f"{origins_sentence(self._ledger)} Click a claim to light up the places tied to it.")

    def _show_counts(self) -> None:
        review = self._session.review
        by = ("kind", *(word for word, box in self.by.items() if box.isChecked()))
        for column, word in ((1, "site"), (2, "verdict")):
            self.counts.setColumnHidden(column, word not in by)
        self.counts.show_rows(count_rows(count_standing(review.standing, by, kinds=review.kinds), review.kinds))

    def _show_series(self) -> None:
        review, site = self._session.review, self.site.currentData()
        if site is None:
            self.missing.setText("There is no site: add one with depotwatch site add, and compare with --site.")
            return
        try:
            found = series_of(review.standing, site_named(self._session.project, site), review.kinds)
        except AnnotateError as error:
            self.missing.setText(str(error))
            return
        self.series.show_rows(series_rows(found, review.kinds))
        self.stays.show_rows(stay_rows(found, review.kinds))
        self.missing.setText(" ".join(found.left_out))

    def _show_sheet(self) -> None:
        self._pictures.set_order(self._session.queue())

    def _light(self, claim: str) -> None:
        row = next(one for one in self._ledger if one.claim.id == claim)
        tied = {"supports": row.supporting, "opposes": row.opposing, "context": row.context}
        self._session.light({place: relation for relation, places in tied.items() for place in places}, see=True)
        self.detail.setText(
            f"<b>{row.status}</b>: {escape(row.explanation)} Observed: {interval(row.observed)}. "
            + " ".join(escape(words) for words in beside(row))
        )

    def _linker(self, relation: str) -> Callable[[], None]:
        review = self._session.review
        return lambda: self._tie(lambda claim, place: review.cite(claim, relation, annotation_id=place))

    def _untie(self) -> None:
        self._tie(self._session.review.uncite)

    def _tie(self, step: Callable[[str, str | None], None]) -> None:
        """Take a step with the chosen claim and every marked place, else with the selected one."""
        claim = self.claims.chosen
        if claim is None:
            self._session.say("Click a claim first: the marked places are tied to it.", True)
            return
        for place in self._session.marked() or (None,):
            self._session.attempt(functools.partial(step, claim, place))
        self.show_now()
        self._light(claim)
