"""On real pairs, with no setting for any of them, change ranks as high as it was measured to."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from depotwatch.annotate.bench.pairs import average_precision
from depotwatch.imagery.change import METHODS, choose
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.normalise import normalise
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.register import register
from depotwatch.imagery.scene import ScenePair

pytestmark = pytest.mark.real
Floats = NDArray[np.floating]


def labelled(data: Path, name: str) -> tuple[ScenePair, Floats]:
    folder = data / "pairs" / name
    options = ReadOptions(gsd_m=json.loads((folder / "meta.json").read_text())["gsd_m"])
    before, after, truth = (read_scene(folder / f"{what}.tif", options) for what in ("before", "after", "truth"))
    return register(before, after, accept_residual=True), truth.pixels[0]


def precision(score: Floats, pair: ScenePair, truth: Floats) -> float:
    known = np.isfinite(score) & pair.valid & (truth <= 1)
    return average_precision(score[known], truth[known] == 1)


def by_default(pair: ScenePair) -> Floats:
    normal = normalise(pair)
    return METHODS[choose(normal).name].learn([normal])(normal).distance


@pytest.mark.parametrize(
    ("name", "least"), [("landsat-taizhou", 0.998), ("sentinel2-beirut", 0.60), ("sentinel2-hongkong", 0.45)]
)
def test_the_default_ranks_change_first(data: Path, name: str, least: float) -> None:
    pair, truth = labelled(data, name)
    assert precision(by_default(pair), pair, truth) >= least


@pytest.mark.long
def test_below_a_metre_the_default_is_better_than_plain_change_vectors(data: Path) -> None:
    ours, plain = [], []
    for name in sorted(folder.name for folder in (data / "pairs").glob("vhr-*")):
        pair, truth = labelled(data, name)
        dates = [
            (scene.pixels - scene.pixels[:, pair.valid].mean(1)[:, None, None])
            / scene.pixels[:, pair.valid].std(1)[:, None, None]
            for scene in (pair.before, pair.after)
        ]
        ours.append(precision(by_default(pair), pair, truth))
        plain.append(precision(np.sqrt(((dates[1] - dates[0]) ** 2).sum(axis=0)), pair, truth))
    assert np.mean(ours) > np.mean(plain) + 0.03
    assert np.mean(np.greater(ours, plain)) >= 0.8
