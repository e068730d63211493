"""What came, went or stood in some looks, each thing once, with what was rejected as that."""

from collections.abc import Sequence

from ..labels.records import Annotation, Claim
from .looks import Look, days_of, within
from .places import Place, shown_on
from .standing import Standing


def changed(
    standing: Standing, looks: Sequence[Look], nearby: Sequence[Annotation], known: Sequence[Place], change: str
) -> list[Annotation]:
    """Return what came, or went, in any of the looks, each event once; and what was rejected as that."""
    pairs = dict.fromkeys((look.before, look.after) for look in looks)
    found: list[Annotation] = []
    for place in known:
        turned = place.came if change == "appeared" else place.went
        events = [(one, pair) for pair in pairs if (one := turned(*pair)) is not None]
        events.sort(key=lambda event: place.members.index(event[0]))
        apart: list[tuple[Annotation, tuple[str, str | None]]] = []
        for one, pair in events:
            if all(_one_after_the_other(standing, pair, other) for _, other in apart):
                apart.append((one, pair))
        found += [one for one, _ in apart]
    rejected = [one for one in _rejected(standing, nearby) if one.change == change]
    return found + [one for one in rejected if (one.before, one.after) in pairs]


def _one_after_the_other(standing: Standing, *pairs: tuple[str, str | None]) -> bool:
    """Return True where one pair's dates end before the other's begin, so that they show two events at a place."""
    spans = [sorted(standing.scenes[scene].time or "" for scene in pair if scene) for pair in pairs]
    first, second = sorted(spans)
    return first[0] != "" and first[-1] <= second[0]


def present(
    standing: Standing, claim: Claim, looks: Sequence[Look], nearby: Sequence[Annotation], known: Sequence[Place]
) -> tuple[list[Annotation], list[str]]:
    """Return what stood on the one scene of the window that shows most, accepted ones before others, and its day."""
    best: tuple[int, int, list[Annotation], list[str]] = (0, 0, [], [])
    rejected = _rejected(standing, nearby)
    for look in looks:
        for scene, day in zip(look.scenes, days_of(look, standing), strict=True):
            if not within(claim, day):
                continue
            there = [one for place in known if (one := place.on(scene)) is not None]
            there += [one for one in rejected if shown_on(one).get(scene)]
            accepted = sum(standing.verdict_of(one.id) == "accepted" for one in there)
            if not best[3] or (accepted, len(there)) > best[:2]:
                best = accepted, len(there), there, [day] if day else []
    return best[2], best[3]


def _rejected(standing: Standing, nearby: Sequence[Annotation]) -> list[Annotation]:
    return [one for one in nearby if standing.verdict_of(one.id) == "rejected"]
