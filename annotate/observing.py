"""What was observed that bears on a claim, whatever its measure."""

from ..labels.records import Claim
from .assessment import Observation
from .book import Book, sites_of
from .looks import looks_at, names_of
from .observing_at import observe_at
from .observing_between import observe_moved, observe_visits
from .obstacles import INVISIBLE, NO_IMAGERY, NO_PLACE, UNKNOWN_KIND, NotTestableError


def observe(book: Book, claim: Claim) -> tuple[Observation, str]:
    """
    Return what was observed that bears on a claim, and where and when that was.

    Raises
    ------
    NotTestableError
        If nothing in the project can be set beside it; the message says why, without a full stop.
    """
    if claim.measure == "none" or claim.kind is None:
        raise NotTestableError(INVISIBLE, "no image can show this")
    if claim.kind not in book.kinds:
        raise NotTestableError(UNKNOWN_KIND, f"kind {claim.kind!r} is not known here, give the file that defines it")
    if not claim.sites:
        raise NotTestableError(NO_PLACE, "no imagery can be chosen, as the claim names no site")
    kind, everywhere = book.kinds[claim.kind], sites_of(book, claim)
    if not looks_at(book.standing, everywhere):
        raise NotTestableError(NO_IMAGERY, f"no imagery of {names_of(everywhere)} is in the project")
    if claim.measure == "moved":
        return observe_moved(book, claim, kind)
    sites = sites_of(book, claim, "at") or everywhere
    if claim.measure == "visits":
        return observe_visits(book, claim, kind, sites)
    return observe_at(book, claim, kind, sites, claim.measure)
