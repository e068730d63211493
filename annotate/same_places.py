"""Which annotations are one place, as the merges of a journal matched them."""

from collections.abc import Iterable, Sequence

from ..labels.journal import MERGE, Entry

MATCHED = "matched"  # under this a merge's entry names what it matched


def same_places(entries: Iterable[Entry]) -> dict[str, str]:
    """Return the id that stands for each annotation that merges matched with another."""
    found: dict[str, str] = {}
    for entry in entries:
        matched = entry.payload.get(MATCHED) if entry.action == MERGE else None
        for one in matched if isinstance(matched, Sequence) else ():
            place, twin = str(one["place"]), str(one["twin"])
            found = {name: place if stands == twin else stands for name, stands in found.items()} | {twin: place}
    return found
