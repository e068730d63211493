"""What came out of a round of probes: the analyst's own recall, or how much lies where nothing was proposed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scipy.special import gammaincinv  # scipy.stats takes half a second to import

from ...labels.records import Annotation, Estimate, Probe, ProbeRound
from ..recall import LEVEL, jeffreys
from ..tally import NOT_INCLUDED
from .probes import outline_of, things_of

Outcome = Mapping[str, Any]


def implant_outcome(one: ProbeRound, probes: Sequence[Probe]) -> dict[str, object]:
    """
    Return the recall of an analyst: of all that was planted, of each kind, and by whether it had been proposed.

    Found is what was accepted, or drawn, whatever its kind was said to be; what is unsure or undecided is not found.
    """
    things = things_of(one)
    proposed = {probe.thing for probe in probes if probe.record["origin"] == "machine"}
    found = {probe.thing for probe in probes if _accepted(probe)}
    decided = {probe.thing for probe in probes if probe.verdict is not None}
    groups = {"all": range(len(things)), "proposed": sorted(proposed)}
    groups["not proposed"] = [index for index in range(len(things)) if index not in proposed]
    kinds = dict.fromkeys(str(thing["kind"]) for thing in things)
    groups |= {kind: [index for index, thing in enumerate(things) if thing["kind"] == kind] for kind in kinds}
    return {
        "synthetic": True,
        "recall": {name: _share(sum(index in found for index in group), len(group)) for name, group in groups.items()},
        "undecided": len(proposed - decided),
        "missed": [
            {"kind": thing["kind"], "proposed": index in proposed, "outline": thing["outline"]}
            for index, thing in enumerate(things)
            if index not in found
        ],
    }


def tile_outcome(one: ProbeRound, probes: Sequence[Probe], drawn: Sequence[Annotation]) -> dict[str, object]:
    """
    Return how much lies where nothing was proposed, as a random sample of it tells.

    Parameters
    ----------
    one
        The round.
    probes
        Its tiles.
    drawn
        What the analyst drew: what lies in a tile with its middle counts for it.

    Returns
    -------
    dict
        `tiles` that were decided, `something` of them, the `share` with its interval (Jeffreys), and by kind how many
        objects the tiles that were not looked at may hold (Jeffreys' interval of a Poisson rate).
    """
    decided = [probe for probe in probes if probe.verdict is not None and probe.verdict["value"] != "unsure"]
    something = [probe for probe in decided if _accepted(probe)]
    tiles = [outline_of(things_of(one)[probe.thing]) for probe in something]
    objects = Counter(each.kind for each in drawn if any(tile.contains(each.shape.pixels.centroid) for tile in tiles))
    rest = max((one.drawn_from or 0) - len(decided), 0)
    return {
        "synthetic": False,
        "tiles": len(decided),
        "of": one.drawn_from,
        "unsure": sum(probe.verdict is not None for probe in probes) - len(decided),
        "something": len(something),
        "share": _share(len(something), len(decided)),
        "missed": {kind: missed(number, len(decided), rest) for kind, number in sorted(objects.items())},
        "none_of_any_other_kind": missed(0, len(decided), rest),
    }


def missed(number: int, tiles: int, rest: int) -> dict[str, object]:
    """Return how many objects the rest of the tiles may hold, where some tiles held so many: low, best, high."""
    if not tiles:
        return {"found": 0, "low": 0, "best": 0, "high": None, "level": LEVEL}
    tail = (1 - LEVEL) / 2
    low, high = (float(value) for value in gammaincinv(number + 0.5, (tail, 1 - tail)) / tiles * rest)
    best = number / tiles * rest
    return {
        "found": number,
        "low": round(low) if number else 0,
        "best": round(best),
        "high": max(round(high), round(best)),
        "level": LEVEL,
    }


def outcome_words(one: ProbeRound) -> str:
    """Return what came out of a round in a sentence or two; that it runs, where it has not ended."""
    found = one.outcome
    if found is None:
        return f"A round of {_what(one)} is running."
    if one.role == "implant":
        recall: Any = found["recall"]
        whole, proposed, other = (recall[name] for name in ("all", "proposed", "not proposed"))
        left = f" You left {found['undecided']} of them undecided." if found["undecided"] else ""
        return (
            f"You found {whole['hits']} of {whole['of']} planted (synthetic) things: {_interval(whole)}. Of those that "
            f"were proposed to you {proposed['hits']} of {proposed['of']}, of the others {other['hits']} of "
            f"{other['of']}.{left}"
        )
    return sample_words(found)


def sample_words(found: Outcome) -> str:
    """Return what a sample of tiles says."""
    return (
        f"Of {found['tiles']} random tiles without a proposal {found['something']} held something: "
        f"{_interval(found['share'])}, of {found['of']:,} such tiles in all."
    )


def sample_of(found: Outcome, kind: str) -> dict[str, Any]:
    """Return what a sample of tiles says of one kind, for a count of it: how many more the other tiles may hold."""
    one = found["missed"].get(kind, found["none_of_any_other_kind"])
    return {**one, "tiles": found["tiles"], "of": found["of"]}


def with_samples(estimate: Estimate, samples: Sequence[Outcome]) -> Estimate:
    """Return an estimate that leaves out what nobody saw with what samples of tiles say of it; others as they are."""
    if "missed_high" in estimate.inputs:
        return estimate
    highs = [one["high"] for one in samples]
    best = estimate.best + sum(one["best"] for one in samples)
    unbounded = estimate.high is None or None in highs
    high = None if unbounded else (estimate.high or 0) + sum(highs)
    words = "{} With {} more that nobody saw, as a random sample of tiles without a proposal says."
    seen = [rule.replace(f"; {NOT_INCLUDED}", "") for rule in (estimate.rule_best, estimate.rule_high)]
    return replace(
        estimate,
        best=best,
        high=high,
        level=min(estimate.level, *(one["level"] for one in samples)),
        rule_best=words.format(seen[0], f"{best - estimate.best:,}"),
        rule_high=words.format(seen[1], "any number" if high is None else f"{sum(highs):,}"),
        inputs={**estimate.inputs, "sample_tiles": float(sum(one["tiles"] for one in samples))},
    )


def missed_words(one: Outcome) -> str:
    """Return that in a clause."""
    more = "any number" if one["high"] is None else f"{one['low']:,} to {one['high']:,}"
    seen = f"{one['found']} were found" if one["found"] != 1 else "1 was found"
    return (
        f"in a random sample of {one['tiles']} of {one['of']:,} tiles without a proposal {seen}: the others may "
        f"hold {more} more ({one['level']:.0%})"
    )


def _accepted(probe: Probe) -> bool:
    return probe.verdict is not None and probe.verdict["value"] == "accepted" and not probe.record["withdrawn"]


def _share(hits: int, of: int) -> dict[str, object]:
    low, best, high = jeffreys(hits, of)
    return {
        "hits": hits,
        "of": of,
        "low": round(low, 4),
        "best": round(best, 4) if of else None,
        "high": round(high, 4),
        "level": LEVEL,
    }


def _interval(share: Mapping[str, Any]) -> str:
    if not share["of"]:
        return "no share can be told"
    return f"{share['best']:.0%} ({share['low']:.0%} to {share['high']:.0%} at {share['level']:.0%})"


def _what(one: ProbeRound) -> str:
    return "planted things" if one.role == "implant" else "random tiles"
