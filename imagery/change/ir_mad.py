"""Iteratively reweighted multivariate alteration detection: MAD, learned on what did not change.

Reference: Nielsen 2007, IEEE TIP 16(2):463; Canty & Nielsen 2008, RSE 112:1025. Learned on a sample (1/16 of the rows
gives canonical correlations to .002), so that scoring a scene costs what MAD costs: about 5 ns a pixel at four bands.
It ignores any gain and offset of either date and, unlike MAD, a large changed share. Fails with one band, and where
most of the scene changed: then change is what it takes for usual. Its chi-square p-value is not a p-value (see
`alteration`).
"""

from collections.abc import Sequence

from ..scene import ScenePair
from .alteration import reweighted
from .mad import CanonicalDifference, learn_canonical
from .method import Method


def learn_ir_mad(windows: Sequence[ScenePair]) -> CanonicalDifference:
    """Learn with each pixel counting by how likely it did not change; see `mad.learn_canonical`."""
    return learn_canonical(windows, reweighted)


IR_MAD = Method("ir-mad", learn_ir_mad, 0)
