"""Searching and fetching, as work for a `Job`."""

from collections.abc import Callable
from pathlib import Path

from ....annotate.finding import find_pairs
from ....imagery.catalog.catalogues import catalogue
from ....imagery.catalog.pairs import Pair
from ....imagery.catalog.preview import previews
from ....imagery.fetch.several import fetch_several
from ....imagery.remote.reach import Terms, reaching
from ....imagery.remote.signing import signed
from ...errors import ViewerError
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
            door = signed(reach.door, [one.signed for one in chosen])
            pictures = previews(items, asked.area, door, reach.cache, progress)
        return Strip(asked, found, {item.id: picture for item, picture in zip(items, pictures, strict=True)})

    return work


def bringing(
    asked: Asked, pair: Pair, folder: Path, project: Path | None, terms: Terms
) -> Callable[[Progress, Cancelled], PairRequest]:
    """Return the work that fetches both dates of a pair into a folder, and says how they are compared."""

    def work(progress: Progress, cancelled: Cancelled) -> PairRequest:
        wanted = pair.before.found, pair.after.found
        haul = fetch_several(wanted, asked.area, folder, terms, None, progress, cancelled)
        if haul.failed:
            raise ViewerError(" ".join(f"{id} was not fetched: {why}" for id, why in haul.failed.items()))
        before, after = (one.path for one in haul.fetched)
        return PairRequest(before, after, area=asked.area, site=asked.site, project=project)

    return work
