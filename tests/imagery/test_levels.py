"""Scenes that were made differently are refused by name; what is unknown is not held against them."""

from itertools import product

import pytest

from depotwatch.imagery.errors import UnlikeScenesError
from depotwatch.imagery.levels import require_alike
from depotwatch.imagery.scene import Acquisition

L1C = Acquisition(level="L1C", units="reflectance", offset_applied=True)
L2A = Acquisition(level="L2A", units="reflectance", offset_applied=True)
WITH_OFFSET = Acquisition(level="L2A", units="dn", offset_applied=False)
PICTURE = Acquisition(level="display", units="display")
LANDSAT_1, LANDSAT_2 = Acquisition(level="L1TP", units="reflectance"), Acquisition(level="L2SP", units="reflectance")
RTC = Acquisition(sensor="sar", level="RTC", units="gamma0")
GRD = Acquisition(sensor="sar", level="GRD", units="sigma0")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (L1C, L2A, r"top-of-atmosphere \(L1C\).*surface \(L2A\)"),
        (LANDSAT_1, LANDSAT_2, r"top-of-atmosphere \(L1TP\).*surface \(L2SP\)"),
        (L1C, LANDSAT_2, "top-of-atmosphere.*surface"),
        (Acquisition(level="Level-1C"), Acquisition(level="S2MSI2A"), "top-of-atmosphere.*surface"),
        (WITH_OFFSET, L2A, r"with the offset of \+1000.*without the offset"),
        (PICTURE, L2A, "display-stretched.*measured"),
        (PICTURE, Acquisition(level="L1C"), "display-stretched.*measured"),
        (PICTURE, Acquisition(units="radiance"), "display-stretched.*measured"),
        (RTC, L2A, r"SAR \(RTC\).*optical \(L2A\)"),
        (RTC, GRD, r"gamma nought \(RTC\).*sigma nought \(GRD\)"),
    ],
)
def test_unlike_scenes_are_refused_by_name_either_way_round(
    before: Acquisition, after: Acquisition, words: str
) -> None:
    with pytest.raises(UnlikeScenesError, match=words):
        require_alike(before, after)
    with pytest.raises(UnlikeScenesError, match=r"^Before is .* and after is .*; \w+ "):
        require_alike(after, before)


@pytest.mark.parametrize("known", [L1C, L2A, WITH_OFFSET, PICTURE, LANDSAT_1, LANDSAT_2])
def test_what_is_unknown_is_not_held_against_a_pair(known: Acquisition) -> None:
    require_alike(known, Acquisition())
    require_alike(Acquisition(), known)
    require_alike(known, known)


def test_surface_reflectance_of_two_sensors_is_alike() -> None:
    for first, second in product([L2A, LANDSAT_2, Acquisition(level="2A"), Acquisition(level="L2SR")], repeat=2):
        require_alike(first, second)
    require_alike(Acquisition(level="L1TP"), Acquisition(level="L1GT"))
    require_alike(Acquisition(level="L3B"), L1C)
