"""Which looks at a place bear on a claim: its scenes, their dates, and what they can show; or why none does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shapely import Polygon

from ..labels.records import Annotation, Claim, KindResult, Site
from .kinds import Kind
from .obstacles import CLOUD, DATES, NO_IMAGERY, NOT_COMPARED, NOT_SEARCHED, PIXEL, RENDERED, SENSOR, NotTestableError
from .outline import footprint_of
from .standing import Standing
from .testable import LEAST_VALID


@dataclass(frozen=True, slots=True)
class Look:
    """
    A compared pair, or one scene, at a place.

    Parameters
    ----------
    before, after
        Scene ids; `after` is None for one scene.
    results
        What the comparison says of each kind, by kind.
    refused
        Why no map could be made, or None.
    valid_fraction
        Share of the ground compared, or of the one scene, that has data on every date.
    """

    before: str
    after: str | None
    results: Mapping[str, KindResult]
    refused: str | None = None
    valid_fraction: float = 1.0

    @property
    def scenes(self) -> tuple[str, ...]:
        """The ids of its scenes."""
        return (self.before,) if self.after is None else (self.before, self.after)


def at_sites(one: Annotation, sites: Iterable[Site]) -> bool:
    """Return True where an annotation is said to be, or lies, at one of the sites."""
    if one.site is not None:
        return any(one.site == site.id for site in sites)
    ground = one.shape.ground
    return ground is not None and any(site.area is not None and site.area.intersects(ground) for site in sites)


def looks_at(standing: Standing, sites: Sequence[Site]) -> list[Look]:
    """Return every look at any of the sites: pairs and scenes that were searched, and scenes with drawings alone."""
    names = {site.id for site in sites}
    areas = [site.area for site in sites if site.area is not None]
    found = [
        Look(one.before, one.after, {result.kind: result for result in one.kinds}, one.refused, one.valid_fraction)
        for one in standing.comparisons.values()
        if one.site in names or (one.site is None and _covers(standing, one.before, areas))
    ]
    searched = {look.before for look in found if look.after is None}
    drawn = dict.fromkeys(one.before for one in standing.kept() if one.after is None and at_sites(one, sites))
    return found + [
        Look(scene, None, {}, None, standing.scenes[scene].valid_fraction) for scene in drawn if scene not in searched
    ]


def bearing_on(claim: Claim, kind: Kind, sites: Sequence[Site], synthetic: bool, standing: Standing) -> list[Look]:
    """
    Return the looks at the sites that can be set beside a claim.

    A look is left out where one of its scenes is rendered and the claim is not, or the other way round; where it lies
    outside the claim's window; and where it cannot show the kind.

    Raises
    ------
    NotTestableError
        If there is none; the message says why.
    """
    looks = looks_at(standing, sites)
    if not looks:
        raise NotTestableError(NO_IMAGERY, f"no imagery of {names_of(sites)} is in the project")
    matching = [look for look in looks if all(standing.scenes[one].synthetic == synthetic for one in look.scenes)]
    if not matching:
        raise NotTestableError(
            RENDERED,
            f"the claim is invented and the scenes of {names_of(sites)} are real, so they are not set beside each other"
            if synthetic
            else f"the scenes of {names_of(sites)} are rendered, and no real claim is set beside them",
        )
    if claim.measure in ("new", "gone", "moved"):
        matching = [look for look in matching if look.after is not None]
        if not matching:
            raise NotTestableError(
                DATES, f"only single scenes of {names_of(sites)} were searched, and what came or went needs two dates"
            )
    timely = [look for look in matching if _in_time(claim, look, standing)]
    if not timely:
        raise NotTestableError(DATES, _untimely(claim, matching, standing))
    reasons = [blind(look, kind, sites, standing) for look in timely]
    able = [look for look, reason in zip(timely, reasons, strict=True) if reason is None]
    if able:
        return able
    look, reason = next((look, reason) for look, reason in zip(timely, reasons, strict=True) if reason)
    raise NotTestableError(_obstacle(look, kind, standing), reason[:1].lower() + reason[1:].rstrip("."))


def _obstacle(look: Look, kind: Kind, standing: Standing) -> str:
    """Return why a blind look is blind, in one word."""
    if any(standing.scenes[scene].sensor not in kind.sensors for scene in look.scenes):
        return SENSOR
    if not standing.testability(kind, look.before, look.after).detect:
        return PIXEL
    if look.valid_fraction < LEAST_VALID:
        return CLOUD
    return NOT_SEARCHED if look.refused is None else NOT_COMPARED


def days_of(look: Look, standing: Standing) -> tuple[str | None, ...]:
    """Return the day of each scene, ISO 8601; None where it is not known."""
    times = (standing.scenes[one].time for one in look.scenes)
    return tuple(None if time is None else time[:10] for time in times)


def within(claim: Claim, day: str | None) -> bool:
    """Return True where a day is in the claim's window; an unknown day is, if the window is open on both sides."""
    start, end = claim.window.start, claim.window.end
    if day is None:
        return start is None and end is None
    return (start is None or start <= day) and (end is None or day <= end)


def names_of(sites: Sequence[Site]) -> str:
    """Return the sites' names, joined."""
    *others, last = [site.name for site in sites]
    return f"{', '.join(others)} and {last}" if others else last


def _in_time(claim: Claim, look: Look, standing: Standing) -> bool:
    days = days_of(look, standing)
    if claim.measure == "present" or look.after is None or None in days:
        return any(within(claim, day) for day in days)
    first, last = sorted(str(day) for day in days)
    start, end = claim.window.start, claim.window.end
    return (end is None or first <= end) and (start is None or start <= last)


def _untimely(claim: Claim, looks: Sequence[Look], standing: Standing) -> str:
    window = f"{claim.window.start or 'any day'} to {claim.window.end or 'any day'}"
    days = sorted({day for look in looks for day in days_of(look, standing) if day is not None})
    if not days:
        return f"the days of its scenes are not known, and the claim is about {window}"
    return f"its scenes of {', '.join(days)} lie outside the claim's window, {window}"


def blind(look: Look, kind: Kind, sites: Sequence[Site], standing: Standing) -> str | None:
    """
    Return why a look cannot show a kind at some sites, or None.

    None where it was found able to, and where an analyst found one and the pixel is fine enough.
    """
    result = look.results.get(kind.name)
    if result is not None and result.testable:
        return None
    answer = standing.testability(kind, look.before, look.after)
    if not answer.detect:
        return answer.reason
    pair = (look.before, look.after)
    if any(
        one.kind == kind.name and (one.before, one.after) == pair and at_sites(one, sites) for one in standing.kept()
    ):
        return None
    if result is not None:
        return result.reason
    return look.refused or f"{kind.plural} were not looked for in its scenes"


def _covers(standing: Standing, scene_id: str, areas: Sequence[Polygon]) -> bool:
    if not areas:
        return False
    footprint = footprint_of(standing.scenes[scene_id])
    return footprint is not None and any(footprint.intersects(area) for area in areas)
