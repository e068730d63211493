"""What stands in a project: which annotations are kept, what proposes them, and what was decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ..labels.explained import explanation
from ..labels.project import Project
from ..labels.records import Annotation, Candidate, Comparison, ImplantRow, Proposal, SceneRecord, Verdict, resolve
from .detect.soil.capacity import Capacity, room_of
from .kinds import Kind, built_in
from .own_kinds import kinds_in
from .reading.ground import Pair, looked_at, share_of
from .testable import Testability, alone, testable
from .visibility import visibility_in


@dataclass(frozen=True, slots=True)
class Standing:
    """
    The annotations of a project with all that counts and the ledger need.

    Parameters
    ----------
    scenes
        By id.
    comparisons
        The newest of each pair, by id.
    annotations
        Those not withdrawn, by id.
    verdicts
        By annotation id, then by analyst.
    proposals
        For each comparison of `comparisons`, the annotation ids it proposes.
    proposed_as
        The same with the change it proposes each of them as, which may differ from that under which it was kept first.
    explained
        By annotation id, the sentence that says what else explains its change; only of those that something does.
    visible
        By annotation id, how much it changed inside its outline, in spreads of what did not change (`visibility`).
    implants
        What became of implants, of all comparisons.
    kinds
        The built-in ones and those of the user's own that the comparisons were run with, by name.
    looked
        The share of the ground that analysts looked at, of every pair that any of them looked at.
    samples
        What the newest random sample of tiles without a proposal told, of every pair of which one was looked through.
    rooms
        By annotation id, how many things of a stated size would fit on a disturbed area: never a count of them.
    """

    scenes: Mapping[str, SceneRecord]
    comparisons: Mapping[str, Comparison]
    annotations: Mapping[str, Annotation]
    verdicts: Mapping[str, Mapping[str, Verdict]]
    proposals: Mapping[str, frozenset[str]]
    proposed_as: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    explained: Mapping[str, str] = field(default_factory=dict)
    visible: Mapping[str, float] = field(default_factory=dict)
    implants: tuple[ImplantRow, ...] = ()
    kinds: Mapping[str, Kind] = field(default_factory=built_in)
    rooms: Mapping[str, Capacity] = field(default_factory=dict)
    looked: Mapping[Pair, float] = field(default_factory=dict)
    samples: Mapping[Pair, Mapping[str, Any]] = field(default_factory=dict)

    def verdict_of(self, annotation_id: str) -> str:
        """Return unreviewed, accepted, rejected, unsure or disputed."""
        return resolve(self.verdicts.get(annotation_id, {}).values())

    def kept(self) -> tuple[Annotation, ...]:
        """Return those that are proposed by the newest comparison of a pair, or drawn, or have a verdict."""
        proposed = frozenset[str]().union(*self.proposals.values())
        return tuple(
            one
            for one in self.annotations.values()
            if one.id in proposed or one.origin == "analyst" or self.verdicts.get(one.id)
        )

    def not_shown(self) -> Mapping[str, str]:
        """Return the kinds that no comparison can show, by name, with the reason of the newest: faces grey them out."""
        shown, hidden = set[str](), dict[str, str]()
        for one in sorted(self.comparisons.values(), key=lambda each: each.time):
            for result in one.kinds:
                if result.testable:
                    shown.add(result.kind)
                else:
                    hidden[result.kind] = result.reason
        return {name: reason for name, reason in hidden.items() if name not in shown}

    def looked_share(self, of: Iterable[Comparison]) -> float | None:
        """Return the share of the ground of some comparisons that was looked at; None where nobody looked at any."""
        return share_of(self.looked, {(one.before, one.after): one.valid_area_km2 for one in of}.items())

    def testability(self, kind: Kind, before: str, after: str | None) -> Testability:
        """Say whether the scenes of these ids can show and count this kind, whether or not a map could be made."""
        scene = self.scenes[before]
        other = self.scenes[after] if after else None
        after_gsd_m = (other.gsd_y_m, other.gsd_x_m) if other else None
        answer = testable(
            kind, (scene.gsd_y_m, scene.gsd_x_m), scene.sensor, after_gsd_m=after_gsd_m, one_date=other is None
        )
        return answer if other else alone(answer)


def what_stands(
    project: Project, again: Mapping[str, tuple[Comparison, Sequence[Candidate]]] = MappingProxyType({})
) -> Standing:
    """
    Read what stands in a project.

    Parameters
    ----------
    project
        The open project.
    again
        Comparisons that were run again, with what they proposed then: they stand in place of those kept under that id.
    """
    comparisons = [again[one.id][0] if one.id in again else one for one in project.latest_comparisons()]
    verdicts: dict[str, dict[str, Verdict]] = {}
    for verdict in project.verdicts():
        verdicts.setdefault(verdict.annotation, {})[verdict.analyst] = verdict
    proposed_as: dict[str, dict[str, str]] = {}
    explained: dict[str, str] = {}
    visible: dict[str, float] = {}
    rooms: dict[str, Capacity] = {}
    for comparison in comparisons:
        kept = comparison.id not in again
        proposed: Sequence[Candidate | Proposal] = project.proposals(comparison.id) if kept else again[comparison.id][1]
        proposed_as[comparison.id] = {one.annotation: one.change for one in proposed}
        rooms |= {one.annotation: room for one in proposed if (room := room_of(one.terms)) is not None}
        explained |= {one.annotation: words for one in proposed if (words := explanation(one.terms)) is not None}
        visible |= {one.annotation: seen for one in proposed if (seen := visibility_in(one.terms)) is not None}
    return Standing(
        scenes={scene.id: scene for scene in project.scenes()},
        comparisons={one.id: one for one in comparisons},
        annotations={one.id: one for one in project.annotations()},
        verdicts=verdicts,
        proposals={name: frozenset(changes) for name, changes in proposed_as.items()},
        proposed_as=proposed_as,
        explained=explained,
        visible=visible,
        implants=project.implants(),
        kinds=kinds_in(comparisons),
        rooms=rooms,
        looked={pair: one.share() for pair, one in looked_at(project).items()},
        samples={
            (one.before, one.after): one.outcome
            for one in sorted(project.probe_rounds(), key=lambda each: each.ended or "")
            if one.role == "tile" and one.outcome is not None
        },
    )
