"""Change vectors where the pattern changed too: the optical method below 5 m.

There an object is many pixels and its pattern can be seen. Season and sun change the tone of fields, trees and roofs
and leave their pattern; what is built or dug changes both. So the mean length of the change vector (`vector`) is
multiplied by the square root of the share of the local pattern that no gain explains (`structure`): half its weight,
as tone and pattern are two witnesses of one event.

Claims: as `vector`. Cost: the sum of the two. Fails as `vector` does, save on season, and on changes of tone alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..scene import ScenePair
from .method import Method
from .statistic import Statistic
from .structure import STRUCTURE, Structure, learn_tones
from .vector import CHANGE_VECTOR, ChangeVector, learn_change_vector

FLOOR = np.float32(0.1)  # a pattern that agrees does not excuse any change of tone


@dataclass(frozen=True, eq=False)
class StructuredVector:
    """
    The product of the two.

    Where nothing changed, the statistic has one mode near 1 and is close to log-normal, as `ChangeVector`'s.

    Parameters
    ----------
    vector, structure
        Either model.
    usual
        Median product.
    """

    vector: ChangeVector
    structure: Structure
    usual: float = 1.0

    def __call__(self, pair: ScenePair) -> Statistic:
        """Score a window."""
        tone, pattern = self.vector(pair), self.structure.local(pair)
        distance = tone.distance * np.sqrt(pattern.unexplained + FLOOR) / np.float32(self.usual)
        return replace(
            tone,
            distance=np.where(pattern.valid, distance, np.nan).astype(np.float32),
            signed=np.where(pattern.valid, tone.signed, np.nan).astype(np.float32),
        )


def learn_structured_vector(windows: Sequence[ScenePair]) -> StructuredVector:
    """
    Learn both.

    Parameters
    ----------
    windows
        Registered and normalised, optical, any number of bands.
    """
    raw = StructuredVector(learn_change_vector(windows), Structure(*learn_tones(windows)))
    distances = [one[np.isfinite(one)] for one in (raw(pair).distance for pair in windows)]
    values = np.concatenate(distances)
    return replace(raw, usual=max(float(np.median(values)), 1e-6) if values.size else 1.0)


STRUCTURED_VECTOR = Method(
    "structured-vector", learn_structured_vector, max(CHANGE_VECTOR.reach_px, STRUCTURE.reach_px)
)
