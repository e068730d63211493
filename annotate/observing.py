"""What was observed that bears on a claim: which annotations, of which looks at which place, and how many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..labels.records import Annotation, Citation, Claim, Estimate, Site
from .amounts import at_most
from .assessment import Observation, bounds, smaller
from .bracket import Bracket
from .brackets import bracket_of
from .count import count_group, held, shown_by
from .detect import searched
from .flow import Flow, flow, flow_sentence
from .kinds import Kind
from .looks import Look, at_sites, bearing_on, days_of, looks_at, names_of, within
from .obstacles import (
    DATES,
    INVISIBLE,
    NO_IMAGERY,
    NO_PLACE,
    NOT_SEARCHED,
    NUMBER,
    RENDERED,
    UNKNOWN_KIND,
    NotTestableError,
)
from .places import Place, places
from .series import Series, series_of
from .shown import changed, present
from .standing import Standing
from .visits import visits, voyages

SEEN_AS = {"new": "appeared", "gone": "vanished"}
VISITS = ("visits", "voyages", "trips", "calls")
LEAST_DATES = 3  # a pair shows two moments and no visit


@dataclass(frozen=True, slots=True)
class Book:
    """
    What claims are set beside.

    Parameters
    ----------
    standing, kinds
        What stands in the project, and the kinds by name.
    sites
        By id.
    synthetic
        For each source id, whether it is invented.
    citations
        By claim id.
    known, grouped
        What was worked out already: series by site and kind, places by the annotations that they are made of.
    """

    standing: Standing
    kinds: Mapping[str, Kind]
    sites: Mapping[str, Site]
    synthetic: Mapping[str, bool]
    citations: Mapping[str, Sequence[Citation]]
    known: dict[tuple[str, str], Series] = field(default_factory=dict)
    grouped: dict[tuple[str, ...], Sequence[Place]] = field(default_factory=dict)

    def series(self, site: Site, kind: Kind) -> Series:
        """Return the series of one kind at a site."""
        if (site.id, kind.name) not in self.known:
            self.known[site.id, kind.name] = series_of(self.standing, site, {kind.name: kind})
        return self.known[site.id, kind.name]

    def places(self, members: Sequence[Annotation]) -> Sequence[Place]:
        """Return the places that some annotations are."""
        ids = tuple(one.id for one in members)
        if ids not in self.grouped:
            self.grouped[ids] = places(self.standing, members)
        return self.grouped[ids]


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
    kind, everywhere = book.kinds[claim.kind], _sites(book, claim)
    if not looks_at(book.standing, everywhere):
        raise NotTestableError(NO_IMAGERY, f"no imagery of {names_of(everywhere)} is in the project")
    if claim.measure == "moved":
        return _moved(book, claim, kind)
    sites = _sites(book, claim, "at") or everywhere
    if claim.measure == "visits":
        return _visits(book, claim, kind, sites)
    return _at(book, claim, kind, sites, claim.measure)


def _at(book: Book, claim: Claim, kind: Kind, sites: Sequence[Site], measure: str) -> tuple[Observation, str]:
    """Return what was observed at some sites as new, gone or present, and when and where that was."""
    standing = book.standing
    looks = _looks(book, claim, kind, sites)
    looked_for = any(searched(kind.name, look.after is None) for look in looks)
    if not looked_for and not any(one.kind == kind.name for one in standing.kept()):
        raise NotTestableError(NOT_SEARCHED, f"nothing searches for {kind.plural} yet, and none is drawn")
    inside = [look for look in looks if all(within(claim, day) for day in days_of(look, standing))]
    contained = bool(inside) or measure == "present"
    against = set(cited(book, claim, "opposes"))
    left_out = set[str]() if claim.polarity == "denies" else against  # what speaks against a denial is what it denies
    nearby = [
        one for one in standing.kept() if one.kind == kind.name and one.id not in left_out and at_sites(one, sites)
    ]
    chosen = looks if measure == "present" else inside or looks
    if measure == "present":
        members, days = present(standing, claim, looks, nearby, book.places(nearby))
    else:
        members = changed(standing, chosen, nearby, book.places(nearby), SEEN_AS[measure])
        days = sorted({day for look in chosen for day in days_of(look, standing) if day})
    estimate, confirmed = _count(standing, claim, kind, members)
    brackets = () if measure == "present" else _brackets(book, claim, kind, sites, members, SEEN_AS[measure])
    if measure != "present" and not contained:
        accepted = [one for one in members if standing.verdict_of(one.id) == "accepted"]
        sure = _brackets(book, claim, kind, sites, accepted, SEEN_AS[measure])
        contained = bool(sure) and all(one.inside == one.places for one in sure)
    words = [standing.verdict_of(one.id) for one in members]
    observation = Observation(
        estimate=estimate,
        confirmed=confirmed,
        open_verdicts=sum(word in ("unreviewed", "unsure", "disputed") for word in words),
        contained=contained,
        opposing=sum(standing.verdict_of(one) == "accepted" for one in against),
        seen_as=measure,
        looked=standing.looked_share(
            one
            for one in standing.comparisons.values()
            if any((one.before, one.after) == (look.before, look.after) for look in chosen)
        ),
        visible=max(look.valid_fraction for look in chosen),
        brackets=brackets,
    )
    when = f" between {days[0]} and {days[-1]}" if len(days) > 1 else f" on {days[0]}" if days else ""
    return observation, f"at {names_of(sites)}{when}"


def _moved(book: Book, claim: Claim, kind: Kind) -> tuple[Observation, str]:
    """Return how many went from one place and came to another: the smaller of both."""
    starts, ends = _sites(book, claim, "from"), _sites(book, claim, "to")
    if not starts or not ends:
        raise NotTestableError(NO_PLACE, f"the claim names no place {'from' if not starts else 'to'} which they moved")
    gone, left = _at(book, claim, kind, starts, "gone")
    new, arrived = _at(book, claim, kind, ends, "new")
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


def _in_order(book: Book, claim: Claim, kind: Kind, starts: Sequence[Site], ends: Sequence[Site]) -> Flow | None:
    """Return what can have moved by the order of the dates, where the claim names one place and one other."""
    if len(starts) != 1 or len(ends) != 1:
        return None
    start, end = (book.series(site, kind) for site in (starts[0], ends[0]))
    if not _of_one_world(book, claim, (start, end)):
        return None
    return flow(book.standing, kind, start, end, claim.window)


def _brackets(
    book: Book, claim: Claim, kind: Kind, sites: Sequence[Site], members: Sequence[Annotation], change: str
) -> tuple[Bracket, ...]:
    found = [book.series(site, kind) for site in sites]
    bracket = bracket_of(book.standing, found, members, change, claim.window)
    return () if bracket is None else (bracket,)


def _of_one_world(book: Book, claim: Claim, found: Sequence[Series]) -> bool:
    """Return True where every scene of the series is rendered if the claim is invented, and real if it is not."""
    scenes = [book.standing.scenes[moment.scene] for one in found for moment in one.moments]
    return all(scene.synthetic == book.synthetic[claim.source] for scene in scenes)


def _visits(book: Book, claim: Claim, kind: Kind, sites: Sequence[Site]) -> tuple[Observation, str]:
    """Return how many visits the dates of a place show at least, or voyages from one place to another."""
    unit = None if claim.quantity is None else claim.quantity.unit
    if unit not in (None, kind.unit, *VISITS):
        raise NotTestableError(NUMBER, f"visits are counted in {' or '.join(VISITS)}, and the claim counts {unit}")
    starts, ends = _sites(book, claim, "from"), _sites(book, claim, "to")
    route = bool(starts and ends)
    shown = [*starts, *ends] if route else sites
    _looks(book, claim, kind, shown)
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


def _count(standing: Standing, claim: Claim, kind: Kind, members: Sequence[Annotation]) -> tuple[Estimate, int]:
    """Return how many there are and how many of them are accepted; of outlines where that is what is claimed."""
    stacks = claim.quantity is not None and claim.quantity.unit in (kind.plural, kind.plural.split()[-1])
    by_outline = not kind.countable or (stacks and not kind.single)
    estimate, reason = count_group(standing, kind, members, outlines=by_outline)
    if estimate is None and bounds(claim) == (1, None):
        by_outline = True
        estimate, reason = count_group(standing, kind, members, outlines=True)
    if estimate is None:
        raise NotTestableError(NUMBER, reason[:1].lower() + reason[1:].rstrip("."))
    shown, _ = shown_by(standing, kind, members, by_outline)
    accepted = [held(one, kind) for one in shown if standing.verdict_of(one.id) == "accepted"]
    return estimate, sum(1 if by_outline or one is None else one.low for one in accepted)


def _looks(book: Book, claim: Claim, kind: Kind, sites: Sequence[Site]) -> list[Look]:
    return bearing_on(claim, kind, sites, book.synthetic[claim.source], book.standing)


def _sites(book: Book, claim: Claim, *roles: str) -> list[Site]:
    """Return the claim's sites in some roles, in all if none is named."""
    return [book.sites[one.site] for one in claim.sites if not roles or one.role in roles]


def cited(book: Book, claim: Claim, relation: str) -> tuple[str, ...]:
    """Return the annotations tied to a claim in one way that are not withdrawn, accepted ones first."""
    standing = book.standing
    cited = [one.annotation for one in book.citations.get(claim.id, ()) if one.relation == relation]
    there = [one for one in dict.fromkeys(cited) if one in standing.annotations]
    return tuple(sorted(there, key=lambda one: standing.verdict_of(one) != "accepted"))
