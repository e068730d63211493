"""The one interface of all change methods: learn from windows of a pair, then score any window of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..scene import ScenePair
from .statistic import Statistic

Model = Callable[[ScenePair], Statistic]
"""Scores a window. What it gives a pixel depends on nothing farther away than the method's reach."""


@dataclass(frozen=True)
class Method:
    """
    A change method.

    A pair that fits into memory is its own and only window. A full scene is learned from a sample of windows and scored
    band by band, so nothing a model needs of the whole scene may be computed while scoring.

    Parameters
    ----------
    name
        As users write it.
    learn
        From windows of a registered, normalised pair to a model; raises MethodError where they do not suffice.
    reach_px
        How far from a pixel its statistic looks: a window is read with so many pixels more on every side.
    """

    name: str
    learn: Callable[[Sequence[ScenePair]], Model]
    reach_px: int
