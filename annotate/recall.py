"""How much of what is there would be found: from implants into the very pair, or a stated prior without them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.special import betaincinv  # scipy.stats takes half a second to import

from ..labels.records import ImplantRow
from .monotone import Curve, Doubles, chance, fit

LEVEL = 0.9
REFERENCE = (20.0, 5.0)  # length in metres, and visibility
INTERCEPT = (1.0, 1.5)  # log-odds of finding one of the reference: .73, and anything from .2 to .97
SLOPE = 1.0  # log-odds for each factor of e in length or visibility
UNLIKE = 0.5  # log-odds by which things really there may be found more or less often than implants
UNMEASURED = (0.2, 1.0)  # without implants every recall between these is taken to be alike
BINS = 3


Look = tuple[float, float | None]
"""What tells how easily a thing is found: its length in metres, and its visibility, None where that is not known."""


@dataclass(frozen=True, eq=False)
class Recall:
    """
    How likely a thing is found, by its length and visibility.

    Parameters
    ----------
    implants, found
        How many were drawn, and found; 0 of 0 where it was not measured.
    curve
        Against log(length / 20 m) and log(visibility / 5); None where it was not measured.
    looks
        float64 (implants, 2): the same of each implant.
    holds
        How many one holds on average; 1 where implants do not tell.
    """

    implants: int = 0
    found: int = 0
    curve: Curve | None = None
    looks: Doubles = field(default_factory=lambda: np.zeros((0, 2)))
    holds: float = 1.0

    @classmethod
    def of(cls, rows: Sequence[ImplantRow]) -> "Recall":
        """Learn from the implants of one kind; of none, the stated prior."""
        if not rows:
            return cls()
        looks = np.array([_logs((row.length_m, row.visibility)) for row in rows])
        hits = [row.found for row in rows]
        boxes = [row.boxes for row in rows if row.boxes is not None]
        holds = float(np.mean(boxes)) if boxes else 1.0
        return cls(len(rows), sum(hits), fit(looks, hits, INTERCEPT, SLOPE), looks, holds)

    @property
    def measured(self) -> bool:
        """Whether implants speak, and not the prior alone."""
        return self.curve is not None

    @property
    def share(self) -> tuple[float, float, float]:
        """Share of the implants found: low, best, high (Jeffreys; Brown, Cai and DasGupta 2001)."""
        return jeffreys(self.found, self.implants)

    def draws(self, rng: np.random.Generator, draws: int) -> Callable[[Look | None], Doubles]:
        """Return a function of a look: float64 (draws,), the chance to find it; None asks for that of all implants."""
        if self.curve is None:
            same = rng.uniform(*UNMEASURED, draws)
            return lambda look: same
        drawn = self.curve.draw(rng, draws)
        drawn[:, 0] += UNLIKE * rng.standard_normal(draws)
        middle = float(np.median(self.looks[:, 1]))

        def found(look: Look | None) -> Doubles:
            if look is None:
                return np.asarray(chance(drawn[:, :1] + drawn[:, 1:] @ self.looks.T).mean(axis=1))
            length, visible = _logs((look[0], look[1] if look[1] is not None else REFERENCE[1] * np.exp(middle)))
            return chance(drawn[:, 0] + drawn[:, 1] * length + drawn[:, 2] * visible)

        return found


def recalls(rows: Sequence[ImplantRow]) -> Mapping[tuple[str, str], Recall]:
    """Return the recall of each (comparison, kind) that implants were drawn for."""
    groups: dict[tuple[str, str], list[ImplantRow]] = {}
    for row in rows:
        groups.setdefault((row.comparison, row.kind), []).append(row)
    return {key: Recall.of(group) for key, group in groups.items()}


def jeffreys(hits: int, trials: int) -> tuple[float, float, float]:
    """Return low, best and high of a share by Jeffreys' prior; 0, .5 and 1 without trials."""
    if not trials:
        return 0.0, 0.5, 1.0
    tail = (1 - LEVEL) / 2
    low, high = betaincinv(hits + 0.5, trials - hits + 0.5, (tail, 1 - tail))
    return (float(low) if hits else 0.0), hits / trials, (float(high) if hits < trials else 1.0)


def recall_as_json(rows: Sequence[ImplantRow]) -> list[dict[str, object]]:
    """Return what implants say of each kind, as JSON values: recall in all, and by thirds of size and visibility."""
    kinds = dict.fromkeys(row.kind for row in rows)
    return [_kind_as_json(kind, [row for row in rows if row.kind == kind]) for kind in kinds]


def _kind_as_json(kind: str, rows: Sequence[ImplantRow]) -> dict[str, object]:
    counted = [row for row in rows if row.boxes and row.count_high is not None and row.count_low is not None]
    held = sum((row.count_low or 0) <= (row.boxes or 0) <= (row.count_high or 0) for row in counted)
    return {
        "kind": kind,
        "synthetic": True,
        "asked": rows[0].asked,
        "drawn": len(rows),
        "found": sum(row.found for row in rows),
        "recall": _share(rows),
        "by_length_m": _thirds(rows, lambda row: row.length_m),
        "by_visibility": _thirds(rows, lambda row: row.visibility),
        "by_contrast": _thirds(rows, lambda row: row.contrast),
        "by_dprime": _thirds(rows, lambda row: row.dprime),
        "counts_held": {"held": held, "of": len(counted)} if counted else None,
    }


def _share(rows: Sequence[ImplantRow]) -> dict[str, float]:
    low, best, high = jeffreys(sum(row.found for row in rows), len(rows))
    return {"low": round(low, 4), "best": round(best, 4), "high": round(high, 4), "level": LEVEL}


def _thirds(rows: Sequence[ImplantRow], value: Callable[[ImplantRow], float]) -> list[dict[str, object]]:
    ordered = sorted(rows, key=value)
    cuts = [round(len(ordered) * part / BINS) for part in range(BINS + 1)]
    groups = [ordered[first:last] for first, last in pairwise(cuts) if last > first]
    return [
        {"from": value(group[0]), "to": value(group[-1]), "drawn": len(group), "recall": _share(group)}
        for group in groups
    ]


def _logs(look: tuple[float, float]) -> tuple[float, float]:
    length, visible = (float(np.log(max(value, 1e-2) / middle)) for value, middle in zip(look, REFERENCE, strict=True))
    return length, visible
