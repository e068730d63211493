"""What was observed at some sites that bears on a claim: which annotations, of which looks, and how many."""

from collections.abc import Sequence

from ..labels.records import Annotation, Claim, Estimate, Site
from .assessment import Observation, bounds
from .book import Book, cited, looks_of
from .bracket import Bracket
from .brackets import Turn, bracket_of, turns_of
from .count import count_group, held, shown_by
from .detect import searched
from .kinds import Kind
from .looks import Look, at_sites, days_of, names_of, within
from .obstacles import NOT_SEARCHED, NUMBER, NotTestableError
from .shown import changed, present
from .standing import Standing

SEEN_AS = {"new": "appeared", "gone": "vanished"}


def observe_at(book: Book, claim: Claim, kind: Kind, sites: Sequence[Site], measure: str) -> tuple[Observation, str]:
    """
    Return what was observed at some sites as new, gone or present, and when and where that was.

    Raises
    ------
    NotTestableError
        If nothing there can be set beside the claim.
    """
    standing, looks = book.standing, looks_of(book, claim, kind, sites)
    looked_for = any(searched(kind.name, look.after is None) for look in looks)
    if not looked_for and not any(one.kind == kind.name for one in standing.kept()):
        raise NotTestableError(NOT_SEARCHED, f"nothing searches for {kind.plural} yet, and none is drawn")
    against = set(cited(book, claim, "opposes"))
    left_out = set[str]() if claim.polarity == "denies" else against  # what speaks against a denial is what it denies
    nearby = [
        one for one in standing.kept() if one.kind == kind.name and one.id not in left_out and at_sites(one, sites)
    ]
    brackets: tuple[Bracket, ...] = ()
    if measure == "present":
        chosen, contained = looks, True
        members, days = present(standing, claim, looks, nearby, book.places(nearby))
    else:
        inside = [look for look in looks if all(within(claim, day) for day in days_of(look, standing))]
        chosen, change = inside or looks, SEEN_AS[measure]
        members = changed(standing, chosen, nearby, book.places(nearby), change)
        days = sorted({day for look in chosen for day in days_of(look, standing) if day})
        turns = turns_of(standing, [book.series(site, kind) for site in sites], members, change)
        elsewhen = {turn.by.id for turn in turns if turn.outside(claim.window)}
        members = [one for one in members if one.id not in elsewhen]
        bracket = bracket_of(turns, change, claim.window)
        brackets = () if bracket is None else (bracket,)
        contained = bool(inside) or _all_inside(standing, claim, turns)
    estimate, confirmed = _count(standing, claim, kind, members)
    words = [standing.verdict_of(one.id) for one in members]
    observation = Observation(
        estimate=estimate,
        confirmed=confirmed,
        open_verdicts=sum(word in ("unreviewed", "unsure", "disputed") for word in words),
        contained=contained,
        opposing=sum(standing.verdict_of(one) == "accepted" for one in against),
        seen_as=measure,
        looked=_looked_share(standing, chosen),
        visible=max(look.valid_fraction for look in chosen),
        brackets=brackets,
    )
    when = f" between {days[0]} and {days[-1]}" if len(days) > 1 else f" on {days[0]}" if days else ""
    return observation, f"at {names_of(sites)}{when}"


def _all_inside(standing: Standing, claim: Claim, turns: Sequence[Turn]) -> bool:
    """Return True where all that is accepted, but what surely was at another time, was inside the claim's window."""
    sure = [turn for turn in turns if standing.verdict_of(turn.by.id) == "accepted" and not turn.outside(claim.window)]
    return bool(sure) and all(turn.inside(claim.window) for turn in sure)


def _looked_share(standing: Standing, looks: Sequence[Look]) -> float | None:
    pairs = {(look.before, look.after) for look in looks}
    return standing.looked_share(one for one in standing.comparisons.values() if (one.before, one.after) in pairs)


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
