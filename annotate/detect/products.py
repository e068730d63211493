"""Inner products of a few long rows in one thread: BLAS would start its threads for every one of many small tasks."""

import numpy as np

from ...imagery.compiled import compiled
from ...imagery.scene import Floats


@compiled
def inner_products(first: Floats, second: Floats) -> Floats:
    """Return the inner product of each row of one with each row of the other: float32 (n, k) and (m, k) to (n, m)."""
    found = np.empty((len(first), len(second)), dtype=np.float32)
    for i in range(len(first)):
        one = first[i]
        for j in range(len(second)):
            other, total = second[j], np.float32(0)
            for k in range(len(one)):
                total += one[k] * other[k]
            found[i, j] = total
    return found
