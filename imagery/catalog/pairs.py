"""Which two dates make the best pair: each thing that makes one harder to compare costs a stated share of its worth.

A pair's worth is a product, so that one bad thing is not bought off by many good ones. What each factor stands for:

- *clear*: the share of the area that is clear on both dates, taken as independent of one another.
- *season*: plants, snow and the sun's height go round with the year. Worth falls by half where the dates are a quarter
  of a year apart in season, which is when phenology has changed altogether.
- *sun*: shadows of one height point and reach elsewhere; the distance between where the tips of the shadows of a thing
  one metre high fall, in metres, halves the worth at one.
- *view*: a pair from one orbit sees every wall and slope from one side. From two, a thing one metre high is displaced
  by the difference of the tangents of the view angles; not known to be the same costs a fifth.
- *near*: the longer before and after the dates asked for, the more else has happened; halves every 45 days.
- *sharp*: pixels larger than what is to be tested needs cost what they exceed it by.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .clear import Clear
from .found import Found

YEAR = 365.25
SEASON_HALF = YEAR / 4
NEAR_HALF = 45.0
OTHER_ORBIT = 0.8
UNKNOWN_CLOUD = 0.5
SNOW_SAID = 0.05  # of the area


@dataclass(frozen=True, slots=True)
class Seen:
    """An acquisition and how much of the area it shows."""

    found: Found
    clear: Clear


@dataclass(frozen=True, slots=True)
class Pair:
    """
    Two acquisitions of one collection, before and after.

    Parameters
    ----------
    before, after
        What they are.
    worth
        0 to 1, the product of the factors.
    factors
        By name.
    """

    before: Seen
    after: Seen
    worth: float
    factors: Mapping[str, float]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it stands where it stands, how clear it is at the front: ("92% clear on both", "same orbit", …)."""
        first, second = self.before.found, self.after.found
        said = [f"{self.factors['clear']:.0%} clear on both"]
        if self.before.clear.clear is None or self.after.clear.clear is None:
            said = ["cloud not known"]
        said.append(_orbit_words(first, second))
        said.append(f"seasons {season_days(first.time, second.time):.0f} days apart")
        snow = max(seen.clear.snow or 0.0 for seen in (self.before, self.after))
        if snow > SNOW_SAID:
            said.append(f"{snow:.0%} under snow")
        return tuple(said)

    @property
    def words(self) -> str:
        """The reasons in one line."""
        return ", ".join(self.reasons)


def ranked(seen: Sequence[Seen], before: str, after: str, gsd_m: float | None = None) -> tuple[Pair, ...]:
    """
    Rank every pair that can be made, best first.

    Parameters
    ----------
    seen
        Acquisitions with the share of the area that each shows.
    before, after
        Days; the first of a pair is taken on or before the one, the second on or after the other.
    gsd_m
        Ground sample distance that is needed for what is to be tested; None where it does not matter.

    Returns
    -------
    tuple
        Pairs of one collection of one catalogue: levels and offsets are never mixed.
    """
    firsts = [one for one in seen if one.found.time[:10] <= before]
    seconds = [one for one in seen if one.found.time[:10] >= after]
    pairs = (
        _paired(first, second, before, after, gsd_m)
        for first in firsts
        for second in seconds
        if first.found.group == second.found.group and first.found.id != second.found.id
    )
    return tuple(sorted(pairs, key=_order))


def _order(pair: Pair) -> tuple[float, str, str, str, str]:
    first, second = pair.before.found, pair.after.found
    return -round(pair.worth, 6), *first.group, first.id, second.id


def season_days(first: str, second: str) -> float:
    """Return how many days two days lie apart in season, 0 to half a year."""
    apart = abs((date.fromisoformat(first[:10]) - date.fromisoformat(second[:10])).days) % YEAR
    return min(apart, YEAR - apart)


def _paired(first: Seen, second: Seen, before: str, after: str, gsd_m: float | None) -> Pair:
    factors = {
        "clear": math.prod(_share(one.clear) for one in (first, second)),
        "season": _halved(season_days(first.found.time, second.found.time), SEASON_HALF),
        "sun": _halved(_shadow_shift(first.found, second.found), 1.0),
        "view": _view(first.found, second.found),
        "near": _halved(_days(first.found.time, before) + _days(after, second.found.time), NEAR_HALF),
        "sharp": _sharp((first.found, second.found), gsd_m),
    }
    return Pair(first, second, math.prod(factors.values()), factors)


def _share(clear: Clear) -> float:
    return UNKNOWN_CLOUD * clear.covered if clear.clear is None else clear.clear


def _halved(value: float, half: float) -> float:
    """Return 1 at nought, falling by half with every `half`."""
    return float(0.5 ** (value / half))


def _days(first: str, second: str) -> int:
    return abs((date.fromisoformat(second[:10]) - date.fromisoformat(first[:10])).days)


def _shadow_shift(first: Found, second: Found) -> float:
    """Return how far apart the tips of the shadows of a thing one metre high fall, in metres; 0 where not known."""
    if first.sensor == "sar" or first.sun is None or second.sun is None:
        return 0.0
    tips = []
    for sun in (first.sun, second.sun):
        length = 1 / math.tan(math.radians(max(sun.elevation_deg, 1.0)))
        away = math.radians(sun.azimuth_deg)
        tips.append((length * math.sin(away), length * math.cos(away)))
    return math.dist(*tips)


def _same_orbit(first: Found, second: Found) -> bool:
    return first.orbit is not None and first.orbit == second.orbit


def _orbit_words(first: Found, second: Found) -> str:
    if _same_orbit(first, second):
        return "same orbit"
    return "orbit not stated" if first.orbit is None or second.orbit is None else "another orbit"


def _view(first: Found, second: Found) -> float:
    """Return what is left of a pair's worth for its views; radar from two sides shows two different places."""
    if _same_orbit(first, second):
        return 1.0
    known = [one.view for one in (first, second) if one.view is not None and one.view.azimuth_deg is not None]
    if len(known) == 2:
        leans = []
        for view in known:
            lean, to = math.tan(math.radians(view.off_nadir_deg)), math.radians(view.azimuth_deg or 0.0)
            leans.append((lean * math.sin(to), lean * math.cos(to)))
        return _halved(math.dist(*leans), 1.0)
    return OTHER_ORBIT * (0.5 if first.sensor == "sar" else 1.0)


def _sharp(found: Iterable[Found], gsd_m: float | None) -> float:
    if gsd_m is None:
        return 1.0
    return math.prod(min(1.0, gsd_m / one.gsd_m) for one in found if one.gsd_m)
