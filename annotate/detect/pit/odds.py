"""From terms to the odds of a pit: additive log-odds, with weights in a table anyone can read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("odds.toml")
FALSE_PER_KM2 = 2.0  # at the threshold
CLOSER_M = 2.0  # frame step up to which a closer fit tells more than the search did
FARTHEST = 3.0  # spreads from the mean that a term may count: beyond, it was never seen


@dataclass(frozen=True)
class Odds:
    """
    Weights for one range of pixel sizes, with or without colour.

    Parameters
    ----------
    coarsest_m
        Frame step up to which they hold, metres.
    closer
        Whether they judge walls fitted closer, or say where a closer look is worth it.
    colour
        Whether they count the terms of colour; a pair of single bands has none.
    constant
        Log-odds where every term is at its mean.
    threshold
        Log-odds that ground without pits exceeds `FALSE_PER_KM2` times per square kilometre.
    terms
        Mean, spread, weight and curvature by name. The curvature is there because more is not always better: soil is
        redder than gravel, but rust is redder than soil.
    """

    coarsest_m: float
    closer: bool
    colour: bool
    constant: float
    threshold: float
    terms: Mapping[str, tuple[float, float, float, float]]

    def parts(self, found: Mapping[str, float]) -> dict[str, float]:
        """Return what each term adds to the log-odds."""
        parts = {}
        for name, (mean, spread, weight, curvature) in self.terms.items():
            away = min(max((found[name] - mean) / spread, -FARTHEST), FARTHEST)
            parts[name] = weight * away + curvature * away * away
        return parts

    def log_odds(self, found: Mapping[str, float]) -> float:
        """Return the log-odds of a pit given its terms."""
        return self.constant + sum(self.parts(found).values())


@lru_cache(maxsize=1)
def _tables() -> tuple[Odds, ...]:
    tables = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    made = (
        Odds(
            float(table["coarsest_m"]),
            bool(table["closer"]),
            bool(table["colour"]),
            float(table["constant"]),
            float(table["threshold"]),
            {name: (float(a), float(b), float(c), float(d)) for name, (a, b, c, d) in table["terms"].items()},
        )
        for table in tables.values()
    )
    return tuple(sorted(made, key=lambda one: one.coarsest_m))


def odds_for(step_m: float, colour: bool, closer: bool) -> Odds:
    """Return the weights for a frame step; the coarsest table serves all that are coarser."""
    tables = [one for one in _tables() if one.colour == colour and one.closer == closer]
    return next((one for one in tables if step_m <= one.coarsest_m), tables[-1])
