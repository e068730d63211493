"""
The journal: append-only steps, each of which holds the hash of the one before it.

A journal that was never merged is one chain. Merging two keeps both, with what they have in common once, and adds one
entry that names the heads of both; from there on it is one chain again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .integrity import canonical_json, sha256_text

MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One step of one analyst.

    Parameters
    ----------
    seq
        1 for the first entry of a chain, without gaps; of a merge, one more than the higher of the two heads.
    time
        UTC, ISO 8601.
    analyst
        Name the analyst works under.
    action
        What was done ("verdict", "draw", "undo", …).
    payload
        What it was done to, JSON values only.
    previous
        Hash of the entry before; "" for the first; of a merge both heads, sorted, with a blank between them.
    hash
        SHA-256 of the canonical JSON of all other fields.
    """

    seq: int
    time: str
    analyst: str
    action: str
    payload: Mapping[str, object]
    previous: str
    hash: str

    @property
    def parents(self) -> tuple[str, ...]:
        """Hashes of the entries that it continues: none for the first, two for a merge."""
        return tuple(self.previous.split())

    @property
    def mark(self) -> str:
        """Its number and hash as one text, to be noted elsewhere and given to `verify_chain`."""
        return f"{self.seq}:{self.hash}"

    def expected_hash(self) -> str:
        """Return the hash that the other fields give."""
        return _hash(self.seq, self.time, self.analyst, self.action, self.payload, self.previous)


def make_entry(seq: int, time: str, analyst: str, action: str, payload: Mapping[str, object], previous: str) -> Entry:
    """Return an entry sealed with its hash; its payload is what JSON keeps of the one given."""
    kept: dict[str, object] = json.loads(canonical_json(payload))
    return Entry(seq, time, analyst, action, kept, previous, _hash(seq, time, analyst, action, kept, previous))


def verify_chain(entries: Iterable[Entry], head: str | None = None) -> str | None:
    """
    Check that no entry was altered, removed, inserted or moved.

    A journal cut off at its end, or rewritten from some entry on, is a valid journal in itself: only a head that was
    noted elsewhere tells.

    Parameters
    ----------
    entries
        In the order of `Project.journal`: by number.
    head
        The hash of an entry that the journal must hold, as an export printed it; with its number before it, "57:9f3a…",
        a journal cut off is told from one that was rewritten. Entries after it are as they should be.

    Returns
    -------
    str or None
        None for a whole chain, else one sentence that names the first broken entry.
    """
    seqs: dict[str, int] = {}
    ends: dict[str, Entry] = {}
    last = 0
    for entry in entries:
        told = _fault(entry, seqs, last)
        if told is not None:
            return told
        last = max(last, entry.seq)
        seqs[entry.hash] = entry.seq
        for parent in entry.parents:
            ends.pop(parent, None)
        ends[entry.hash] = entry
    if len(ends) > 1:
        first = min(ends.values(), key=lambda one: one.seq)
        return f"Journal entry {first.seq} ({_named(first)}) belongs to no chain: it was inserted, or a merge removed."
    return None if head is None else _unlike(head, seqs, last)


def _fault(entry: Entry, seqs: Mapping[str, int], last: int) -> str | None:
    """Say what is wrong with an entry after those whose numbers are known by hash; None for nothing."""
    before = [seqs[parent] for parent in entry.parents if parent in seqs]
    if entry.seq > last + 1:
        return f"Journal entry {last + 1} is missing: entry {entry.seq} stands in its place."
    joins = entry.action == MERGE and list(entry.parents) == sorted(set(entry.parents))
    linked = len(before) == len(entry.parents) and (len(before) < 2 or joins)
    if not linked or entry.seq != max(before, default=0) + 1:
        return f"Journal entry {entry.seq} does not continue the one before it: an entry was replaced or removed."
    if entry.hash != entry.expected_hash():
        return f"Journal entry {entry.seq} ({_named(entry)}) was altered."
    return f"Journal entry {entry.seq} ({_named(entry)}) stands there twice." if entry.hash in seqs else None


def _unlike(head: str, seqs: Mapping[str, int], last: int) -> str | None:
    """Say how a journal whose chain is whole differs from the one that a noted head was of; None where it does not."""
    number, _, noted = head.strip().lower().rpartition(":")
    if noted in seqs and number in ("", str(seqs[noted])):
        return None
    if number.isdigit() and int(number) <= last:
        return f"Journal entry {number} is not the one that was noted ({noted}): it, or one before it, was rewritten."
    rewritten = "" if number.isdigit() else ", or was rewritten"
    return f"Journal entry {last + 1} is missing: the journal ends before {noted} was reached{rewritten}."


def _named(entry: Entry) -> str:
    return f"{entry.action} by {entry.analyst}, {entry.time}"


def utc_now() -> str:
    """Return the time in UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _hash(seq: int, time: str, analyst: str, action: str, payload: Mapping[str, object], previous: str) -> str:
    fields = {
        "seq": seq,
        "time": time,
        "analyst": analyst,
        "action": action,
        "payload": payload,
        "previous": previous,
    }
    return sha256_text(canonical_json(fields))
