"""What a change map shows above any level, beside what chance alone would show."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...imagery.component_tree import ComponentTree, component_tree
from ...imagery.null import MIN_OBJECT_PX, false_alarms_at, target_per_km2, threshold_of
from ...imagery.scene import ChangeMap

Doubles = NDArray[np.float64]
LOWEST, HIGHEST, LEVELS = 0.3, 0.97, 200  # of the score; below, noise alone fills the map
BINS = 100


@dataclass(frozen=True, eq=False)
class Exceeding:
    """
    A change map at any level, without labelling it anew.

    Parameters
    ----------
    change
        The map.
    tree
        Of its score.
    edges
        float64 (BINS + 1): of the histogram's bins, in score.
    seen, expected
        float64 (BINS): valid pixels in each bin, and how many there would be if nothing had changed; NaN where the null
        does not say.
    area_km2
        Valid ground.
    usual
        Score at which the null puts the threshold.
    """

    change: ChangeMap
    tree: ComponentTree
    edges: Doubles
    seen: Doubles
    expected: Doubles
    area_km2: float
    usual: float

    @classmethod
    def of(cls, change: ChangeMap) -> "Exceeding":
        """Build tree and histogram; seconds for a large map."""
        valid = np.isfinite(change.score)
        edges = np.linspace(0.0, 1.0, BINS + 1)
        seen = np.histogram(change.score[valid], edges)[0].astype(np.float64)
        above = _share_above(change, edges)
        expected = (above[:-1] - above[1:]) * float(valid.sum())
        area_km2 = float(valid.sum()) * change.grid.pixel_area_m2 / 1e6
        tree = component_tree(change.score, np.linspace(LOWEST, HIGHEST, LEVELS))
        level, _ = threshold_of(change.null, target_per_km2(change.grid))
        usual = 0.5 if np.isclose(level, change.threshold, rtol=0.01) else level / (level + change.threshold)
        return cls(change, tree, edges, seen, expected, area_km2, float(np.clip(usual, LOWEST, HIGHEST)))

    def peaks(self, score: float) -> NDArray[np.int64]:
        """Return (n, 2) rows and columns, one for each object of scores of at least `score`."""
        return np.asarray(self.tree.peak[self.tree.objects(score, MIN_OBJECT_PX)])

    def false_alarms_per_km2(self, score: float) -> float:
        """Return how many objects a square kilometre would be above a score where nothing changed."""
        return false_alarms_at(self.change.null, self.statistic(score))

    def statistic(self, score: float) -> float:
        """Return the value of the change statistic behind a score."""
        return float(_statistic(self.change, np.array([score]))[0])

    def words(self, score: float, number: int) -> str:
        """Return in a sentence that so many objects stand above a score, beside what chance would show."""
        rate = self.false_alarms_per_km2(score)
        return (
            f"score {score:.2f} and more: {number} objects of {MIN_OBJECT_PX} pixels or more, where chance alone "
            f"would show {rate * self.area_km2:.3g} ({rate:.3g} per km²)"
        )


def _statistic(change: ChangeMap, score: Doubles) -> Doubles:
    inside = np.clip(score, 1e-6, 1 - 1e-6)
    return np.asarray(change.threshold * inside / (1 - inside))


def _share_above(change: ChangeMap, score: Doubles) -> Doubles:
    """Return the share of unchanged pixels above each score, by the null; NaN outside of it."""
    null = change.null
    levels, shares = np.log(null.statistic), np.log(np.maximum(null.pixel_probability, 1e-300))
    return np.asarray(np.exp(np.interp(np.log(_statistic(change, score)), levels, shares, left=np.nan, right=np.nan)))
