"""The journal only grows, and shows where it was touched."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depotwatch.labels.errors import RecordError
from depotwatch.labels.integrity import canonical_json, sha256_file, sha256_text
from depotwatch.labels.journal import Entry, make_entry, verify_chain
from depotwatch.labels.project import Project


@pytest.fixture
def entries(case: Project) -> tuple[Entry, ...]:
    for turn in range(4):
        case.append("Ada", "note", {"turn": turn, "ratio": 0.1 * turn, "text": "Träger №"})
    return case.journal()


def test_an_untouched_journal_holds(entries: tuple[Entry, ...], case: Project) -> None:
    assert verify_chain(entries) is None
    assert verify_chain(()) is None
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5]
    assert case.head == entries[-1].hash


@pytest.mark.parametrize(
    "change",
    [
        {"analyst": "Bo"},
        {"payload": {"turn": 99}},
        {"time": "2020-01-01T00:00:00.000Z"},
        {"action": "undo"},
        {"hash": "0"},
    ],
)
def test_an_altered_entry_is_named(entries: tuple[Entry, ...], change: dict[str, object]) -> None:
    altered = replace(entries[2], **change)  # type: ignore[arg-type]
    told = verify_chain((*entries[:2], altered, *entries[3:]))
    assert told is not None
    assert "entry 3" in told


def test_an_entry_rewritten_with_a_fitting_hash_breaks_the_next(entries: tuple[Entry, ...]) -> None:
    old = entries[2]
    forged = make_entry(old.seq, old.time, "Bo", old.action, old.payload, old.previous)
    told = verify_chain((*entries[:2], forged, *entries[3:]))
    assert told is not None
    assert "entry 4" in told


def test_a_missing_or_moved_entry_is_named(entries: tuple[Entry, ...]) -> None:
    for broken in (entries[1:], (entries[0], *entries[2:]), (entries[1], entries[0], *entries[2:])):
        told = verify_chain(broken)
        assert told is not None
        assert "entry " in told


def rewritten(entries: tuple[Entry, ...], at: int) -> tuple[Entry, ...]:
    """Return the journal as someone would forge it who alters one entry and seals all after it anew."""
    forged = list(entries[: at - 1])
    for old in entries[at - 1 :]:
        payload = {**old.payload, "forged": True} if old.seq == at else old.payload
        previous = forged[-1].hash if forged else ""
        forged.append(make_entry(old.seq, old.time, old.analyst, old.action, payload, previous))
    return tuple(forged)


def test_a_noted_head_tells_a_journal_that_was_cut_off(entries: tuple[Entry, ...]) -> None:
    cut = entries[:3]
    assert verify_chain(cut) is None
    for head in (entries[-1].hash, entries[-1].mark):
        told = verify_chain(cut, head)
        assert told is not None
        assert "entry 4 is missing" in told
    assert verify_chain(entries, entries[2].hash) is None
    assert verify_chain(entries, entries[2].mark) is None


def test_a_noted_head_tells_a_journal_that_was_rewritten(entries: tuple[Entry, ...]) -> None:
    forged = rewritten(entries, 3)
    assert verify_chain(forged) is None
    told = verify_chain(forged, entries[2].mark)
    assert told is not None
    assert "entry 3 " in told
    assert verify_chain(forged, entries[1].mark) is None
    assert verify_chain(forged, entries[-1].hash) is not None
    assert verify_chain(forged, f"2:{forged[2].hash}") is not None


def merged(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return a journal of two chains that part after the second entry, and one entry that joins them."""
    third = make_entry(3, "2024-05-03T00:00:00.000Z", "Bo", "note", {"turn": 9}, entries[1].hash)
    heads = " ".join(sorted((entries[-1].hash, third.hash)))
    joined = make_entry(6, "2024-05-04T00:00:00.000Z", "Ada and Bo", "merge", {}, heads)
    last = make_entry(7, "2024-05-05T00:00:00.000Z", "Bo", "note", {}, joined.hash)
    return (*entries[:3], third, *entries[3:], joined, last)


def test_both_chains_of_a_merge_are_checked(entries: tuple[Entry, ...]) -> None:
    whole = merged(entries)
    assert verify_chain(whole) is None
    assert verify_chain(whole, entries[-1].mark) is None
    assert verify_chain(whole, whole[3].mark) is None
    for at, entry in enumerate(whole):
        told = verify_chain((*whole[:at], replace(entry, analyst="Eve"), *whole[at + 1 :]))
        assert told is not None
        assert f"entry {entry.seq} " in told
        assert (verify_chain((*whole[:at], *whole[at + 1 :])) is None) == (at == len(whole) - 1)


def test_a_second_end_or_a_join_that_is_no_merge_is_named(entries: tuple[Entry, ...]) -> None:
    whole = merged(entries)
    told = verify_chain(whole[:-2])
    assert told is not None
    assert "entry 3 (note by Bo" in told
    for action, previous in (("note", whole[-2].previous), ("merge", " ".join(reversed(whole[-2].parents)))):
        false = make_entry(6, "2024-05-04T00:00:00.000Z", "Bo", action, {}, previous)
        told = verify_chain((*whole[:-2], false))
        assert told is not None
        assert "entry 6 does not continue" in told


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET analyst = 'Bo' WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 5",
        "INSERT INTO journal SELECT NULL, 9, time, analyst, action, payload, previous, hash FROM journal WHERE seq = 5",
        "INSERT INTO journal SELECT NULL, 6, time, analyst, action, payload, previous, hash FROM journal WHERE seq = 5",
        "INSERT OR REPLACE INTO journal SELECT fid, seq, time, 'Bo', action, payload, previous, hash FROM journal",
    ],
)
def test_no_program_can_change_what_the_journal_holds(
    case: Project, entries: tuple[Entry, ...], statement: str
) -> None:
    case.close()
    with closing(sqlite3.connect(case.path)) as other, pytest.raises(sqlite3.IntegrityError, match="journal"):
        other.execute(statement)
    with Project.open(case.path, read_only=True) as project:
        assert project.journal() == entries


def test_an_entry_returned_equals_the_one_kept(case: Project) -> None:
    entry = case.append("Ada", "draw", {"corners": ((0, 1), (2.5, 3)), "note": None})
    assert case.journal()[-1] == entry


def test_an_entry_needs_a_name_and_a_json_payload(case: Project) -> None:
    before = case.journal()
    with pytest.raises(RecordError, match="analyst's name"):
        case.append("  ", "note", {})
    for payload in ({"when": object()}, {"share": float("nan")}, {"text": "\ud800"}):
        with pytest.raises(RecordError, match="is not JSON"):
            case.append("Ada", "note", payload)
    assert case.journal() == before


@settings(derandomize=True, deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    )
)
def test_equal_mappings_have_one_text_whatever_their_order(mapping: dict[str, object]) -> None:
    turned = dict(reversed(mapping.items()))
    assert canonical_json(turned) == canonical_json(mapping)
    assert "\n" not in canonical_json(mapping)


def test_hashes_are_those_of_the_standard(case: Project) -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256_text("") == empty
    path = case.path.parent / "bytes"
    path.write_bytes(b"")
    assert sha256_file(path) == empty
    path.write_bytes("Träger".encode())
    assert sha256_file(path) == sha256_text("Träger")
    with pytest.raises(RecordError, match="cannot be read"):
        sha256_file(path.with_name("nothing"))
