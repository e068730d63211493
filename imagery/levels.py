"""Whether two scenes may be compared at all: what must not be mixed is refused by name, where both sides are known."""

import re
from collections.abc import Callable

from .errors import UnlikeScenesError
from .scene import Acquisition

AIR_LEFT_IN = re.compile(r"(S2MSI|LEVEL-|L)?1C|L1(TP|GT|GS)")  # top of atmosphere: Sentinel-2, Landsat
AIR_TAKEN_OUT = re.compile(r"(S2MSI|LEVEL-|L)?2A|L2(SP|SR)")  # surface


def require_alike(before: Acquisition, after: Acquisition) -> None:
    """
    Require that no difference is to be expected from how two scenes were made.

    What is not known of a scene is taken to be as in the other.

    Raises
    ------
    UnlikeScenesError
        If one is radar and the other optical, one is stretched for the eye and the other measured, the air is left
        in one and taken out of the other, the offset of Sentinel-2 baseline 04.00 is in one, or one is gamma and the
        other sigma nought.
    """
    for trait, advice in TRAITS:
        first, second = trait(before), trait(after)
        if first is not None and second is not None and first != second:
            raise UnlikeScenesError(
                f"Before is {_words(first, before)} and after is {_words(second, after)}, so their difference "
                f"would show that and not change; {advice}."
            )


def _words(trait: str, known: Acquisition) -> str:
    return trait if known.level is None or known.level == trait else f"{trait} ({known.level})"


def _sensor(known: Acquisition) -> str | None:
    return {"sar": "SAR", "optical": "optical"}[known.sensor]


def _stretch(known: Acquisition) -> str | None:
    if known.units == "display":
        return "display-stretched"
    return "measured" if known.units is not None or _air(known) is not None else None


def _air(known: Acquisition) -> str | None:
    level = (known.level or "").upper()
    if AIR_LEFT_IN.fullmatch(level):
        return "top-of-atmosphere"
    return "surface" if AIR_TAKEN_OUT.fullmatch(level) else None


def _offset(known: Acquisition) -> str | None:
    if known.offset_applied is None:
        return None
    return f"{'without' if known.offset_applied else 'with'} the offset of +1000 of Sentinel-2 baseline 04.00"


def _nought(known: Acquisition) -> str | None:
    return {"gamma0": "gamma nought", "sigma0": "sigma nought"}.get(known.units or "")


TRAITS: tuple[tuple[Callable[[Acquisition], str | None], str], ...] = (
    (_sensor, "choose two scenes of one kind, or say what they are with --sensor"),
    (_stretch, "choose two pictures or two products, or say what they are with --level"),
    (_air, "choose two scenes of one level"),
    (_offset, "fetch both from one archive, or take the offset out"),
    (_nought, "choose two scenes of one processing"),
)
