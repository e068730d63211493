"""Whether a comparison that was run again came out as it is recorded, and if not, in what."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

from ...labels.integrity import canonical_json
from ...labels.journal import Entry
from ...labels.plural import plural
from ...labels.records import Annotation, Candidate, Comparison
from ..environment import environment, unlike
from ..matching import match
from .again import Again
from .finding import DIFFERS, OK, UNCHECKED, Finding

RERUN = "re-run"
SCORE_TOLERANCE = 0.005  # scores are shown and read with two decimals
FACTS = tuple(
    field.name
    for field in fields(Comparison)
    if field.name not in ("id", "before", "after", "site", "settings", "time")
)
OWN = ("state", "score", "count", "terms", "shape")


def check_reproduced(again: Again, names: Mapping[str, str], entries: Sequence[Entry]) -> Finding:
    """
    Compare a run with its record.

    The same version of depotwatch and of what computes for it gives the very same numbers. Another one may round
    otherwise, so that outlines move by a pixel: candidates are then matched as those of a new comparison are to earlier
    ones, one to one, by `matching.match`, and their scores must agree to `SCORE_TOLERANCE`.

    Parameters
    ----------
    again
        The record and the run.
    names
        Of the scenes, by id.
    entries
        The journal, which says what versions the record was computed with.
    """
    of = pair_words(again.recorded, names)
    differences = _differences(again)
    registered = "" if again.recorded.after is None else "registered anew, "
    number = plural(len(again.had), "candidate")
    if not differences:
        exact = "refused for the same reason" if again.recorded.refused else f"{number}, the very same numbers"
        return Finding(RERUN, OK, f"{of}: from pixels, {registered}{exact}.")
    other = unlike(_environment(again.recorded, entries), environment())
    if not other:
        sentence = f"{of}: run again with the same versions, {registered}it does not come out as it is recorded."
        return Finding(RERUN, DIFFERS, sentence, differences)
    return _alike(again, of, "; ".join(other))


def pair_words(one: Comparison, names: Mapping[str, str]) -> str:
    """Return the names of a comparison's scenes."""
    return " → ".join(names[scene] for scene in (one.before, one.after) if scene is not None)


def _alike(again: Again, of: str, versions: str) -> Finding:
    """Compare by place, where other versions computed."""
    pairs = _matched(again.had, again.candidates)
    alone = len(again.had) - len(pairs), len(again.candidates) - len(pairs)
    apart = max((abs(one.score - other.score) for one, other in pairs), default=0.0)
    told = (
        f"{len(pairs)} of {plural(len(again.had), 'candidate')} came again at their places, scores within {apart:.2g}"
    )
    if alone == (0, 0) and apart <= SCORE_TOLERANCE and again.recorded.refused == again.comparison.refused:
        return Finding(RERUN, OK, f"{of}: {told}. It was recorded with other versions ({versions}).")
    more = f", {alone[1]} came that are not recorded" if alone[1] else ""
    sentence = (
        f"{of} was recorded with other versions ({versions}), and differs here: {told}{more}. Install them to "
        "tell whether they, or an edit of the record, are the reason."
    )
    if again.recorded.version != again.comparison.version:
        return Finding(RERUN, UNCHECKED, sentence)
    return Finding(RERUN, DIFFERS, sentence, _differences(again))


def _matched(had: Sequence[Candidate], found: Sequence[Candidate]) -> list[tuple[Candidate, Candidate]]:
    """Return which recorded candidate is which found one."""
    places = [_placed(one) for one in had]
    by_id = {one.id: one for one in had}
    matched = match(found, places)
    return [(by_id[name], one) for one, name in zip(found, matched, strict=True) if name is not None]


def _placed(one: Candidate) -> Annotation:
    """Return a candidate as the place it would be."""
    shape, scene = one.shape, one.shape.scene
    return Annotation(
        one.id, one.kind, one.change, one.state, shape, "machine", None, scene, None, one.score, one.count
    )


def _environment(recorded: Comparison, entries: Sequence[Entry]) -> Mapping[str, object]:
    """Return the versions that the journal names for a run, the newest where it was run more than once."""
    for entry in reversed(entries):
        told = entry.payload.get("environment")
        if entry.payload.get("comparison") == recorded.id and isinstance(told, Mapping):
            return {**told, "depotwatch": recorded.version}
    return {"depotwatch": recorded.version}


def _differences(again: Again) -> tuple[str, ...]:
    """Return everything in which the run is not the record, a sentence each."""
    old, new = again.recorded, again.comparison
    told = [
        f"{_called(name)} is {_short(getattr(old, name))} in the record, and comes out as {_short(getattr(new, name))}."
        for name in FACTS
        if getattr(old, name) != getattr(new, name)
    ]
    had, found = ({one.id: one for one in many} for many in (again.had, again.candidates))
    told += [f"{_named(one)} is recorded and does not come out." for name, one in had.items() if name not in found]
    told += [f"{_named(one)} comes out and is not recorded." for name, one in found.items() if name not in had]
    for name in had.keys() & found.keys():
        one, other = had[name], found[name]
        unlike_fields = [field for field in OWN if getattr(one, field) != getattr(other, field)]
        if unlike_fields:
            values = "; ".join(
                f"{field} {_short(getattr(one, field))} in the record, {_short(getattr(other, field))} from pixels"
                for field in unlike_fields
            )
            told.append(f"{_named(one)}: {values}.")
    if again.had_implants != again.implants:
        found_then, found_now = (sum(one.found for one in many) for many in (again.had_implants, again.implants))
        told.append(
            f"Of {len(again.had_implants)} implants {found_then} were found in the record; again, of "
            f"{len(again.implants)} {found_now}, or with other measures."
        )
    return tuple(told)


def _named(one: Candidate) -> str:
    row, column = one.shape.pixels.centroid.y, one.shape.pixels.centroid.x
    return f"Candidate {one.id[:8]} ({one.kind}, {one.change}, at row {row:.0f}, column {column:.0f})"


def _called(name: str) -> str:
    return f"The comparison's {name.replace('_', ' ')}"


def _short(value: object) -> str:
    text = canonical_json(value) if isinstance(value, Mapping) else str(value)
    return text if len(text) <= 80 else f"{text[:80]}…"
