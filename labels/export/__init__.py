"""Labels as files for other programs; formats that records alone can fill."""

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple, Protocol

from ..project import Project
from .csv import write_csv
from .geojson import write_geojson

__all__ = ["FORMATS", "Format", "write_csv", "write_geojson"]


class Writer(Protocol):
    """Writes a project's labels to a path and returns how many there were."""

    def __call__(self, project: Project, path: str | Path, verdicts: Collection[str] | None = None) -> int:
        """Write the labels whose verdict is among those asked for, or all."""


class Format(NamedTuple):
    """One export: the ending of its files, and its writer."""

    suffix: str
    write: Writer


FORMATS = {"geojson": Format(".geojson", write_geojson), "csv": Format(".csv", write_csv)}
