"""What every export says of an annotation: the properties of the design, from records alone."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..dissent import dissents
from ..errors import ExportError
from ..explained import explanation
from ..project import Project
from ..records import VERDICTS, Annotation, Citation, Dissent, SceneRecord, Verdict, resolve

STANDINGS = (*VERDICTS, "disputed", "unreviewed")
_NAMED = 5
NOTICE = "SYNTHETIC: the scenes, places, reports and labels here are invented; nothing was observed."


@dataclass(frozen=True, slots=True)
class Labelled:
    """
    One annotation with what stands beside it.

    Parameters
    ----------
    annotation
        The record.
    standing
        What its verdicts come to: one of `STANDINGS`.
    verdicts, citations
        Of all analysts.
    before, after
        Scenes; `after` is None for what is there on a single one.
    synthetic
        True where the project or one of the scenes is invented.
    explained
        The sentence that says what may explain a proposal; empty where nothing does.
    dissent
        What analysts found otherwise than what stands, in order of time.
    """

    annotation: Annotation
    standing: str
    verdicts: tuple[Verdict, ...]
    citations: tuple[Citation, ...]
    before: SceneRecord
    after: SceneRecord | None
    synthetic: bool
    explained: str = ""
    dissent: tuple[Dissent, ...] = ()

    @property
    def scenes(self) -> tuple[SceneRecord, ...]:
        """The scenes it was seen on, the earlier one first."""
        return (self.before,) if self.after is None else (self.before, self.after)

    def relations(self) -> list[tuple[str, str]]:
        """Return each (claim, relation) once, however many analysts gave it."""
        return sorted({(citation.claim, citation.relation) for citation in self.citations})

    def properties(self) -> dict[str, object]:
        """Return the properties in the order of the design; lengths in metres, area in square metres, degrees."""
        annotation, shape, count = self.annotation, self.annotation.shape, self.annotation.count
        return {
            "id": annotation.id,
            "kind": annotation.kind,
            "change": annotation.change,
            "state": annotation.state,
            "origin": annotation.origin,
            "verdict": self.standing,
            "score": annotation.score,
            "count_low": count and count.low,
            "count_best": count and count.best,
            "count_high": count and count.high,
            "tiers_low": count and count.tiers_low,
            "tiers_high": count and count.tiers_high,
            "length_m": shape.length_m,
            "width_m": shape.width_m,
            "area_m2": shape.area_m2,
            "heading_deg": shape.heading_deg,
            "before": _when(self.before),
            "after": self.after and _when(self.after),
            "claims": [{"claim": claim, "relation": relation} for claim, relation in self.relations()],
            "note": annotation.note or self.explained,
        }


def labelled(
    project: Project, verdicts: Collection[str] | None = None, places: Collection[str] | None = None
) -> tuple[Labelled, ...]:
    """
    Return a project's annotations, without the withdrawn ones.

    Parameters
    ----------
    project
        Open.
    verdicts
        Which of `STANDINGS` to return; None for all.
    places
        Ids of the annotations to return; None for all.

    Raises
    ------
    ExportError
        One of `verdicts` is not a standing.
    """
    for verdict in verdicts or ():
        if verdict not in STANDINGS:
            raise ExportError(f"{verdict!r} is not a verdict; allowed: {', '.join(STANDINGS)}.")
    given: defaultdict[str, list[Verdict]] = defaultdict(list)
    for decision in project.verdicts():
        given[decision.annotation].append(decision)
    cited: defaultdict[str, list[Citation]] = defaultdict(list)
    for citation in project.citations():
        cited[citation.annotation].append(citation)
    scenes = {scene.id: scene for scene in project.scenes()}
    explained = _explained(project)
    dissent: defaultdict[str, list[Dissent]] = defaultdict(list)
    for one in dissents(project):
        dissent[one.annotation].append(one)
    found = []
    for annotation in project.annotations():
        if places is not None and annotation.id not in places:
            continue
        standing = resolve(given[annotation.id])
        if verdicts is None or standing in verdicts:
            before, after = scenes[annotation.before], scenes[annotation.after] if annotation.after else None
            synthetic = project.synthetic or before.synthetic or (after is not None and after.synthetic)
            own = (tuple(given[annotation.id]), tuple(cited[annotation.id]))
            words = explained.get(annotation.id, "")
            said = tuple(dissent[annotation.id])
            found.append(Labelled(annotation, standing, *own, before, after, synthetic, words, said))
    return tuple(found)


def _explained(project: Project) -> dict[str, str]:
    """Return by annotation what the newest comparison of its scenes says may explain it."""
    newest = [one for run in project.latest_comparisons() for one in project.candidates(run.id)]
    return {one.annotation: words for one in newest if (words := explanation(one.terms)) is not None}


def _when(scene: SceneRecord) -> str:
    return scene.time or scene.name


def refuse_unplaced(labels: Sequence[Labelled]) -> None:
    """Raise ExportError naming the labels that have no place on the ground; dropping them silently would mislead."""
    unplaced = [label.annotation.id for label in labels if label.annotation.shape.ground is None]
    if not unplaced:
        return
    named = ", ".join(unplaced[:_NAMED]) + (", …" if len(unplaced) > _NAMED else "")
    subject = "1 label has" if len(unplaced) == 1 else f"{len(unplaced)} labels have"
    raise ExportError(f"{subject} no georeference ({named}): export CSV instead, or place the image with --gcp.")
