"""Fetching several acquisitions: one that fails is said by name, and does not keep the others from coming."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shapely import Polygon

from ..catalog.catalogues import catalogue
from ..catalog.found import Found
from ..errors import CancelledError, ImageryError
from ..remote.reach import Reach, Terms, reaching
from ..remote.remote_file import Progress
from ..remote.signing import signed
from .fetching import Fetched, fetch
from .planning import Plan, plan

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Haul:
    """
    What came of several acquisitions.

    Parameters
    ----------
    fetched
        Those that lie on this disk, in the order in which they were asked for.
    planned
        What would be fetched, where only that was asked for.
    failed
        Why the others are not, by id.
    """

    fetched: tuple[Fetched, ...]
    planned: tuple[Plan, ...]
    failed: Mapping[str, str]


def fetch_several(
    wanted: Sequence[Found],
    area: Polygon,
    folder: Path | None,
    terms: Terms,
    bands: Sequence[str] | None = None,
    progress: Progress = lambda done, total, what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Haul:
    """
    Fetch an area of several acquisitions.

    Parameters
    ----------
    wanted
        The acquisitions.
    area
        EPSG:4326.
    folder
        Where each gets a folder of its own; None only says what would be fetched.
    terms
        On which terms servers are reached.
    bands, progress, cancelled
        As for `fetch`.

    Raises
    ------
    CancelledError
        If it was cancelled.
    RemoteError
        If the cache cannot be used, or signatures that are needed cannot be had.
    """
    sources = {one.catalogue: catalogue(one.catalogue) for one in wanted}
    hosts = {host for one in sources.values() for host in one.hosts}
    fetched, planned, failed = list[Fetched](), list[Plan](), dict[str, str]()
    with reaching(terms, hosts, cancelled) as opened:
        reach = Reach(signed(opened.door, [one.signed for one in sources.values()]), opened.cache)
        for one in wanted:
            try:
                if folder is None:
                    planned.append(plan(one, area, reach.door, reach.cache, bands))
                    continue
                made = fetch(one, area, folder, reach.door, reach.cache, bands, progress, cancelled)
            except CancelledError:
                raise
            except ImageryError as error:
                failed[one.id] = str(error)
                continue
            _LOG.info("Fetched %s, %s: %d requests, %.1f MB.", one.id, one.time, made.requests, made.bytes / 1e6)
            fetched.append(made)
    return Haul(tuple(fetched), tuple(planned), failed)
