"""depotwatch: compare before/after public imagery of ports and depots, review, count, and cite."""

__all__ = ["__version__"]
__version__ = "0.1.0"
