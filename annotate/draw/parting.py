"""One place made several, and several made one: each a single step to undo."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.ops import split

from ...labels.records import Annotation, Count
from ..errors import ReviewError
from ..review import Review


def part(review: Review, annotation_id: str, line: NDArray[np.float64]) -> tuple[Annotation, ...]:
    """
    Part a place along a line: the largest piece stays it, the others are drawn; holes stay holes.

    What a place of several objects holds is not known of its pieces, so they are not counted.

    Parameters
    ----------
    review
        Takes the steps, which are undone as one.
    annotation_id
        The place.
    line
        (n, 2), (column, row) of the scene that the place is outlined on.

    Returns
    -------
    tuple
        The pieces, the largest first.

    Raises
    ------
    ReviewError
        If the line does not part the place.
    """
    one = review.place(annotation_id)
    pieces = pieces_of(one.shape.pixels, line)
    if len(pieces) < 2:
        raise ReviewError("This line parts nothing; draw it from outside the place across to outside.")
    with review.together(f"the parting of {one.id[:8]}"):
        review.select(one.id)
        review.reshape(one.id, pieces[0])
        if one.count is not None and not _single(review, one.kind):
            review.set_count(None)
        drawn = [review.draw(one.kind, piece, one.shape.scene, one.change, after=one.after) for piece in pieces[1:]]
    return (review.place(one.id), *drawn)


def pieces_of(outline: Polygon, line: NDArray[np.float64]) -> list[Polygon]:
    """Return the pieces that a line, (n, 2), makes of an outline, the largest first."""
    found = split(outline, LineString(line)).geoms
    return sorted((piece for piece in found if isinstance(piece, Polygon)), key=lambda piece: -piece.area)


def join(review: Review, annotation_ids: Sequence[str]) -> tuple[Annotation, bool]:
    """
    Make one place of several: the first gets the outline of all, the others are rejected as its duplicates.

    It holds what all hold together, where each has a count and its kind holds several.

    Parameters
    ----------
    review
        Takes the steps, which are undone as one.
    annotation_ids
        Two or more, outlined on one scene.

    Returns
    -------
    tuple
        The place, and whether its parts lie apart: its outline then goes around all of them.
    """
    ones = [review.place(one) for one in dict.fromkeys(annotation_ids)]
    if len(ones) < 2:
        raise ReviewError("Mark two places or more in the list, with Ctrl and a click, to make them one.")
    if len({one.shape.scene for one in ones}) > 1:
        raise ReviewError("These places were outlined on several scenes; join those of one scene.")
    first, whole = ones[0], shapely.union_all([one.shape.pixels for one in ones])
    apart = not isinstance(whole, Polygon)
    with review.together(f"the joining of {len(ones)} places into {first.id[:8]}"):
        for other in ones[1:]:
            review.select(other.id)
            review.reject("duplicate", f"part of {first.id[:8]}")
        review.select(first.id)
        review.reshape(first.id, whole.convex_hull if apart else whole)
        together = joined_count([one.count for one in ones])
        if not _single(review, first.kind) and together is not None:
            review.set_count(together)
    return review.place(first.id), apart


def joined_count(counts: Sequence[Count | None]) -> Count | None:
    """Return how many several outlines hold together; None where one of them is not counted."""
    known = [one for one in counts if one is not None]
    if len(known) < len(counts):
        return None
    best = [one.best for one in known if one.best is not None]
    high = [one.high for one in known if one.high is not None]
    fewest = [one.tiers_low for one in known if one.tiers_low is not None]
    most = [one.tiers_high for one in known if one.tiers_high is not None]
    return Count(
        sum(one.low for one in known),
        sum(best) if len(best) == len(known) else None,
        sum(high) if len(high) == len(known) else None,
        min(fewest, default=None),
        max(most, default=None),
    )


def _single(review: Review, kind: str) -> bool:
    known = review.kinds.get(kind)
    return known is not None and known.single
