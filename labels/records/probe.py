"""Probes: places put before an analyst to measure the reading itself. They are no annotations and are never counted."""

from collections.abc import Mapping
from dataclasses import dataclass

ROLES = ("implant", "tile")


@dataclass(frozen=True, slots=True)
class ProbeRound:
    """
    One round of probes for one analyst.

    Parameters
    ----------
    id
        A random one.
    analyst
        Who is measured.
    role
        "implant": synthetic things drawn into both dates as they are shown, never into a file; "tile": real ground on
        which nothing was proposed.
    synthetic
        True where what is shown is invented: for every round of implants.
    before, after
        Scene ids; `after` is None for one scene alone.
    seed
        Of places and things.
    asked
        How many were asked for: of each kind, or tiles.
    drawn_from
        Tiles without a proposal that the sample was drawn from; None for implants.
    things
        What was planted, or the tiles, under "things": JSON values only.
    started, ended
        UTC, ISO 8601; `ended` is None while the round runs.
    outcome
        What came out, JSON values only; None while the round runs.
    """

    id: str
    analyst: str
    role: str
    synthetic: bool
    before: str
    after: str | None
    seed: int
    asked: int
    drawn_from: int | None
    things: Mapping[str, object]
    started: str
    ended: str | None = None
    outcome: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """
    One place of a round as the analyst was shown it, or drew it, with what was decided.

    Parameters
    ----------
    id
        Of the place, as an annotation's.
    round
        Id of the round.
    thing
        Which of the round's things it is, from 0.
    record
        The place as an annotation's JSON values, with what the analyst corrected.
    verdict
        The analyst's, as JSON values; None where undecided.
    """

    id: str
    round: str
    thing: int
    record: Mapping[str, object]
    verdict: Mapping[str, object] | None = None
