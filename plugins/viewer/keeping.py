"""What is drawn becomes steps of the review, each said in a sentence."""

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPoint, Polygon

from ...annotate.draw.footprint import Footprint
from ...annotate.draw.parting import join, part
from ...annotate.draw.snapping import Snapped, snap
from ...annotate.errors import ReviewError
from ...annotate.review import Review
from ...labels.records import Annotation, Count
from .stage import Stage

AROUND_M = 3.0  # around counted objects: half a box and what the hand misses


def outlined(review: Review, stage: Stage, kind: str, change: str, polygon: Polygon, redrawn: Annotation | None) -> str:
    """Keep an outline, (column, row), as a new place, or as that of a place which is drawn anew."""
    if redrawn is None:
        one = drawn(review, stage, kind, change, polygon)
    else:
        review.reshape(own(redrawn, stage).id, polygon)
        one = review.place(redrawn.id)
    return f"Kept: {one.kind}, {one.shape.length_m:.1f} × {one.shape.width_m:.1f} m, {one.shape.area_m2:,.0f} m²."


def counted(review: Review, stage: Stage, kind: str, change: str, places: NDArray[np.float64]) -> str:
    """Count (column, row) into the selected place where all are on it; else keep a new place around them."""
    count, current = Count(len(places), len(places), len(places)), review.current
    points = MultiPoint(places)
    around_px = AROUND_M / max(stage.frame.grid.gsd_m)
    if current is not None and stage.shown.holds(current) and current.shape.scene == stage.shown.before_id:
        if current.shape.pixels.buffer(around_px).covers(points):
            review.set_count(count)
            return f"Kept: the selected place holds {len(places)}, counted by eye."
    rows, columns = stage.frame.grid.shape
    hull = points.convex_hull.buffer(around_px, join_style="mitre")
    hull = hull.intersection(Polygon([(0, 0), (columns, 0), (columns, rows), (0, rows)]))
    one = drawn(review, stage, kind, change, hull, count)
    return f"Kept: {one.kind} with {len(places)}, counted by eye."


def stacked(review: Review, one: Annotation, footprint: Footprint) -> str:
    """Keep how many boxes a place holds, counted slot by slot."""
    review.select(one.id)
    review.set_count(footprint.count, footprint.to_json())
    return f"Kept, counted by you: {footprint.words}."


def parted(review: Review, one: Annotation, line: NDArray[np.float64]) -> str:
    """Part a place along a line, (column, row)."""
    counted_before = one.count
    pieces = part(review, one.id, line)
    rest = "the other is" if len(pieces) == 2 else f"the other {len(pieces) - 1} are"
    lost = " What each holds is to be counted anew." if counted_before is not None and pieces[0].count is None else ""
    return f"Parted: the largest piece keeps what was decided, {rest} drawn by you.{lost}"


def merged(review: Review, stage: Stage, annotation_ids: tuple[str, ...]) -> str:
    """Make one place of several."""
    for one in annotation_ids:
        own(review.place(one), stage)
    whole, apart = join(review, annotation_ids)
    around = " They lie apart, so its outline goes around all of them and the ground between." if apart else ""
    held = "" if whole.count is None or whole.count.best is None else f" It holds {whole.count.best}."
    return f"One place of {len(annotation_ids)}; the others are rejected as its duplicates.{held}{around}"


def snapped(stage: Stage, outline: Polygon, change: str) -> Snapped:
    """Snap an outline, (column, row), to the dates on a stage that show such a change."""
    shown = stage.shown
    return snap(outline, change, shown.before_at(outline), None if change == "present" else shown.after)


def reshaped(review: Review, stage: Stage) -> tuple[str, bool]:
    """Snap the selected place; return what was done, and whether nothing was found."""
    one = own(review.current, stage)
    result = snapped(stage, one.shape.pixels, one.change)
    if result.found:
        review.reshape(one.id, result.outline)
    return result.sentence, not result.found


def drawn(
    review: Review, stage: Stage, kind: str, change: str, polygon: Polygon, count: Count | None = None
) -> Annotation:
    """Keep a new place of the scenes on a stage."""
    after = None if change == "present" else stage.shown.after_id
    return review.draw(kind, polygon, stage.shown.before_id, change, count, after=after)


def rings_of(one: Annotation, stage: Stage) -> list[NDArray[np.float64]]:
    """Return the outline of a place and its holes, (n, 2) each in (y, x) metres on a stage."""
    rings = (one.shape.pixels.exterior, *one.shape.pixels.interiors)
    return [stage.frame.world(np.asarray(ring.coords)[:-1]) for ring in rings]


def own(one: Annotation | None, stage: Stage) -> Annotation:
    """Return a place that is outlined on the scene of a stage, else raise a ReviewError."""
    if one is None:
        raise ReviewError("Nothing is selected; select a place first.")
    if one.shape.scene != stage.shown.before_id:
        raise ReviewError("This place was outlined on another scene; open its own pair to draw it anew.")
    return one
