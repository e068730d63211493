"""What is asked of a search: where, which days, which catalogue."""

from collections.abc import Callable

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget
from shapely import Polygon

from ....annotate.errors import AnnotateError
from ....annotate.finding import DAYS, Wanted
from ....imagery.catalog.catalogues import known_catalogues
from ....labels.records import Site
from ..controls import quiet_button, quiet_combo, rich_label, row_of
from .choice import Asked

VIEW, SHAPE = "*view", "*shape"
DRAWN = {VIEW: "what the window shows", SHAPE: "the selected shape"}
LEAST_WIDTH_PX = 260


class SearchForm(QWidget):
    """
    Asks for a search (`asked`, an `Asked`) or to keep a drawn area as a site's (`area_wanted`, the site's id).

    Parameters
    ----------
    drawn
        Returns the area that the window shows, or that is selected on it.
    """

    asked = Signal(object)
    area_wanted = Signal(str)

    def __init__(self, drawn: Callable[[str], Polygon], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn = drawn
        self._sites: dict[str, Site] = {}
        self.site, self.where = quiet_combo(()), quiet_combo(())
        self.before, self.after, self.days = QLineEdit(), QLineEdit(), QSpinBox()
        for field, day in ((self.before, "2023-08-15"), (self.after, "2023-10-16")):
            field.setPlaceholderText(f"a day, as {day}")
        self.days.setRange(1, 3660)
        self.days.setValue(DAYS)
        self.days.setPrefix("± ")
        self.days.setSuffix(" days")
        self.catalogue = quiet_combo((one.title, name) for name, one in known_catalogues().items())
        self.catalogue.setEditable(True)
        self.catalogue.setToolTip("One that is known, or the address of another")
        self.message = rich_label()
        form = QFormLayout()
        form.addRow("site", self.site)
        form.addRow("area", self.where)
        form.addRow("on or before", self.before)
        form.addRow("on or after", self.after)
        form.addRow("as far as", self.days)
        form.addRow("in", self.catalogue)
        self.search = quiet_button("Search", "Ask the catalogue for both dates", self._ask)
        self.keep = quiet_button("Keep area", "Keep the area as the site's own", self._keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(row_of(self.search, self.keep))
        layout.addWidget(self.message)
        layout.addStretch(1)
        self.setMinimumWidth(LEAST_WIDTH_PX)

    def offer(self, sites: dict[str, Site], may_draw: bool) -> None:
        """
        Offer sites, and what is drawn where a map is shown.

        Parameters
        ----------
        sites
            By id.
        may_draw
            Whether the window shows ground, so that an area can be taken from it.
        """
        chosen = self.site.currentData()
        self._sites = sites
        self.site.clear()
        for id, site in sites.items():
            self.site.addItem(site.name, id)
        self.site.setCurrentIndex(max(0, self.site.findData(chosen)))
        self.where.clear()
        self.where.addItem("the site's own", "")
        for value, words in DRAWN.items() if may_draw else ():
            self.where.addItem(words, value)
        self.keep.setEnabled(may_draw)

    def area(self) -> Polygon:
        """
        Return the area that is chosen.

        Raises
        ------
        AnnotateError
            If there is none.
        """
        where = self.where.currentData()
        if where:
            return self._drawn(where)
        site = self._sites.get(self.site.currentData())
        if site is None or site.area is None:
            raise AnnotateError("This site has no area; draw one with a project open, or use depotwatch site add.")
        return site.area

    def _ask(self) -> None:
        name = self.catalogue.currentText().strip()
        known = self.catalogue.findText(name)
        try:
            wanted = Wanted(self.area(), self.before.text().strip(), self.after.text().strip(), self.days.value())
            wanted.spans()
        except AnnotateError as error:
            self.message.setText(str(error))
            return
        self.message.setText("")
        chosen = self.catalogue.itemData(known) if known >= 0 else name
        self.asked.emit(Asked(self._sites[self.site.currentData()], wanted, (chosen,)))

    def _keep(self) -> None:
        if not self.where.currentData():
            self.message.setText("Choose first, under area, what the window shows or the selected shape.")
            return
        self.area_wanted.emit(self.site.currentData())
