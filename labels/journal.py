"""The journal: an append-only list of steps in which every entry holds the hash of the one before it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .integrity import canonical_json, sha256_text


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One step of one analyst.

    Parameters
    ----------
    seq
        1 for the first entry, without gaps.
    time
        UTC, ISO 8601.
    analyst
        Name the analyst works under.
    action
        What was done ("verdict", "draw", "undo", …).
    payload
        What it was done to, JSON values only.
    previous
        Hash of the entry before; "" for the first.
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

    def expected_hash(self) -> str:
        """Return the hash that the other fields give."""
        return _hash(self.seq, self.time, self.analyst, self.action, self.payload, self.previous)


def make_entry(seq: int, time: str, analyst: str, action: str, payload: Mapping[str, object], previous: str) -> Entry:
    """Return an entry sealed with its hash; its payload is what JSON keeps of the one given."""
    kept: dict[str, object] = json.loads(canonical_json(payload))
    return Entry(seq, time, analyst, action, kept, previous, _hash(seq, time, analyst, action, kept, previous))


def verify_chain(entries: Iterable[Entry]) -> str | None:
    """
    Check that no entry was altered, removed, inserted or moved.

    A journal cut off at its end is a valid shorter journal: compare its head with one noted elsewhere.

    Returns
    -------
    str or None
        None for a whole chain, else one sentence that names the first broken entry.
    """
    previous = ""
    for number, entry in enumerate(entries, start=1):
        if entry.seq != number:
            return f"Journal entry {number} is missing: entry {entry.seq} stands in its place."
        if entry.previous != previous:
            return f"Journal entry {number} does not continue the one before it: an entry was replaced or removed."
        if entry.hash != entry.expected_hash():
            return f"Journal entry {number} ({entry.action} by {entry.analyst}, {entry.time}) was altered."
        previous = entry.hash
    return None


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
