"""What two readings of one project come to: agreement, dispute, dissent, and what both missed."""

from dataclasses import dataclass

from ..labels.dissent import dissents
from ..labels.project import Project
from ..labels.records import Annotation, Dissent, Verdict
from .agreement import Agreement, agreements
from .missed import Missed, missed_by_both
from .standing import what_stands


@dataclass(frozen=True, slots=True)
class SecondReading:
    """
    Two readings side by side.

    Parameters
    ----------
    disputed
        Places on which verdicts differ and nobody settled it, with the verdicts in order of time.
    dissent
        Every finding that is not what stands.
    agreement
        Of every two analysts, over all kinds and then kind by kind.
    missed
        What every two of them missed at least.
    """

    disputed: tuple[tuple[Annotation, tuple[Verdict, ...]], ...]
    dissent: tuple[Dissent, ...]
    agreement: tuple[Agreement, ...]
    missed: tuple[Missed, ...]


def second_reading(project: Project) -> SecondReading:
    """Work out what the readings of a project come to."""
    standing, entries = what_stands(project), project.journal()
    disputed = [
        (one, tuple(sorted(standing.verdicts[one.id].values(), key=lambda verdict: (verdict.time, verdict.analyst))))
        for one in standing.kept()
        if standing.verdict_of(one.id) == "disputed"
    ]
    kinds = {one.id: one.kind for one in standing.annotations.values()}
    agreement = (*agreements(standing.verdicts, entries), *agreements(standing.verdicts, entries, kinds))
    return SecondReading(tuple(disputed), dissents(project), agreement, missed_by_both(project, standing))
