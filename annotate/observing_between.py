"""What was observed between dates and sites that bears on a claim: what moved, and visits and voyages."""

from collections.abc import Sequence

from ..labels.records import Claim, Site
from .amounts import at_most
from .assessment import Observation, smaller
from .book import Book, cited, looks_of, sites_of
from .flow import Flow, flow, flow_sentence
from .kinds import Kind
from .looks import names_of
from .observing_at import observe_at
from .obstacles import DATES, NO_PLACE, NUMBER, RENDERED, NotTestableError
from .series import Series
from .visits import visits, voyages

VISITS = ("visits", "voyages", "trips", "calls")
LEAST_DATES = 3  # a pair shows two moments and no visit


def observe_moved(book: Book, claim: Claim, kind: Kind) -> tuple[Observation, str]:
    """
    Return how many went from one place and came to another: the smaller of both.

    Raises
    ------
    NotTestableError
        If nothing in the project can be set beside it.
    """
    starts, ends = sites_of(book, claim, "from"), sites_of(book, claim, "to")
    if not starts or not ends:
        raise NotTestableError(NO_PLACE, f"the claim names no place {'from' if not starts else 'to'} which they moved")
    gone, left = observe_at(book, claim, kind, starts, "gone")
    new, arrived = observe_at(book, claim, kind, ends, "new")
    estimate, between = smaller(gone.estimate, new.estimate), _in_order(book, claim, kind, starts, ends)
    limit = None if between is None or None in between.between else between.could
    confirmed = min(gone.confirmed, new.confirmed)
    if limit is not None and limit.high is not None and (estimate.high is None or limit.high < estimate.high):
        estimate = at_most(estimate, limit, "none is first seen at the one place before it is last seen at the other")
        confirmed = min(confirmed, limit.high)
    both = Observation(
        estimate=estimate,
        confirmed=confirmed,
        open_verdicts=gone.open_verdicts + new.open_verdicts,
        contained=gone.contained and new.contained,
        opposing=new.opposing,
        seen_as="gone and as new",
        looked=None if gone.looked is None or new.looked is None else min(gone.looked, new.looked),
        visible=min(gone.visible, new.visible),
        brackets=gone.brackets + new.brackets,
        flow=None if between is None else flow_sentence(between, starts[0].name, ends[0].name, kind.plural),
    )
    return both, f"{left} and {arrived}"


def observe_visits(book: Book, claim: Claim, kind: Kind, sites: Sequence[Site]) -> tuple[Observation, str]:
    """
    Return how many visits the dates of a place show at least, or voyages from one place to another.

    Raises
    ------
    NotTestableError
        If nothing in the project can be set beside it.
    """
    unit = None if claim.quantity is None else claim.quantity.unit
    if unit not in (None, kind.unit, *VISITS):
        raise NotTestableError(NUMBER, f"visits are counted in {' or '.join(VISITS)}, and the claim counts {unit}")
    starts, ends = sites_of(book, claim, "from"), sites_of(book, claim, "to")
    route = bool(starts and ends)
    shown = [*starts, *ends] if route else sites
    looks_of(book, claim, kind, shown)
    if len(shown) != (2 if route else 1):
        raise NotTestableError(
            NO_PLACE, f"visits are counted at one place or from one to another, and the claim names {len(shown)}"
        )
    found = [book.series(site, kind) for site in shown]
    if not _of_one_world(book, claim, found):
        raise NotTestableError(
            RENDERED,
            f"the scenes of {names_of(shown)} are not all {'rendered' if book.synthetic[claim.source] else 'real'}",
        )
    counted = [visits(one, kind, claim.window) for one in found]
    dates = sum(one.dates for one in counted)
    if dates < LEAST_DATES:
        raise NotTestableError(
            DATES, f"visits to {names_of(shown)} need a series of dates, and {dates} can show {kind.plural}"
        )
    result = voyages(flow(book.standing, kind, found[0], found[1], claim.window), dates) if route else counted[0]
    if result.estimate is None:
        raise NotTestableError(NUMBER, f"{result.reason[:1].lower()}{result.reason[1:].rstrip('.')}")
    against = cited(book, claim, "opposes")
    observation = Observation(
        estimate=result.estimate,
        confirmed=result.confirmed,
        open_verdicts=sum(stay.verdict != "accepted" for one in found for stay in one.stays if stay.kind == kind.name),
        contained=True,
        opposing=sum(book.standing.verdict_of(one) == "accepted" for one in against),
        seen_as="gone from one place and new at the other, the same ones or not" if route else "stays between dates",
    )
    where = f"from {starts[0].name} to {ends[0].name}" if route else f"at {names_of(shown)}"
    return observation, f"{where} on {dates} dates"


def _in_order(book: Book, claim: Claim, kind: Kind, starts: Sequence[Site], ends: Sequence[Site]) -> Flow | None:
    """Return what can have moved by the order of the dates, where the claim names one place and one other."""
    if len(starts) != 1 or len(ends) != 1:
        return None
    start, end = (book.series(site, kind) for site in (starts[0], ends[0]))
    if not _of_one_world(book, claim, (start, end)):
        return None
    return flow(book.standing, kind, start, end, claim.window)


def _of_one_world(book: Book, claim: Claim, found: Sequence[Series]) -> bool:
    """Return True where every scene of the series is rendered if the claim is invented, and real if it is not."""
    scenes = [book.standing.scenes[moment.scene] for one in found for moment in one.moments]
    return all(scene.synthetic == book.synthetic[claim.source] for scene in scenes)
