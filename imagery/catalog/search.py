"""Searching a catalogue: what servers answer is filtered and sorted again here, and what was left out is said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shapely import Polygon

from ..errors import RemoteError
from .api import CannotSearchError, asked, collections_of
from .asking import Asking, Json
from .catalogues import ANY, API, Catalogue
from .found import Found, found
from .static import walked


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a search gives.

    Parameters
    ----------
    found
        By time, then by place in the catalogue and id.
    notes
        What a user has to know of how it came about, each a sentence.
    """

    found: tuple[Found, ...]
    notes: tuple[str, ...]


def search(
    catalogue: Catalogue,
    area: Polygon,
    span: tuple[str, str],
    asking: Asking,
    collections: Sequence[str] = (),
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Answer:
    """
    Search a catalogue.

    Parameters
    ----------
    catalogue
        Where.
    area
        Longitude and latitude; items whose footprint meets it are found.
    span
        First and last day, both included, as 2023-08-15.
    asking
        How it is asked.
    collections
        Ids; those that are known to be free to fetch where none is given.
    progress, cancelled
        As `walked`.

    Raises
    ------
    RemoteError
        If the catalogue cannot be asked, has no such collection, or finds too much.
    """
    moments = f"{span[0]}T00:00:00Z", f"{span[1]}T23:59:59Z"
    items, notes = _items(catalogue, area, moments, asking, collections, progress, cancelled)
    kept, elsewhere, useless = dict[tuple[str, str], Found](), 0, 0
    for item in items:
        one = found(item, catalogue)
        if one is None:
            useless += 1
        elif not (moments[0] <= _full(one.time) <= moments[1]) or not one.footprint.intersects(area):
            elsewhere += 1
        elif not collections or one.collection in collections:
            kept[one.collection, one.id] = one
    if useless:
        notes.append(f"{useless} items of {catalogue.title} state no time, footprint or GeoTIFF and were left out.")
    if elsewhere and catalogue.kind == API:
        notes.append(f"{elsewhere} items lie outside the area or the dates, although {catalogue.title} named them.")
    order = list(catalogue.collections)
    rank = {name: number for number, name in enumerate(order)}
    found_ = sorted(kept.values(), key=lambda one: (one.time, rank.get(one.collection, len(rank)), one.id))
    return Answer(tuple(found_), tuple(notes))


def _items(
    catalogue: Catalogue,
    area: Polygon,
    moments: tuple[str, str],
    asking: Asking,
    collections: Sequence[str],
    progress: Callable[[int, int, str], None],
    cancelled: Callable[[], bool],
) -> tuple[list[Json], list[str]]:
    """Return the items that a catalogue names, and what is to be said of how; walked where it cannot search."""
    notes = list[str]()
    if catalogue.kind == API:
        wanted = _collections(catalogue, asking, collections)
        try:
            return list(asked(catalogue.url, area.bounds, moments, wanted, asking, cancelled)), notes
        except CannotSearchError:
            notes.append(f"{catalogue.title} cannot search; its documents were read one by one instead.")
    return list(walked(catalogue.url, area.bounds, moments, asking, progress, cancelled)), notes


def _collections(catalogue: Catalogue, asking: Asking, collections: Sequence[str]) -> list[str]:
    there = collections_of(catalogue.url, asking)
    missing = [one for one in collections if one not in there]
    if missing:
        raise RemoteError(f"{catalogue.title} has no collection {missing[0]}; it has {', '.join(sorted(there)[:20])}.")
    known = [id for id, one in catalogue.collections.items() if id != ANY and one.fetchable and id in there]
    return list(collections) or known or list(there)


def _full(time: str) -> str:
    return time if "T" in time else f"{time}T12:00:00Z"
