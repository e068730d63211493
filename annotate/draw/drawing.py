"""A place that an analyst draws: which pair it belongs to, which site, and how many it holds."""

from uuid import uuid4

from shapely import Polygon

from ...labels.project import Project
from ...labels.records import CHANGES, Annotation, Count, Shape
from ..errors import ReviewError
from ..kinds import Kind
from ..outline import grid_of, measure
from ..standing import Standing
from .flaw import sound


def drawn(
    project: Project,
    standing: Standing,
    kind: Kind,
    polygon: Polygon,
    scene_id: str,
    change: str,
    count: Count | None = None,
    after: str | None = None,
    near: Annotation | None = None,
) -> Annotation:
    """
    Return the annotation of a drawing; nothing is stored.

    Parameters
    ----------
    project, standing
        Where it will be kept.
    kind
        What it is.
    polygon
        In (column, row) of the scene, pixel corners at integers.
    scene_id
        The scene it was drawn on.
    change
        One of `CHANGES`; "present" for what is there on this one scene.
    count
        How many it holds; None for one where the kind's outlines are single objects that these scenes can show.
    after
        The after scene, where the scene was compared with several.
    near
        The annotation the analyst was looking at: its pair is taken where the scene belongs to several.

    Raises
    ------
    ReviewError
        If the scene or change is not known, the outline has a flaw, or the pair cannot be told.
    """
    if change not in CHANGES:
        raise ReviewError(f"{change!r} is no change; choose one of {', '.join(CHANGES)}.")
    if scene_id not in standing.scenes:
        raise ReviewError(f"Scene {scene_id[:8]} is not in the project; compare or add it first.")
    before, later = (scene_id, None) if change == "present" else _pair(standing, scene_id, after, near)
    grid = grid_of(standing.scenes[scene_id])
    shape = measure(sound(polygon, grid), scene_id, grid)
    return Annotation(
        id=uuid4().hex,
        kind=kind.name,
        change=change,
        state="unknown",
        shape=shape,
        origin="analyst",
        site=_site(project, standing, shape, before, later),
        before=before,
        after=later,
        score=None,
        count=held_by_default(kind, standing, before, later) if count is None else count,
    )


def checked(count: Count | None) -> Count | None:
    """Return a count given by hand if its bounds are in order, else raise a ReviewError."""
    if count is not None:
        bounds = [value for value in (0, count.low, count.best, count.high) if value is not None]
        if bounds != sorted(bounds):
            raise ReviewError(
                f"A count of {count.low} to {count.high} (best {count.best}) is out of order; correct it."
            )
    return count


def held_by_default(kind: Kind, standing: Standing, before: str, after: str | None) -> Count | None:
    """Return one for a single object that these scenes can show, else None: not counted."""
    countable = kind.countable and kind.single and standing.testability(kind, before, after).count
    return Count(1, 1, 1) if countable else None


def _pair(standing: Standing, scene_id: str, after: str | None, near: Annotation | None) -> tuple[str, str]:
    pairs = {
        (one.before, one.after)
        for one in standing.comparisons.values()
        if one.after is not None and scene_id in (one.before, one.after)
    }
    if after is not None:
        pairs = {pair for pair in pairs if pair[1] == after}
    if len(pairs) > 1 and near is not None and near.after is not None:
        pairs = pairs & {(near.before, near.after)} or pairs
    if not pairs:
        raise ReviewError(f"Scene {scene_id[:8]} was not compared with another; draw what is there as present.")
    if len(pairs) > 1:
        raise ReviewError(f"Scene {scene_id[:8]} belongs to {len(pairs)} pairs; say which by the after scene.")
    return pairs.pop()


def _site(project: Project, standing: Standing, shape: Shape, before: str, after: str | None) -> str | None:
    for comparison in standing.comparisons.values():
        if comparison.site and (before, after) == (comparison.before, comparison.after):
            return comparison.site
    if shape.ground is not None:
        inside = [
            site.id for site in project.sites() if site.area is not None and site.area.contains(shape.ground.centroid)
        ]
        if inside:
            return inside[0]
    sites = {one.site for one in standing.comparisons.values() if one.site and before in (one.before, one.after)}
    return sites.pop() if len(sites) == 1 else None
