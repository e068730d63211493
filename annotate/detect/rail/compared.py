"""How far two dates differ, and where one of them lies in shade: a plain loop, compiled."""

import numpy as np

from ....imagery.compiled import compiled
from ....imagery.scene import Floats

NONE, ONE, LEAST = np.float32(0), np.float32(1), np.float32(1e-6)


@compiled
def compare_bands(
    before: Floats, after: Floats, darkens: np.float32, neutral: np.float32, most: Floats, shade: Floats
) -> None:
    """
    Compare each pixel in all bands.

    Parameters
    ----------
    before, after
        float32 (bands, rows, columns).
    darkens
        The factor that shade takes from every band at least.
    neutral
        How many times more than of another it may take of one band.
    most, shade
        float32 (rows, columns), written: the greatest difference of any band; and 1 where the after date is darker by
        about one factor in all bands, -1 where the before date is, else 0.
    """
    bands, rows, columns = before.shape
    for row in range(rows):
        for column in range(columns):
            farthest, least, low, high = NONE, np.float32(np.inf), np.float32(np.inf), NONE
            for band in range(bands):
                first, second = before[band, row, column], after[band, row, column]
                farthest = max(farthest, abs(second - first))
                ratio = max(second, LEAST) / max(first, LEAST)
                least = min(least, max(ratio, ONE / ratio))
                low, high = min(low, ratio), max(high, ratio)
            most[row, column] = farthest
            cast = least > darkens and high < neutral * low
            darker = max(after[0, row, column], LEAST) < max(before[0, row, column], LEAST)
            shade[row, column] = NONE if not cast else ONE if darker else -ONE
