"""Which method suits a pair, and why."""

from dataclasses import dataclass

from ..scene import Scene, ScenePair
from .log_ratio import LOG_RATIO
from .structure import STRUCTURE
from .structured import STRUCTURED_VECTOR
from .vector import CHANGE_VECTOR, MAX_SIGMA_PX, OBJECT_M

FINE_GSD_M = OBJECT_M / MAX_SIGMA_PX  # below it an object is so many pixels that its pattern shows


@dataclass(frozen=True)
class Choice:
    """
    A method, and the sentence that says why.

    Parameters
    ----------
    name
        Of `METHODS`.
    reason
        For the user; ends with a full stop.
    """

    name: str
    reason: str


def choose(pair: ScenePair) -> Choice:
    """Return the method for a pair: by sensor, then by what its numbers mean, then by pixel size."""
    gsd_m, bands = pair.grid.mean_gsd_m, len(pair.before.pixels)
    what = f"{bands} {'band' if bands == 1 else 'bands'} of {gsd_m:.3g} m"
    if pair.before.acquisition.sensor == "sar":
        return Choice(LOG_RATIO.name, f"SAR, {what}: speckle multiplies, so dates are compared by their ratio.")
    shown = [name for name, scene in (("before", pair.before), ("after", pair.after)) if _for_display(scene)]
    if shown:
        return Choice(
            STRUCTURE.name,
            f"Optical, {what}; the {' and the '.join(shown)} scene stretched for display, so its numbers are no "
            "measure of light and only the pattern is compared.",
        )
    if gsd_m < FINE_GSD_M:
        return Choice(
            STRUCTURED_VECTOR.name,
            f"Optical, {what}: objects are many pixels, so tone and pattern are compared together.",
        )
    return Choice(CHANGE_VECTOR.name, f"Optical, {what}: objects are few pixels, so their tone is compared.")


def _for_display(scene: Scene) -> bool:
    known = scene.acquisition
    return known.units == "display" or (known.level or "").lower() == "display"
