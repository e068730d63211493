"""Vessels on a labelled scene: the score to keep is chosen on one half and judged on the other, both ways."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...imagery.metadata import ReadOptions
from ...imagery.read import read_scene
from ...imagery.scene import Mask, Scene
from ..detect.detection import Detection
from ..detect.vessel.vessel import vessels
from ..kinds import load_kinds
from ..testable import testable

CLASSES_M = ((40.0, 100.0), (100.0, 200.0), (200.0, 500.0))
DRAWS = 1000  # of the bootstrap over objects
LEVEL = 0.9

Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class VesselRow:
    """
    How vessels of one group were found.

    Parameters
    ----------
    group
        A half of the scene, both, at anchor, or a range of labelled lengths.
    labelled, found, right
        Vessels labelled; proposed (None where a group is one of labels alone); and both, one to one.
    f1, f1_low, f1_high
        Of the proposals against the labels, with its 90 % interval by resampling; None without proposals of its own.
    """

    group: str
    labelled: int
    found: int | None
    right: int
    f1: float | None = None
    f1_low: float | None = None
    f1_high: float | None = None

    @property
    def recall(self) -> float:
        """Share of the labelled that were found."""
        return self.right / self.labelled if self.labelled else 0.0


def bench_vessels(folder: Path) -> tuple[VesselRow, ...]:
    """
    Find the vessels of scene.tif and set them beside those of vessels.coco.json, both in a folder.

    A proposal is right where its middle lies in a label that no stronger proposal took. The scene is cut in a west and
    an east half with equally many labels; the least score kept is the one of greatest F1 on the other half. Proposals
    shorter than the least label are left out.

    Raises
    ------
    ImageryError
        If the scene cannot be read.
    """
    scene = read_scene(folder / "scene.tif", ReadOptions())
    labels = _labels(folder / "vessels.coco.json")
    kind = load_kinds()["vessel"]
    seen = testable(kind, scene.grid.gsd_m, scene.acquisition.sensor)
    long = [one for one in vessels(scene, kind, seen) if float(one.terms["length_m"]) >= CLASSES_M[0][0]]
    found = sorted(long, key=lambda one: (-one.score, one.polygon.bounds))
    taken = _taken(found, labels)
    return tuple(_rows(scene, found, taken, labels))


def _rows(scene: Scene, found: Sequence[Detection], taken: Labels, labels: Labels) -> Iterator[VesselRow]:
    names = np.unique(labels[labels > 0])
    middles = np.array([np.nonzero(labels == name)[1].mean() for name in names])
    cut = float(np.median(middles))
    score = np.array([one.score for one in found])
    west = np.array([one.polygon.centroid.x < cut for one in found], dtype=bool)
    kept = np.zeros(len(found), dtype=bool)
    for name, here, there, own in (("west", west, ~west, middles < cut), ("east", ~west, west, middles >= cut)):
        least = _best_score(score[there], taken[there], int((~own).sum()))
        chosen = here & (score >= least)
        kept |= chosen
        yield _row(name, int(own.sum()), taken[chosen])
    yield _row("both halves", len(names), taken[kept])
    afloat = np.array([not one.terms["at_berth"] for one in found], dtype=bool)
    yield VesselRow("at anchor, of the proposed", 0, int((kept & afloat).sum()), int((taken[kept & afloat] > 0).sum()))
    lengths = np.array([_length_m(labels == name, scene) for name in names])
    hit = np.isin(names, taken[kept])
    for low, high in CLASSES_M:
        own = (lengths >= low) & (lengths < high)
        yield VesselRow(f"labelled {low:g} to {high:g} m", int(own.sum()), None, int((own & hit).sum()))


def _row(name: str, labelled: int, taken: Labels) -> VesselRow:
    right = int((taken > 0).sum())
    low, high = _resampled(labelled, len(taken), right)
    return VesselRow(name, labelled, len(taken), right, _f1(labelled, len(taken), right), low, high)


def _f1(labelled: int, found: int, right: int) -> float:
    return 2 * right / (labelled + found) if labelled + found else 0.0


def _resampled(labelled: int, found: int, right: int) -> tuple[float, float]:
    """Return the interval of F1 when objects (right, missed, false) are drawn again with replacement."""
    objects = np.array([right, labelled - right, found - right], dtype=np.float64)
    if objects.sum() == 0:
        return 0.0, 0.0
    drawn = np.random.default_rng(0).multinomial(int(objects.sum()), objects / objects.sum(), DRAWS)
    scores = 2 * drawn[:, 0] / np.maximum(2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2], 1)
    low, high = np.quantile(scores, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _best_score(score: NDArray[np.float64], taken: Labels, labelled: int) -> float:
    """Return the least score to keep; both are sorted, strongest first."""
    if not len(score):
        return 0.0
    right = np.cumsum(taken > 0)
    f1 = 2 * right / (labelled + np.arange(1, len(score) + 1))
    return float(score[int(np.argmax(f1))])


def _taken(found: Sequence[Detection], labels: Labels) -> Labels:
    """Return, for each proposal, the label it takes, 0 for none."""
    rows, columns = labels.shape
    used: set[int] = set()
    taken = np.zeros(len(found), dtype=np.int64)
    for number, one in enumerate(found):
        middle = one.polygon.centroid
        label = int(labels[min(int(middle.y), rows - 1), min(int(middle.x), columns - 1)])
        if label and label not in used:
            used.add(label)
            taken[number] = label
    return taken


def _labels(file: Path) -> Labels:
    """Return the number of the vessel at each pixel, from uncompressed COCO run lengths (down the columns)."""
    annotations = json.loads(file.read_text(encoding="utf-8"))["annotations"]
    rows, columns = annotations[0]["segmentation"]["size"]
    labels = np.zeros((rows, columns), dtype=np.int64)
    for number, one in enumerate(annotations, 1):
        runs = one["segmentation"]["counts"]
        inside = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
        labels[inside.reshape(columns, rows).T] = number
    return labels


def _length_m(pixels: Mask, scene: Scene) -> float:
    """Return the longest distance across a label, metres."""
    rows, columns = np.nonzero(pixels)
    metres = scene.grid.metres(columns + 0.5, rows + 0.5)
    directions = np.radians(np.arange(0, 180, 5))
    extent = metres @ np.stack([np.cos(directions), np.sin(directions)])
    return float(np.ptp(extent, axis=0).max() + scene.grid.mean_gsd_m)
