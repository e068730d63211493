"""Whether the kept copies of sources are those that were attached."""

from ...labels.integrity import sha256_bytes
from ...labels.plural import plural
from ...labels.project import Project
from .finding import DIFFERS, OK, UNCHECKED, Finding
from .imagery import Shelf


def check_sources(project: Project, shelf: Shelf) -> tuple[Finding, ...]:
    """
    Hash the copy of every source that has a hash: that in the project, else a file of that hash in the folders given.

    Returns nothing for a project without such sources.
    """
    hashed = [one for one in project.sources() if one.sha256 is not None]
    if not hashed:
        return ()
    told, missing = [], []
    for one in hashed:
        copy = project.source_copy(one.id)
        if copy is None or not copy.content:  # a bundle goes without what is others'
            if shelf.with_hash(str(one.sha256)) is None:
                missing.append(one.id)
        elif sha256_bytes(copy.content) != one.sha256:
            told.append(f"The kept copy of {one.id} ({copy.name}) holds other bytes than were attached.")
    if told:
        return (Finding("sources", DIFFERS, "Copies are not those that were attached.", tuple(told)),)
    if missing:
        there = f"{len(hashed) - len(missing)} of {plural(len(hashed), 'copy', 'copies')} at hand"
        sentence = f"{there}; not here: {', '.join(missing)}. Files in the folder of --imagery are hashed too."
        return (Finding("sources", UNCHECKED, sentence),)
    return (
        Finding("sources", OK, f"{plural(len(hashed), 'copy holds', 'copies hold')} the bytes that were attached."),
    )
