"""Labels of others, read from their files and trusted in nothing; what becomes of them is decided above."""

from .foreign import ForeignLabel, ForeignLabels
from .reading import read_labels

__all__ = ["ForeignLabel", "ForeignLabels", "read_labels"]
