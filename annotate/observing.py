"""What was observed that bears on a claim: which annotations, of which looks at which place, and how many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..labels.records import Annotation, Citation, Claim, Estimate, Site
from .assessment import Observation, bounds, smaller
from .count import count_group, held, shown_by
from .detect import SEARCHED
from .errors import AnnotateError
from .kinds import Kind
from .looks import Look, at_sites, bearing_on, days_of, looks_at, names_of, within
from .standing import Standing

SEEN_AS = {"new": "appeared", "gone": "vanished"}


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
    """

    standing: Standing
    kinds: Mapping[str, Kind]
    sites: Mapping[str, Site]
    synthetic: Mapping[str, bool]
    citations: Mapping[str, Sequence[Citation]]


class NotTestedError(AnnotateError):
    """A claim cannot be set beside what was observed; the message says why."""


def observe(book: Book, claim: Claim) -> tuple[Observation, str]:
    """
    Return what was observed that bears on a claim, and where and when that was.

    Raises
    ------
    NotTestedError
        If nothing in the project can be set beside it; the message says why, without a full stop.
    """
    if claim.measure == "none" or claim.kind is None:
        raise NotTestedError("no image can show this")
    if claim.kind not in book.kinds:
        raise NotTestedError(f"kind {claim.kind!r} is not known here, give the file that defines it")
    if not claim.sites:
        raise NotTestedError("no imagery can be chosen, as the claim names no site")
    kind, everywhere = book.kinds[claim.kind], _sites(book, claim)
    if not looks_at(book.standing, everywhere):
        raise NotTestedError(f"no imagery of {names_of(everywhere)} is in the project")
    if claim.measure == "moved":
        return _moved(book, claim, kind)
    sites = _sites(book, claim, "at") or everywhere
    if claim.measure == "visits":
        _looks(book, claim, kind, sites)
        raise NotTestedError(f"visits to {names_of(sites)} need a series of dates, and a pair shows two moments")
    return _at(book, claim, kind, sites, claim.measure)


def _at(book: Book, claim: Claim, kind: Kind, sites: Sequence[Site], measure: str) -> tuple[Observation, str]:
    """Return what was observed at some sites as new, gone or present, and when and where that was."""
    standing = book.standing
    looks = _looks(book, claim, kind, sites)
    if kind.name not in SEARCHED and not any(one.kind == kind.name for one in standing.kept()):
        raise NotTestedError(f"nothing searches for {kind.plural} yet, and none is drawn")
    inside = [look for look in looks if all(within(claim, day) for day in days_of(look, standing))]
    contained = bool(inside) or measure == "present"
    chosen = looks if measure == "present" else inside or looks
    against = set(cited(book, claim, "opposes"))
    nearby = [
        one for one in standing.kept() if one.kind == kind.name and one.id not in against and at_sites(one, sites)
    ]
    if measure == "present":
        members, days = _present(standing, claim, chosen, nearby)
    else:
        pairs = {(look.before, look.after) for look in chosen}
        members = [one for one in nearby if one.change == SEEN_AS[measure] and (one.before, one.after) in pairs]
        days = sorted({day for look in chosen for day in days_of(look, standing) if day})
    estimate, confirmed = _count(standing, claim, kind, members)
    words = [standing.verdict_of(one.id) for one in members]
    observation = Observation(
        estimate=estimate,
        confirmed=confirmed,
        open_verdicts=sum(word in ("unreviewed", "unsure", "disputed") for word in words),
        contained=contained,
        opposing=sum(standing.verdict_of(one) == "accepted" for one in against),
        seen_as=measure,
    )
    when = f" between {days[0]} and {days[-1]}" if len(days) > 1 else f" on {days[0]}" if days else ""
    return observation, f"at {names_of(sites)}{when}"


def _moved(book: Book, claim: Claim, kind: Kind) -> tuple[Observation, str]:
    """Return how many went from one place and came to another: the smaller of both."""
    starts, ends = _sites(book, claim, "from"), _sites(book, claim, "to")
    if not starts or not ends:
        raise NotTestedError(f"the claim names no place {'from' if not starts else 'to'} which they moved")
    gone, left = _at(book, claim, kind, starts, "gone")
    new, arrived = _at(book, claim, kind, ends, "new")
    both = Observation(
        estimate=smaller(gone.estimate, new.estimate),
        confirmed=min(gone.confirmed, new.confirmed),
        open_verdicts=gone.open_verdicts + new.open_verdicts,
        contained=gone.contained and new.contained,
        opposing=new.opposing,
        seen_as="gone and as new",
    )
    return both, f"{left} and {arrived}"


def _present(
    standing: Standing, claim: Claim, looks: Sequence[Look], nearby: Sequence[Annotation]
) -> tuple[list[Annotation], list[str]]:
    """Return what stood on the one scene of the window that shows most, accepted ones before others, and its day."""
    best: tuple[int, int, list[Annotation], list[str]] = (0, 0, [], [])
    for look in looks:
        for scene, day in zip(look.scenes, days_of(look, standing), strict=True):
            if not within(claim, day):
                continue
            there = [one for one in nearby if scene in _stands_on(one)]
            accepted = sum(standing.verdict_of(one.id) == "accepted" for one in there)
            if not best[3] or (accepted, len(there)) > best[:2]:
                best = accepted, len(there), there, [day] if day else []
    return best[2], best[3]


def _stands_on(one: Annotation) -> tuple[str | None, ...]:
    """Return the scenes on which a thing is there."""
    if one.change == "altered":
        return one.before, one.after
    return (one.after,) if one.change == "appeared" else (one.before,)


def _count(standing: Standing, claim: Claim, kind: Kind, members: Sequence[Annotation]) -> tuple[Estimate, int]:
    """Return how many there are and how many of them are accepted; of outlines where that is what is claimed."""
    stacks = claim.quantity is not None and claim.quantity.unit in (kind.plural, kind.plural.split()[-1])
    by_outline = not kind.countable or (stacks and not kind.single)
    estimate, reason = count_group(standing, kind, members, outlines=by_outline)
    if estimate is None and bounds(claim) == (1, None):
        by_outline = True
        estimate, reason = count_group(standing, kind, members, outlines=True)
    if estimate is None:
        raise NotTestedError(reason[:1].lower() + reason[1:].rstrip("."))
    shown, _ = shown_by(standing, kind, members, by_outline)
    accepted = [held(one, kind) for one in shown if standing.verdict_of(one.id) == "accepted"]
    return estimate, sum(1 if by_outline or one is None else one.low for one in accepted)


def _looks(book: Book, claim: Claim, kind: Kind, sites: Sequence[Site]) -> list[Look]:
    looks, reason = bearing_on(claim, kind, sites, book.synthetic[claim.source], book.standing)
    if not looks:
        raise NotTestedError(reason)
    return looks


def _sites(book: Book, claim: Claim, *roles: str) -> list[Site]:
    """Return the claim's sites in some roles, in all if none is named."""
    return [book.sites[one.site] for one in claim.sites if not roles or one.role in roles]


def cited(book: Book, claim: Claim, relation: str) -> tuple[str, ...]:
    """Return the annotations tied to a claim in one way that are not withdrawn, accepted ones first."""
    standing = book.standing
    cited = [one.annotation for one in book.citations.get(claim.id, ()) if one.relation == relation]
    there = [one for one in dict.fromkeys(cited) if one in standing.annotations]
    return tuple(sorted(there, key=lambda one: standing.verdict_of(one) != "accepted"))
