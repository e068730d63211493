"""Searching and fetching, as work for a `Job`."""

from collections.abc import Callable
from pathlib import Path

from ....annotate.finding import find_pairs
from ....imagery.catalog.catalogues import catalogue
from ....imagery.catalog.pairs import Pair
from ....imagery.catalog.preview import previews
from ....imagery.fetch import fetch
from ....imagery.remote.reach import Terms, reaching
from ..request import PairRequest
from ..worker import Cancelled, Progress
from .choice import Asked, Strip


def searching(asked: Asked, terms: Terms) -> Callable[[Progress, Cancelled], Strip]:
    """Return the work that searches, looks at the sky over the area, and reads a small picture of every date."""

    def work(progress: Progress, cancelled: Cancelled) -> Strip:
        chosen = [catalogue(name) for name in asked.catalogues]
        found = find_pairs(asked.wanted, chosen, terms, (), progress, cancelled)
        items = [one.found for one in found.seen]
        with reaching(terms, {host for one in chosen for host in one.hosts}, cancelled) as reach:
            pictures = previews(items, asked.area, reach.door, reach.cache, progress)
        return Strip(asked, found, {item.id: picture for item, picture in zip(items, pictures, strict=True)})

    return work


def bringing(
    asked: Asked, pair: Pair, folder: Path, project: Path | None, terms: Terms
) -> Callable[[Progress, Cancelled], PairRequest]:
    """Return the work that fetches both dates of a pair into a folder, and says how they are compared."""

    def work(progress: Progress, cancelled: Cancelled) -> PairRequest:
        hosts = {host for name in asked.catalogues for host in catalogue(name).hosts}
        with reaching(terms, hosts, cancelled) as reach:
            before, after = (
                fetch(one.found, asked.area, folder, reach.door, reach.cache, None, progress, cancelled)
                for one in (pair.before, pair.after)
            )
        return PairRequest(before.path, after.path, area=asked.area, project=project)

    return work
