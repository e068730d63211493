"""Two projects become one: both journals kept, the places of both matched one to one, and one entry that joins them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ..labels.integrity import canonical_json
from ..labels.journal import Entry, verify_chain
from ..labels.project import Project
from ..labels.project.merging import Union
from ..labels.project.sides import Contest
from ..labels.records import Annotation
from .errors import AnnotateError
from .matching import iou, match
from .same_places import MATCHED
from .settle import NO_STEPS, Difference, settle, steps_by_place
from .verifying.records import check_records


@dataclass(frozen=True, slots=True)
class Twin:
    """A place that both analysts have under ids of their own: `place` stands, `twin` is kept and shown nowhere."""

    place: str
    twin: str
    iou: float


@dataclass(frozen=True, slots=True)
class Merged:
    """
    What a merge gave.

    Parameters
    ----------
    path
        Of the new project.
    head
        Its last journal entry.
    joined
        False where one project held all of the other's journal, so that the new one is a copy of it.
    shared
        How many places both held under one id.
    twins
        Places matched.
    differences
        Fields of one place on which steps of both differ.
    contests
        Other records that differ: of each the later one stands.
    unchained
        Sentences on rows that another program altered in one of the projects: they are not as the journal says.
    """

    path: Path
    head: Entry
    joined: bool
    shared: int = 0
    twins: tuple[Twin, ...] = ()
    differences: tuple[Difference, ...] = ()
    contests: tuple[Contest, ...] = ()
    unchained: tuple[str, ...] = ()


def merge(first: str | Path, second: str | Path, out: str | Path) -> Merged:
    """
    Make a project of two, the same whichever is named first.

    Records of equal ids that are equal are one; of those that differ the one stands that was written by the later step
    which the other journal does not know, of an annotation field by field; both are in the journals and the difference
    is in the entry that joins them. Annotations that only one of the two holds are matched one to one (same dates,
    same kind, intersection over union of at least .5): the verdicts of both then stand on one place.

    Where one journal holds all of the other, nothing was done apart: the new project is a copy of the longer one.

    Raises
    ------
    AnnotateError
        If a journal is empty or broken, or one project is invented and the other is not.
    ProjectError
        If a project cannot be read, or the new one exists or cannot be written; nothing is left behind.
    """
    with ExitStack() as stack:
        sides = [stack.enter_context(Project.open(path, read_only=True)) for path in (first, second)]
        sides.sort(key=lambda one: (one.head, canonical_json(one.seals())))  # never by who was named first
        journals = [_checked(one) for one in sides]
        if sides[0].synthetic != sides[1].synthetic:
            invented = next(one for one in sides if one.synthetic)
            raise AnnotateError(f"{invented.path.name} is invented and the other is not: they are never merged.")
        project = stack.enter_context(_new(Path(out), sides[0].synthetic))
        with project.transaction():
            for whole, entries, part in zip(sides, journals, sides[::-1], strict=True):
                if part.head in {entry.hash for entry in entries}:
                    project.copy_of(whole)
                    return Merged(project.path, entries[-1], False)
            union = project.union_of(*sides)
            contests = tuple(one for one in union.contests if one.table not in ("annotation", "annotation_pixel"))
            differences = _settle_known(project, sides, union)
            twins, more = _match(project, sides, union)
            differences += more
            head = project.join(union, _payload(union, twins, differences, contests))
            foreign = check_records(project, project.journal()).differences
            held = [{one.id for one in side.annotations()} for side in sides]
        shared = len(held[0] & held[1])
        return Merged(project.path, head, True, shared, tuple(twins), tuple(differences), contests, foreign)


def _checked(project: Project) -> tuple[Entry, ...]:
    entries = project.journal()
    if not entries:
        raise AnnotateError(f"{project.path.name} has no journal entry: there is nothing to merge.")
    broken = verify_chain(entries)
    if broken is not None:
        raise AnnotateError(f"{project.path.name} cannot be merged, its journal is broken: {broken}")
    return entries


@contextmanager
def _new(out: Path, synthetic: bool) -> Iterator[Project]:
    """Make a project that stays only if the work inside succeeds."""
    with Project.create(out, synthetic=synthetic) as project:
        try:
            yield project
        except BaseException:
            project.close()
            out.unlink(missing_ok=True)
            raise


def _settle_known(project: Project, sides: Sequence[Project], union: Union) -> list[Difference]:
    """Settle the annotations that both files hold, field by field."""
    ours, theirs = ({one.id: one for one in side.annotations(include_withdrawn=True)} for side in sides)
    steps, other_steps = _steps(union)
    found: list[Difference] = []
    for name, one in ours.items():
        if name in theirs and theirs[name] != one:
            standing = project.annotation(name)
            args = one, theirs[name], steps.get(name, NO_STEPS), other_steps.get(name, NO_STEPS)
            settled, differences = settle(standing, *args)
            found += differences
            if settled != standing:
                project.put_annotation(settled)
    return found


def _match(project: Project, sides: Sequence[Project], union: Union) -> tuple[list[Twin], list[Difference]]:
    """Match the annotations that only one file holds, and let all that was said of both be said of one."""
    known = [{one.id for one in side.annotations(include_withdrawn=True)} for side in sides]
    places = project.annotations()
    apart = [[one for one in places if one.id in mine - other] for mine, other in (known, known[::-1])]
    steps, other_steps = _steps(union)
    first_said = {key: at for at, entry in reversed(list(enumerate(union.entries))) for key in _sealed(entry)}
    twins, found = [], list[Difference]()
    for one, other in _pairs(*apart):
        order = sorted((one, other), key=lambda each: _standing_first(each, first_said))
        place, twin = order
        args = (steps.get(one.id, NO_STEPS), other_steps.get(other.id, NO_STEPS))
        settled, differences = settle(place, one, other, *args)
        project.put_annotation(settled)
        project.put_annotation(replace(twin, withdrawn=True))
        project.repoint(twin.id, place.id)
        found += differences
        twins.append(Twin(place.id, twin.id, round(_overlap(one, other), 6)))
    return twins, found


def _pairs(ours: Sequence[Annotation], theirs: Sequence[Annotation]) -> Iterator[tuple[Annotation, Annotation]]:
    for dates in dict.fromkeys((one.before, one.after) for one in ours):
        mine = [one for one in ours if (one.before, one.after) == dates]
        others = {one.id: one for one in theirs if (one.before, one.after) == dates}
        for one, found in zip(mine, match(mine, list(others.values())), strict=True):
            if found is not None:
                yield one, others[found]


def _standing_first(one: Annotation, first_said: Mapping[str, int]) -> tuple[bool, int, str]:
    """Return what puts the one that stands before its twin: a proposal before a drawing, the earlier, its id."""
    return one.origin != "machine", first_said.get(one.id, len(first_said)), one.id


def _sealed(entry: Entry) -> list[str]:
    tables = entry.payload.get("sealed")
    found = [tables.get(name, {}) for name in ("annotation", "annotation_pixel")] if isinstance(tables, Mapping) else []
    return [key for rows in found for key in rows]


def _overlap(one: Annotation, other: Annotation) -> float:
    if one.shape.scene == other.shape.scene:
        return iou(one.shape.pixels, other.shape.pixels)
    grounds = one.shape.ground, other.shape.ground
    return iou(*grounds) if grounds[0] is not None and grounds[1] is not None else 0.0


def _steps(union: Union) -> list[dict[str, dict[str, Entry]]]:
    return [steps_by_place(side.entries, side.shared) for side in (union.first, union.second)]


def _payload(
    union: Union, twins: Sequence[Twin], differences: Sequence[Difference], contests: Sequence[Contest]
) -> dict[str, object]:
    return {
        "heads": sorted(entry.mark for entry in union.heads),
        MATCHED: [asdict(one) for one in twins],
        "differences": [asdict(one) for one in differences],
        "contests": [
            {
                "table": one.table,
                "key": one.key,
                "kept": None if one.kept is None else one.kept.mark,
                "other": None if one.other is None else one.other.mark,
            }
            for one in contests
        ],
    }
