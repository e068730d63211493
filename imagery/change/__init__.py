"""Change methods, one a file behind one interface: learned from windows of a pair, they score any window of it.

Three and more SAR dates at once are another matter, with another interface: `multi_date`.
"""

from .choice import Choice, choose
from .method import Method, Model
from .score import METHODS, Scorer, learn, score_change
from .statistic import Statistic

__all__ = [
    "METHODS",
    "Choice",
    "Method",
    "Model",
    "Scorer",
    "Statistic",
    "choose",
    "learn",
    "score_change",
]
