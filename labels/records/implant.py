"""What became of one implant: a thing drawn into a copy of the after scene to learn whether it would be found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImplantRow:
    """
    One thing that is not there. It has no place on any map, and its pixels are not kept.

    Parameters
    ----------
    comparison
        Comparison id: into whose after scene it was drawn.
    kind, number
        Name of the kind, and which of that kind, from 0: the same number is the same thing again.
    asked
        How many of each kind were asked for in that run.
    length_m, width_m, height_m
        At its foot, and above the ground.
    contrast
        Root mean square of its brightness against the median around it, as a share of that median.
    visibility
        Root mean square change of brightness between the dates inside its outline, in spreads of the change of what
        did not change.
    dprime
        The same added up over its pixels: the ideal observer's signal over noise, were that noise white.
    boxes
        Containers in all, hidden ones included; None for other kinds.
    found
        True where a proposal of its kind is this thing, one to one.
    count_low, count_best, count_high
        Of that proposal; None without one, or where it says none.
    """

    comparison: str
    kind: str
    number: int
    asked: int
    length_m: float
    width_m: float
    height_m: float
    contrast: float
    visibility: float
    dprime: float
    boxes: int | None
    found: bool
    count_low: int | None = None
    count_best: int | None = None
    count_high: int | None = None
