"""depotwatch in napari: reader, sample data, and the dock in which changes are reviewed."""

from .launch import open_review

__all__ = ["open_review"]
