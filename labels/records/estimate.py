"""An estimate: low, best and high, each with the rule and the inputs behind it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """
    How many there are.

    Parameters
    ----------
    low, best, high
        Whole numbers; `high` is None where nothing bounds it. low = best = high only when everything was reviewed.
    level
        Probability that the interval is meant to hold, 0 to 1; 1 for a complete review.
    unit
        What is counted ("pits", "containers").
    rule_low, rule_best, rule_high
        One sentence each.
    inputs
        The numbers the rules used.
    """

    low: int
    best: int
    high: int | None
    level: float
    unit: str
    rule_low: str
    rule_best: str
    rule_high: str
    inputs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class StoredEstimate:
    """An estimate with what it is of: a comparison, a kind and (perhaps) a site."""

    comparison: str
    site: str | None
    kind: str
    estimate: Estimate
    time: str
