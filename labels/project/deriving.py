"""What is worked out from the rest of a project: kept as a whole, and replaced as a whole."""

from ..records import ImplantRow, SeriesRow, StayRow
from . import rows
from .changing import Changing
from .columns import Row, Table
from .derived import IMPLANT, SERIES, STAY


class Deriving(Changing):
    """A project whose derived tables are read and replaced."""

    def series(self, site: str | None = None) -> tuple[SeriesRow, ...]:
        """Return the kept series of one site, or of all; compare `head` with the project's to see if it is current."""
        return tuple(SeriesRow(**row) for row in self._kept(SERIES, site))

    def stays(self, site: str | None = None) -> tuple[StayRow, ...]:
        """Return the kept stays of one site, or of all; compare `head` as for the series."""
        return tuple(StayRow(**row) for row in self._kept(STAY, site))

    def replace_series(self, site: str, series: tuple[SeriesRow, ...], stays: tuple[StayRow, ...]) -> bool:
        """
        Put a site's series in place of the one that is kept; return False, and write nothing, where it is the same.

        Raises
        ------
        RecordError
            If a row names another site, or a scene or site that is not there.
        """
        with self.transaction():
            if (self.series(site), self.stays(site)) == (series, stays):
                return False
            for table, new in ((SERIES, series), (STAY, stays)):
                self._delete(table, site=site)
                for row in new:
                    self._insert(table, rows.plain_row(row))
            return True

    def implants(self, comparison: str | None = None) -> tuple[ImplantRow, ...]:
        """Return what became of the implants of one comparison, or of all."""
        wanted = {} if comparison is None else {"comparison": comparison}
        return tuple(ImplantRow(**row) for _, row in self._select(IMPLANT, **wanted))

    def replace_implants(self, comparison: str, implants: tuple[ImplantRow, ...]) -> bool:
        """
        Put a comparison's implants in place of those that are kept; return False, and write nothing, if they are equal.

        Raises
        ------
        RecordError
            If the comparison is not there.
        """
        with self.transaction():
            if self.implants(comparison) == implants:
                return False
            self._delete(IMPLANT, comparison=comparison)
            for row in implants:
                self._insert(IMPLANT, rows.plain_row(row))
            return True

    def _kept(self, table: Table, site: str | None) -> list[Row]:
        return [row for _, row in self._select(table, **({} if site is None else {"site": site}))]
