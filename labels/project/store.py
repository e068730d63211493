"""The project: one GeoPackage that holds scenes, comparisons, annotations, verdicts, evidence and their journal."""

from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from . import opening
from .guarding import tell_edits
from .merging import Merging
from .migrations import VERSION


class Project(Merging):
    """
    An open project; make one with `Project.create` or `Project.open`, and close it.

    A commit is on the disk when the method that made it returns: SQLite's write-ahead log with full synchronisation,
    both read back from the connection. Threads may share a project; each transaction has it for itself.
    """

    @classmethod
    def create(cls, path: str | Path, *, title: str = "", synthetic: bool = False) -> Self:
        """
        Make a project and open it.

        Parameters
        ----------
        path
            Must end in .gpkg and not exist.
        title
            For people; the file name where empty.
        synthetic
            True where everything in it is invented; every export will say so.

        Raises
        ------
        ProjectError
            The file exists, or cannot be made; nothing is left behind.
        """
        path = Path(path)
        opening.create(path, title or path.stem, synthetic)
        return cls.open(path)

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> Self:
        """
        Open a project; one of an earlier version is brought to this one, and kept beside it as it was.

        Raises
        ------
        ProjectError
            Missing, not a GeoPackage, not a project, of a later version, or not writable; the file is not changed.
        """
        path = Path(path)
        identity = opening.identify(path)
        connection = (opening.for_reading if read_only else opening.for_writing)(path, identity)
        project = cls(path, connection, replace(identity, version=VERSION))
        if not read_only:
            tell_edits(project.foreign_edits(), path)
        return project

    def close(self) -> None:
        """Close the project; it is then one file, unless another program still has it open."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Return the open project."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the project."""
        self.close()
