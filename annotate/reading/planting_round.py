"""A round of planted things, from the pixels of a pair to the places that are put before the analyst."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shapely.affinity import translate

from ...imagery.scene import ChangeMap, Registration, Scene
from ...labels.project import Project
from ...labels.records import Annotation, Comparison, ProbeRound
from ..outline import measure
from ..standing import Standing
from .planting import Bed, Planting, blended, plant, proposals
from .probes import things_of
from .probing import round_of


@dataclass(frozen=True)
class Begun:
    """
    A round that can begin.

    Parameters
    ----------
    round
        Its record.
    shown
        By the number of the thing, the place that is proposed; the other things are there to be found.
    """

    round: ProbeRound
    shown: Mapping[int, Annotation]


def running_on(project: Project, comparison: Comparison, analyst: str) -> ProbeRound | None:
    """Return the round of planted things that runs for an analyst on a pair, or None."""
    pair = comparison.before, comparison.after
    fitting = (one for one in project.probe_rounds(analyst) if one.role == "implant" and one.ended is None)
    return next((one for one in fitting if (one.before, one.after) == pair), None)


def planting_of(one: ProbeRound) -> Planting:
    """Return what a round planted."""
    return Planting(one.asked, one.seed, things_of(one))


def bed_of(
    standing: Standing,
    comparison: Comparison,
    before: Scene,
    after: Scene,
    registration: Registration,
    change: ChangeMap,
) -> Bed:
    """Return the pair of a comparison with the kinds it searched for and the ground that is taken."""
    kinds = {one.kind: standing.kinds[one.kind] for one in comparison.kinds if one.kind in standing.kinds}
    row, column = before.offset
    return Bed(
        before,
        after,
        registration,
        change,
        kinds,
        {name: standing.testability(kind, comparison.before, comparison.after) for name, kind in kinds.items()},
        [translate(one.shape.pixels, -column, -row) for one in standing.kept() if one.shape.scene == comparison.before],
    )


def begun(
    bed: Bed,
    comparison: Comparison,
    analyst: str,
    asked: int,
    seed: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> Begun:
    """
    Return a round of things planted in a pair, and what of them a comparison would propose.

    Parameters
    ----------
    bed
        The pair.
    comparison
        That was made of it.
    analyst
        Who is to be measured.
    asked
        How many of each kind.
    seed
        Of things and places.
    cancelled
        Asked between stages.

    Raises
    ------
    ReviewError
        If nothing can be planted.
    CancelledError
        If `cancelled` says so.
    """
    planting = plant(bed, asked, seed)
    pair = blended(bed, planting)
    row, column = bed.before.offset
    one = round_of(analyst, "implant", (comparison.before, comparison.after), asked, seed, planting.things)
    shown = {}
    for thing, found in proposals(bed, pair, planting, cancelled):
        shape = measure(translate(found.polygon, column, row), comparison.before, bed.before.file_grid)
        shown[thing] = Annotation(
            id="",
            kind=found.kind,
            change=found.change,
            state=found.state,
            shape=shape,
            origin="machine",
            site=comparison.site,
            before=comparison.before,
            after=comparison.after,
            score=found.score,
            count=found.count,
        )
    return Begun(one, shown)
