"""Change methods, one a file behind one interface: a registered, normalised pair in, a `Statistic` out."""

from .score import METHODS, choose, score_change
from .statistic import Statistic

__all__ = ["METHODS", "Statistic", "choose", "score_change"]
