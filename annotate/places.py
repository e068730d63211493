"""Places over time: which annotations of several looks are one place, and what each scene shows there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shapely import Polygon, STRtree

from ..labels.records import Annotation
from .matching import LEAST_IOU, iou
from .standing import Standing

WEIGHT = {"accepted": 0, "unreviewed": 1, "unsure": 2, "disputed": 2, "rejected": 3}
"""Which of several verdicts speaks first."""

Said = Mapping[tuple[str, str | None], str]
"""What an annotation is said to be, a word of `CHANGES`, by (before, after)."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one scene shows at a place: whether one is there, and the annotations that say so, most certain first."""

    present: bool
    by: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """
    One place of one kind over all looks at it.

    Parameters
    ----------
    kind
        Name of the kind.
    members
        The annotations that are this place, most certain first.
    sights
        What is observed there, by scene id; a scene that is missing says nothing of the place.
    """

    kind: str
    members: tuple[Annotation, ...]
    sights: Mapping[str, Sight]

    def came(self, before: str, after: str | None) -> Annotation | None:
        """Return what says that it came between two scenes, or None where it did not or one of them is silent."""
        return self._turned(before, after, present=False)

    def went(self, before: str, after: str | None) -> Annotation | None:
        """Return what says that it went between two scenes, or None where it did not or one of them is silent."""
        return self._turned(before, after, present=True)

    def on(self, scene: str) -> Annotation | None:
        """Return what says that it is there on a scene, or None."""
        sight = self.sights.get(scene)
        return sight.by[0] if sight is not None and sight.present else None

    def _turned(self, before: str, after: str | None, present: bool) -> Annotation | None:
        first, last = self.sights.get(before), self.sights.get(after or "")
        if first is None or last is None or first.present != present or last.present == present:
            return None
        both = [one for one in first.by if one in last.by]
        if both:
            return both[0]
        return max(first.by[0], last.by[0], key=self.members.index)  # a change is as certain as its less certain end


def places(standing: Standing, annotations: Sequence[Annotation]) -> tuple[Place, ...]:
    """
    Return the places that annotations stand for; rejected ones stand for none.

    Two annotations of different looks are one place where they have the same kind, overlap by an intersection over
    union of at least `LEAST_IOU`, and nowhere contradict each other about a scene: what came between A and B and is
    seen to have come between A and C as well is one, so that a second look at a change does not count it again. What
    came between A and B and came again between B and C is two, as B shows it and does not. Pairs are joined in the
    order of their overlap; the order of the annotations does not matter.
    """
    members = [one for one in annotations if standing.verdict_of(one.id) != "rejected"]
    members.sort(key=lambda one: (WEIGHT[standing.verdict_of(one.id)], -(one.score or 0.0), one.id))
    proposed = _proposed(standing)
    said = [{**proposed.get(one.id, {}), (one.before, one.after): one.change} for one in members]
    groups = [
        _Group([index], set(words), shown_on(one, words))
        for index, (one, words) in enumerate(zip(members, said, strict=True))
    ]
    for _, first, second in sorted(_overlapping(members), key=lambda found: (-found[0], *found[1:])):
        groups[first].join(groups[second], groups)
    return tuple(
        _place(
            [members[index] for index in sorted(group.members)], said=[said[index] for index in sorted(group.members)]
        )
        for group in dict.fromkeys(groups)
    )


def shown_on(one: Annotation, said: Said | None = None) -> dict[str, bool]:
    """
    Return what an annotation says of each scene: True where one is there.

    What its own pair shows is said first, then what other pairs that propose it show (`said`).
    """
    own = (one.before, one.after)
    shown: dict[str, bool] = {}
    for pair, change in ((own, one.change), *(said or {}).items()):
        for scene, present in zip(pair, (change != "appeared", change != "vanished"), strict=True):
            if scene is not None:
                shown.setdefault(scene, present)
    return shown


@dataclass(eq=False, slots=True)
class _Group:
    """Annotations joined so far: their indices, the looks they come from, and what they show of each scene."""

    members: list[int]
    looks: set[tuple[str, str | None]]
    shown: dict[str, bool]

    def join(self, other: "_Group", groups: list["_Group"]) -> None:
        """Take the other group in, unless a look tells both apart or a scene shows one and not the other."""
        if self is other or self.looks & other.looks:
            return
        if any(other.shown.get(scene, present) != present for scene, present in self.shown.items()):
            return
        self.members += other.members
        self.looks |= other.looks
        self.shown |= other.shown
        for index in other.members:
            groups[index] = self


def _proposed(standing: Standing) -> dict[str, dict[tuple[str, str | None], str]]:
    """Return, by annotation, what the newest comparisons propose it as."""
    found: dict[str, dict[tuple[str, str | None], str]] = {}
    for name, changes in standing.proposed_as.items():
        comparison = standing.comparisons[name]
        for annotation, change in changes.items():
            found.setdefault(annotation, {})[comparison.before, comparison.after] = change
    return found


def _place(members: Sequence[Annotation], said: Sequence[Said]) -> Place:
    shown = [shown_on(one, words) for one, words in zip(members, said, strict=True)]
    scenes = dict.fromkeys(scene for one in shown for scene in one)
    sights = {
        scene: Sight(
            present=next(one[scene] for one in shown if scene in one),
            by=tuple(member for member, one in zip(members, shown, strict=True) if scene in one),
        )
        for scene in scenes
    }
    return Place(members[0].kind, tuple(members), sights)


def _overlapping(members: Sequence[Annotation]) -> Iterator[tuple[float, int, int]]:
    """Give (overlap, index, index) of every two annotations that may be one place: on one grid, or on the ground."""
    outlines: dict[tuple[str, str], list[tuple[int, Polygon]]] = {}
    for index, one in enumerate(members):
        outlines.setdefault((one.kind, one.shape.scene), []).append((index, one.shape.pixels))
        if one.shape.ground is not None:
            outlines.setdefault((one.kind, ""), []).append((index, one.shape.ground))
    for group in outlines.values():
        tree = STRtree([outline for _, outline in group])
        for at, (index, outline) in enumerate(group):
            for hit in tree.query(outline, predicate="intersects"):
                if hit > at and (overlap := iou(outline, group[hit][1])) >= LEAST_IOU:
                    yield overlap, index, group[hit][0]
