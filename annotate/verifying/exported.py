"""A file that was exported: whether the journal of a project beside it says that these very bytes were written."""

from collections.abc import Iterator
from pathlib import Path

from ...labels.errors import LabelsError
from ...labels.export.grounds import EXPORTED
from ...labels.integrity import sha256_file
from ...labels.journal import Entry
from ...labels.project import Project
from .finding import DIFFERS, OK, UNCHECKED, Finding

CHECK = "export"


def check_exported(file: Path) -> Finding:
    """Look for the export of a file in the journals of the projects in its folder."""
    sha256 = sha256_file(file)
    steps = list(_exports_beside(file))
    for project, entry in steps:
        if entry.payload.get("sha256") == sha256:
            by = f"journal entry {entry.seq} of {project.name} ({entry.analyst}, {entry.time})"
            sentence = f"These are the bytes that {by} says were exported. What they rest on is checked with {project}."
            return Finding(CHECK, OK, sentence)
    named = [(project, entry) for project, entry in steps if entry.payload.get("file") == file.name]
    if named:
        project, entry = named[-1]
        told = (
            f"{file.name} holds other bytes (SHA-256 {sha256[:12]}…) than journal entry {entry.seq} of {project.name} "
            f"says were exported under that name ({str(entry.payload.get('sha256'))[:12]}…)."
        )
        return Finding(CHECK, DIFFERS, "It was altered since, or is another export.", (told,))
    sentence = "No project in its folder says that it was exported; put the project beside it, or verify the bundle."
    return Finding(CHECK, UNCHECKED, sentence)


def _exports_beside(file: Path) -> Iterator[tuple[Path, Entry]]:
    """Give every export that the projects in a file's folder remember, the projects by name."""
    for path in sorted(file.absolute().parent.glob("*.gpkg")):
        try:
            with Project.open(path, read_only=True) as project:
                entries = project.journal()
        except LabelsError:  # another GeoPackage
            continue
        yield from ((path, entry) for entry in entries if entry.action == EXPORTED)
