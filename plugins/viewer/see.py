"""How the two dates are seen: the mode, where its curtain or opacity stands, the stretch, the rate of flickering."""

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import QFormLayout, QSlider, QWidget
from superqt import QLabeledRangeSlider

from ...annotate.pictures.stretch import HIGH_PERCENT, LOW_PERCENT
from .caption import date_words
from .comparing import MODES, TITLES
from .controls import quiet_button, quiet_combo, row_of
from .preferences import read_preferences
from .session import Session

RATES_HZ = (0.5, 1.0, 2.0, 4.0)
ARROW_PX = 40
DELAY_MS = 150  # the stretch follows when the handle rests


class SeePanel(QWidget):
    """
    Controls of the canvas; holds nothing but the timers.

    Parameters
    ----------
    session
        Whose stage is seen.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.mode = quiet_combo((TITLES[mode], mode) for mode in MODES)
        self.share = QSlider(Qt.Orientation.Horizontal)
        self.share.setRange(0, 100)
        self.share.setValue(50)
        self.stretch = QLabeledRangeSlider(Qt.Orientation.Horizontal)
        self.stretch.setRange(0, 100)
        self.stretch.setValue((LOW_PERCENT, HIGH_PERCENT))
        self.rate = quiet_combo((f"{rate:g} a second", str(rate)) for rate in RATES_HZ)
        self.rate.setCurrentIndex(max(self.rate.findData(str(read_preferences().flicker_hz)), 0))
        self.run = quiet_button("Run", "Flicker between the dates by itself")
        self.run.setCheckable(True)
        for slider in (self.share, self.stretch):
            slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._beat, self._rest = QTimer(self), QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(DELAY_MS)
        self.date = quiet_combo(())
        self.earlier = quiet_button("◀", "The site's date before", lambda: session.act("date_before"))
        self.later = quiet_button("▶", "The site's date after", lambda: session.act("date_after"))
        for button in (self.earlier, self.later):
            button.setMaximumWidth(ARROW_PX)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(2, 2, 2, 2)
        form.addRow("both dates", self.mode)
        form.addRow("second date", row_of(self.earlier, self.date, self.later))
        form.addRow("position", self.share)
        form.addRow("flicker", row_of(self.rate, self.run))
        form.addRow("stretch, %", self.stretch)

    def _connect(self) -> None:
        self.date.activated.connect(lambda _: self._go())
        self.mode.activated.connect(lambda _: self._session.compare_by(self.mode.currentData(), toggle=False))
        self.share.valueChanged.connect(self._move)
        self.stretch.valueChanged.connect(lambda _: self._rest.start())
        self._rest.timeout.connect(self._restretch)
        self._beat.timeout.connect(lambda: self._session.act("flicker"))
        self.run.toggled.connect(self._flicker)
        self.rate.activated.connect(lambda _: self._flicker(self.run.isChecked()))

    def show_mode(self) -> None:
        """Show the mode that the session is in, as after a key."""
        comparing = self._session.comparing
        self.setEnabled(comparing is not None)
        if comparing is None:
            return
        self.mode.setCurrentIndex(self.mode.findData(comparing.mode))
        self.share.setEnabled(comparing.mode in ("swipe", "blend"))
        if comparing.mode != "one":
            self.run.setChecked(False)

        self._show_dates()

    def _show_dates(self) -> None:
        """List the dates of the site, and mark the one that is seen."""
        dates = self._session.dates
        records = () if dates is None else dates.records
        if [self.date.itemData(row) for row in range(self.date.count())] != [one.id for one in records]:
            self.date.clear()
            for one in records:
                self.date.addItem(f"{date_words(one.time)}  {one.name}", one.id)
        for control in (self.date, self.earlier, self.later):
            control.setEnabled(len(records) > 1)
        if dates is not None:
            self.date.setCurrentIndex(self.date.findData(dates.current))

    def _go(self) -> None:
        dates, wanted = self._session.dates, self.date.currentData()
        if dates is not None and wanted is not None:
            self._session.attempt(lambda: dates.go(wanted))

    def _move(self, percent: int) -> None:
        if self._session.comparing is not None:
            self._session.comparing.move_share(percent / 100)

    def _restretch(self) -> None:
        low, high = self.stretch.value()
        if self._session.stage is not None and self._session.comparing is not None and low < high:
            self._session.stage.restretch(low, high)
            self._session.comparing.restretched()

    def _flicker(self, on: bool) -> None:
        self._beat.stop()
        if on:
            self._beat.start(round(1000 / float(self.rate.currentData())))
