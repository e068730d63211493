"""Which candidates are places that are kept already: one to one, same kind, enough overlap."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import Polygon, STRtree

from ..labels.records import Annotation, Shape

LEAST_IOU = 0.5


class Placed(Protocol):
    """Anything with a kind, a change and a shape: a candidate or an annotation."""

    @property
    def kind(self) -> str:
        """Of kinds.toml."""

    @property
    def change(self) -> str:
        """One of `CHANGES`."""

    @property
    def shape(self) -> Shape:
        """Where it is."""


def match(candidates: Sequence[Placed], annotations: Sequence[Annotation]) -> tuple[str | None, ...]:
    """
    Return, for each candidate, the id of the annotation it is, or None for a new place.

    Two are the same place where they have the same kind and their outlines overlap by an intersection over union of at
    least `LEAST_IOU`: on pixels where both lie on one scene's grid, else on the ground. What appeared at a place and
    what vanished from it are two events, never one. Among all ways to pair them one to one, that with the greatest sum
    of overlaps is taken (Kuhn 1955, as solved by Crouse 2016); the order of the input does not matter. Withdrawn
    annotations are left out.
    """
    standing = sorted((one for one in annotations if not one.withdrawn), key=lambda one: one.id)
    order = sorted(range(len(candidates)), key=lambda index: _place(candidates[index]))
    overlaps = _overlaps([candidates[index] for index in order], standing)
    found: list[str | None] = [None] * len(candidates)
    for row, column in _assign(overlaps):
        found[order[row]] = standing[column].id
    return tuple(found)


def iou(first: Polygon, second: Polygon) -> float:
    """Return intersection over union of two outlines in the same coordinates, 0 to 1."""
    shared = float(first.intersection(second).area)
    union = float(first.area) + float(second.area) - shared
    return shared / union if union > 0 else 0.0


def _place(one: Placed) -> tuple[str, str, str, bytes]:
    return one.kind, one.change, one.shape.scene, one.shape.pixels.wkb


def _overlaps(candidates: Sequence[Placed], annotations: Sequence[Annotation]) -> dict[tuple[int, int], float]:
    """Return the overlap of every (candidate index, annotation index) that may be one place."""
    found: dict[tuple[int, int], float] = {}
    for outlines in (_on_grids, _on_ground):
        theirs: dict[tuple[str, str], list[tuple[int, Polygon]]] = {}
        for index, one in enumerate(annotations):
            for scene, outline in outlines(one.shape):
                theirs.setdefault((one.kind, scene), []).append((index, outline))
        trees = {key: STRtree([outline for _, outline in members]) for key, members in theirs.items()}
        for row, candidate in enumerate(candidates):
            for scene, outline in outlines(candidate.shape):
                key = candidate.kind, scene
                for hit in trees[key].query(outline, predicate="intersects") if key in trees else ():
                    column, other = theirs[key][hit]
                    overlap = iou(outline, other)
                    if overlap >= LEAST_IOU and not _two_events(candidate, annotations[column]):
                        found.setdefault((row, column), overlap)
    return found


def _on_grids(shape: Shape) -> tuple[tuple[str, Polygon], ...]:
    return ((shape.scene, shape.pixels),)


def _on_ground(shape: Shape) -> tuple[tuple[str, Polygon], ...]:
    return () if shape.ground is None else (("", shape.ground),)


def _two_events(first: Placed, second: Placed) -> bool:
    return {first.change, second.change} == {"appeared", "vanished"}


def _assign(overlaps: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    """Return the one-to-one pairs of greatest total overlap, each cluster of outlines solved by itself."""
    if not overlaps:
        return []
    rows = sorted({row for row, _ in overlaps})
    columns = sorted({column for _, column in overlaps})
    row_at = {row: index for index, row in enumerate(rows)}
    column_at = {column: index + len(rows) for index, column in enumerate(columns)}
    edges = np.array([(row_at[row], column_at[column]) for row, column in overlaps])
    size = len(rows) + len(columns)
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(size, size))
    _, cluster_of = connected_components(graph, directed=False)
    clusters: dict[int, list[tuple[int, int]]] = {}
    for pair in sorted(overlaps):
        clusters.setdefault(int(cluster_of[row_at[pair[0]]]), []).append(pair)
    return [pair for cluster in clusters.values() for pair in _solve(cluster, overlaps)]


def _solve(cluster: list[tuple[int, int]], overlaps: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    rows = sorted({row for row, _ in cluster})
    columns = sorted({column for _, column in cluster})
    gain = np.zeros((len(rows), len(columns)))
    for row, column in cluster:
        gain[rows.index(row), columns.index(column)] = overlaps[row, column]
    chosen = linear_sum_assignment(gain, maximize=True)
    pairs = [(rows[row], columns[column]) for row, column in zip(*chosen, strict=True)]
    return [pair for pair in pairs if pair in overlaps]
