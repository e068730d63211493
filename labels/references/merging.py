"""Making one source of several that are one document: their claims move to it, and the journal says so."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from ..errors import RecordError
from ..project import Project
from ..records import Source
from .duplicates import merged


def merge_sources(project: Project, analyst: str, keep: str, others: Sequence[str]) -> tuple[str, ...]:
    """
    Merge sources into one that stays, in one journalled transaction.

    Parameters
    ----------
    project
        Open for writing.
    analyst
        Who says that they are one.
    keep, others
        Ids: of the one that stays, and of those that become it.

    Returns
    -------
    tuple
        Ids of the claims that moved.

    Raises
    ------
    RecordError
        A source is not there, or one is to be merged with itself.
    """
    with project.transaction():
        known = {source.id: source for source in project.sources()}
        for one in (keep, *others):
            if one not in known:
                raise RecordError(
                    f"{project.path.name} holds no source {one!r}; it has {', '.join(sorted(known)) or 'none'}."
                )
        if keep in others or len(set(others)) < len(others):
            raise RecordError(f"Each source can be named once, and {', '.join((keep, *others))} names one twice.")
        whole = known[keep]
        for one in others:
            whole = merged(whole, known[one])
        moving = [claim for claim in project.claims() if claim.source in others]
        project.put_source(whole)
        for claim in moving:
            project.put_claim(replace(claim, source=keep))
        _move_copy(project, whole, others)
        for one in others:
            project.remove_source(one)
        project.append(
            analyst,
            "source merge",
            {
                "kept": keep,
                "before": asdict(known[keep]),
                "merged": [asdict(known[one]) for one in others],
                "claims": {claim.id: claim.source for claim in moving},
            },
        )
    return tuple(claim.id for claim in moving)


def _move_copy(project: Project, whole: Source, others: Sequence[str]) -> None:
    """Keep the file that the merged source names by its hash, whichever of them it came from."""
    copies = [copy for one in others if (copy := project.source_copy(one)) is not None]
    fitting = [copy for copy in copies if copy.sha256 == whole.sha256]
    if fitting and project.source_copy(whole.id) is None:
        project.put_source_copy(replace(fitting[0], source=whole.id))
