"""Whether the journal is whole, and the one that was noted elsewhere."""

from collections.abc import Sequence

from ...labels.ancestry import Ancestry
from ...labels.journal import MERGE, Entry, verify_chain
from ...labels.plural import plural
from .finding import DIFFERS, OK, UNCHECKED, Finding


def check_journal(entries: Sequence[Entry]) -> Finding:
    """Check that no entry was altered, removed, inserted or moved."""
    if not entries:
        return Finding("journal", UNCHECKED, "The journal is empty: nothing says how this came about.")
    broken = verify_chain(entries)
    if broken is not None:
        return Finding("journal", DIFFERS, "The chain of entries is broken.", (broken,))
    if len(entries) == 1:
        return Finding("journal", OK, f"Its one entry, by {entries[0].analyst}, bears the hash that its content gives.")
    who = sorted({one.analyst for one in entries if one.action != MERGE})
    return Finding(
        "journal", OK, f"{plural(len(entries), 'entry', 'entries')} by {', '.join(who)} continue one another unbroken."
    )


def check_head(entries: Sequence[Entry], head: str | None) -> Finding:
    """Check that the journal holds an entry that was noted elsewhere, as an export prints it."""
    if head is None:
        return Finding(
            "head",
            UNCHECKED,
            "No --head was given, so a journal that was cut off, or rewritten from some entry on with all its hashes, "
            "would pass; give the head that was printed, published or sent when the work was done.",
        )
    told = verify_chain(entries, head)
    if told is not None:
        return Finding("head", DIFFERS, "The journal is not the one that the head was noted of.", (told,))
    noted = head.strip().lower().rpartition(":")[2]
    ancestry, at = Ancestry(entries), next(one for one in entries if one.hash == noted)
    since = sum(ancestry.knew(one, at) for one in entries) - 1
    later = f"; {plural(since, 'entry', 'entries')} came after it" if since else ""
    return Finding("head", OK, f"The journal holds the entry that was noted{later}.")
