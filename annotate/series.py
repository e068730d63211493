"""The series of a site: how many on each date, what came and went between dates, and the brackets of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..labels.project import Project
from ..labels.records import Site
from .errors import AnnotateError
from .kind_series import Interval, KindSeries, Row
from .kinds import Kind
from .looks import at_sites
from .moments import Moment, moments_of
from .standing import Standing, what_stands
from .stays import Stay

__all__ = ["Interval", "Row", "Series", "series", "series_of", "site_named"]


@dataclass(frozen=True, slots=True)
class Series:
    """
    A site over all its dates.

    Parameters
    ----------
    site
        The site.
    moments
        Its dated scenes, oldest first.
    left_out
        What is not in it, and why: one sentence each.
    rows, intervals, stays
        By kind, then by time.
    """

    site: Site
    moments: tuple[Moment, ...]
    left_out: tuple[str, ...]
    rows: tuple[Row, ...]
    intervals: tuple[Interval, ...]
    stays: tuple[Stay, ...]


def series(project: Project, site: str, kinds: Mapping[str, Kind] | None = None) -> Series:
    """
    Return the series of a site.

    Parameters
    ----------
    project
        The open project.
    site
        Site id.
    kinds
        Where others are meant than those that the project keeps.

    Raises
    ------
    AnnotateError
        If the project holds no such site.
    """
    standing = what_stands(project)
    return series_of(standing, site_named(project, site), standing.kinds if kinds is None else kinds)


def site_named(project: Project, site: str) -> Site:
    """Return the site of that id, or raise an AnnotateError that lists those there are."""
    known = {one.id: one for one in project.sites()}
    if site not in known:
        raise AnnotateError(
            f"Site {site!r} is not in the project (it has {', '.join(sorted(known)) or 'none'}); "
            "give one of these, or add it with depotwatch site add."
        )
    return known[site]


def series_of(standing: Standing, site: Site, kinds: Mapping[str, Kind]) -> Series:
    """Return the series of a site from what stands; see `series`."""
    moments, left_out = moments_of(standing, site)
    kept = [one for one in standing.kept() if at_sites(one, [site])]
    looked = {name for moment in moments for look in moment.looks for name in look.results}
    wanted = looked | {one.kind for one in kept}
    found = [KindSeries(standing, site, kinds[name], moments, kept) for name in kinds if name in wanted]
    return Series(
        site=site,
        moments=moments,
        left_out=(
            *left_out,
            *(
                f"Kind {name!r} is not known here and is left out; give the file that defines it."
                for name in sorted(wanted - set(kinds))
            ),
        ),
        rows=tuple(row for one in found for row in one.rows),
        intervals=tuple(interval for one in found for interval in one.intervals),
        stays=tuple(stay for one in found for stay in one.stays),
    )
