"""What every change method returns."""

from dataclasses import dataclass

from ..scene import Floats


@dataclass(frozen=True, eq=False)
class Statistic:
    """
    Evidence of change, before any threshold.

    Parameters
    ----------
    distance
        float32 (rows, columns), >= 0, larger where change is likelier; NaN where not valid.
    signed
        float32 (rows, columns), brightness of after minus before in units of its own no-change spread; NaN where not
        valid.
    one_sided
        True where `distance` is the magnitude of `signed`, so that its two sides can be told apart.
    """

    distance: Floats
    signed: Floats
    one_sided: bool
