"""Where a date lies in shadow, from the same ground on another date."""

import numpy as np

from ...imagery.scene import Floats, Mask

DARK = 0.5  # of the same ground lit, haze taken off; what the sky alone leaves is a fifth to a third
HAZE_QUANTILE = 0.002  # the darkest object shows the light that the air adds (Chavez 1988)


def shadow_mask(date: Floats, other: Floats) -> Mask:
    """Return where a date is darker than the other by more than a change of surface is likely to make it."""
    haze = np.float32(min(np.quantile(image, HAZE_QUANTILE) for image in (date, other)))
    return np.asarray(date - haze < DARK * (other - haze))
