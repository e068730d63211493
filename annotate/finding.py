"""Finding a pair for a site: THE job of search, from a name and two days to ranked pairs."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from shapely import Polygon

from ..imagery.catalog.asking import Asking
from ..imagery.catalog.catalogues import Catalogue
from ..imagery.catalog.clear import Clear, clear_skies
from ..imagery.catalog.dates import Dates, best_dates
from ..imagery.catalog.found import Found
from ..imagery.catalog.pairs import Pair, Seen, ranked
from ..imagery.catalog.search import search
from ..imagery.remote.reach import Terms, reaching
from ..imagery.remote.signing import signed
from ..labels.project import Project
from ..labels.records import Site
from ..labels.reports import load
from .errors import AnnotateError

DAYS = 45
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What a pair is wanted for.

    Parameters
    ----------
    area
        Longitude and latitude.
    before, after
        Days, as 2023-08-15: the first acquisition is taken on or before the one, the second on or after the other.
    days
        How many days before and after them are searched.
    gsd_m
        Ground sample distance that is needed; None where it does not matter.
    """

    area: Polygon
    before: str
    after: str
    days: int = DAYS
    gsd_m: float | None = None

    def spans(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """
        Return first and last day to search for the one and for the other.

        Raises
        ------
        AnnotateError
            If the days are none, or in the wrong order.
        """
        first, last = _day(self.before), _day(self.after)
        if last < first:
            raise AnnotateError(f"The day after, {self.after}, lies before the day before, {self.before}; swap them.")
        reach = timedelta(days=self.days)
        if first - date.min < reach or date.max - last < reach:
            raise AnnotateError(
                f"{self.days} days around {self.before} and {self.after} leave the calendar; give others."
            )
        return ((first - reach).isoformat(), first.isoformat()), (last.isoformat(), (last + reach).isoformat())


@dataclass(frozen=True, slots=True)
class Findings:
    """
    What was found.

    Parameters
    ----------
    seen
        Acquisitions of both spans with the clear sky over the area, by time.
    unread
        Why the area could not be judged on others, by item id.
    pairs
        Best first.
    notes
        What a user has to know, each a sentence.
    """

    seen: tuple[Seen, ...]
    unread: Mapping[str, str]
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]


def find_pairs(
    wanted: Wanted,
    catalogues: Sequence[Catalogue],
    terms: Terms,
    collections: Sequence[str] = (),
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Findings:
    """
    Search catalogues for both dates, look at the sky over the area, and rank the pairs.

    Parameters
    ----------
    wanted
        What for.
    catalogues
        Where.
    terms
        On which terms they are reached.
    collections
        Ids; those that are known to be free where none is given.
    progress, cancelled
        As everywhere.

    Raises
    ------
    AnnotateError
        If the days make no sense.
    ImageryError
        If a catalogue cannot be asked.
    """
    looked = _look(wanted.area, wanted.spans(), catalogues, terms, collections, progress, cancelled)
    pairs = ranked(looked.seen, wanted.before, wanted.after, wanted.gsd_m)
    _LOG.info("Ranked %d pairs.", len(pairs))
    return replace(looked, pairs=pairs)


def find_dates(
    area: Polygon,
    span: tuple[str, str],
    number: int,
    catalogues: Sequence[Catalogue],
    terms: Terms,
    collections: Sequence[str] = (),
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Findings, Dates]:
    """
    Search catalogues for the best dates of a period, for a series.

    Parameters
    ----------
    area
        Longitude and latitude.
    span
        First and last day, both included.
    number
        How many dates are wanted.
    catalogues, terms, collections, progress, cancelled
        As for `find_pairs`.

    Raises
    ------
    AnnotateError
        If the days make no sense.
    ImageryError
        If a catalogue cannot be asked.
    """
    first, last = _day(span[0]), _day(span[1])
    if last < first:
        raise AnnotateError(f"The last day, {span[1]}, lies before the first, {span[0]}; swap them.")
    looked = _look(area, (span,), catalogues, terms, collections, progress, cancelled)
    return looked, best_dates(looked.seen, *span, number)


def _look(
    area: Polygon,
    spans: Sequence[tuple[str, str]],
    catalogues: Sequence[Catalogue],
    terms: Terms,
    collections: Sequence[str],
    progress: Callable[[int, int, str], None],
    cancelled: Callable[[], bool],
) -> Findings:
    """Search every catalogue for every span, and look at the sky over the area on each date."""
    hosts = {host for one in catalogues for host in one.hosts}
    found, notes = dict[tuple[tuple[str, str], str], Found](), list[str]()
    with reaching(terms, hosts, cancelled) as reach:
        asking = Asking(reach.door, reach.cache)
        for one in catalogues:
            for span in spans:
                answer = search(one, area, span, asking, collections, progress, cancelled)
                _LOG.info("Found %d in %s, %s to %s.", len(answer.found), one.title, *span)
                found |= {(item.group, item.id): item for item in answer.found}
                notes += [note for note in answer.notes if note not in notes]
        items = sorted(found.values(), key=lambda item: (item.time, item.group, item.id))
        way = signed(reach.door, [one.signed for one in catalogues])
        skies = clear_skies(items, area, way, reach.cache, progress)
    looked = list(zip(items, skies, strict=True))
    _LOG.info("Looked at the sky over the area on %d dates.", len(looked))
    return Findings(
        seen=tuple(Seen(item, sky) for item, sky in looked if isinstance(sky, Clear)),
        unread={item.id: str(sky) for item, sky in looked if not isinstance(sky, Clear)},
        pairs=(),
        notes=tuple(notes),
    )


def sites_of(project: Project | None) -> dict[str, Site]:
    """Return the sites of a project and those of the cited reports, by id; the project's own go first."""
    own = {} if project is None else {site.id: site for site in project.sites()}
    return own | {site.id: site for site in load().sites if site.id not in own}


def site_with_area(name: str, project: Project | None) -> Site:
    """
    Return a site of a project, else of the cited reports.

    Raises
    ------
    AnnotateError
        If there is none of that id, or it has no area.
    """
    sites = sites_of(project)
    if name not in sites:
        raise AnnotateError(
            f"There is no site {name}; known are {', '.join(sites)}: add it with depotwatch site add, or give --area."
        )
    if sites[name].area is None:
        raise AnnotateError(f"The site {name} has no area; give it one with depotwatch site add, or give --area.")
    return sites[name]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise AnnotateError(f"{text!r} is no day; give one like 2023-08-15.") from None
