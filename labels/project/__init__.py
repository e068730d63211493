"""The project file: one GeoPackage that any GIS opens, written in durable transactions with a hash-chained journal."""

from .store import Project

__all__ = ["Project"]
