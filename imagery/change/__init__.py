"""Change methods, one a file behind one interface: learned from windows of a pair, they score any window of it."""

from .choice import Choice, choose
from .method import Method, Model
from .multi_date import MultiDate, multi_date
from .score import METHODS, Scorer, learn, score_change
from .statistic import Statistic

__all__ = [
    "METHODS",
    "Choice",
    "Method",
    "Model",
    "MultiDate",
    "Scorer",
    "Statistic",
    "choose",
    "learn",
    "multi_date",
    "score_change",
]
