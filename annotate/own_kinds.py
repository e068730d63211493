"""Kinds of the user's own that a project keeps: in the settings of its comparisons, so that no file is needed again."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..labels.project import Project
from ..labels.records import Comparison
from .errors import KindError
from .kinds import Kind, built_in, own_tables, with_own
from .settings import Settings

KEPT = "own_kinds"


def kinds_in(comparisons: Iterable[Comparison]) -> Mapping[str, Kind]:
    """Return the built-in kinds and those that comparisons were run with; a later one replaces an earlier one."""
    tables: dict[str, Any] = {}
    for one in sorted(comparisons, key=lambda each: each.time):
        kept = one.settings.get(KEPT)
        if isinstance(kept, Mapping):
            tables |= kept
    return with_own(built_in(), tables, "the project") if tables else built_in()


def project_kinds(project: Project | str | Path) -> Mapping[str, Kind]:
    """Return the kinds of a project, open or by its path; the built-in ones where there is none yet."""
    if isinstance(project, Project):
        return kinds_in(project.comparisons())
    if not Path(project).exists():
        return built_in()
    with Project.open(project, read_only=True) as store:
        return kinds_in(store.comparisons())


def choose_kinds(project: Project | str | Path, settings: Settings) -> tuple[Settings, Mapping[str, Kind]]:
    """
    Return the settings with every kind of the user's own, those the project keeps included, and the kinds asked for.

    Raises
    ------
    KindError
        If a kind is not known, or a key is taken by two.
    """
    known = with_own(project_kinds(project), settings.own_kinds, "the kinds file")
    complete = replace(settings, own_kinds=own_tables(known))
    if settings.kinds is None:
        return complete, known
    for name in settings.kinds:
        if name not in known:
            raise KindError(
                f"Kind {name!r} is not known; choose from {', '.join(known)}, or give the file that defines it "
                "with --kinds."
            )
    return complete, {name: known[name] for name in settings.kinds}
