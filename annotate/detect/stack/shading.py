"""How far each pixel lies from the line of its own shading, and where on it: a plain loop, compiled."""

import numpy as np

from ....imagery.compiled import compiled
from ....imagery.scene import Floats

NONE, LEAST = np.float32(0), np.float32(1e-9)
FULL = np.float32(1.1)  # of full shade: noise may make it more


@compiled
def off_line(
    lit: Floats, other: Floats, levels: Floats, drop: Floats, air: Floats, light: Floats, apart: Floats, part: Floats
) -> None:
    """
    Measure each pixel, a band at a time.

    Parameters
    ----------
    lit, other, levels
        float32 (bands, rows, columns): the ground in the sun, the other date, and the ground's level around.
    drop, air
        float32 (bands,), what full shade takes, and what the air adds.
    light
        float32 (3,): brightness above which a surface casts none of the shade, the brightness on the other date below
        which there may be full shade, and the most shade elsewhere.
    apart, part
        float32 (rows, columns), written: distance from the line, and place on it.
    """
    bands, rows, columns = lit.shape
    for row in range(rows):
        for column in range(columns):
            along, total, sunny, dim = NONE, LEAST, NONE, NONE
            for band in range(bands):
                first, second, level = lit[band, row, column], other[band, row, column], levels[band, row, column]
                way = max(first - air[band], NONE) * drop[band] / level
                along += (first - second) / level * way
                total += way * way
                sunny += first / level
                dim += second / level
            most = FULL if dim < light[1] * bands else light[2]
            if sunny > light[0] * bands:
                most = NONE  # a bright surface that came or went
            place = min(max(along / total, NONE), most)
            farthest = NONE
            for band in range(bands):
                first, second, level = lit[band, row, column], other[band, row, column], levels[band, row, column]
                left = (second - first + place * max(first - air[band], NONE) * drop[band]) / level
                farthest = max(farthest, abs(left))
            apart[row, column], part[row, column] = farthest, place
