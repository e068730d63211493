"""Misregistration left: what held-out ties say of the ground around them."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .fit import Fit

NEIGHBOURS = (6, 25)  # at least and at most so many ties are averaged
ENOUGH_INFORMATION = 0.12**-2  # 1 / px²: a pooled tie knows both directions this well


def misregistration(fit: Fit) -> NDArray[np.float64]:
    """
    Return the misregistration left around each tie that saw the ground: pixels, (m,).

    Held-out distances are averaged over nearest neighbours by what each knows, because misregistration is smooth over
    the ground and the error of a single tie is not: over as many as it takes to know it to about 0.1 px.
    """
    left, weight, centres = fit.left[fit.ground], fit.weight[fit.ground], fit.ties.centres[fit.ground]
    least, most = (
        min(NEIGHBOURS[0], len(centres)),
        min(NEIGHBOURS[1], max(NEIGHBOURS[0], len(centres) // 6), len(centres)),
    )
    nearest = cKDTree(centres).query(centres, k=most)[1].reshape(len(centres), -1)
    known = np.cumsum(weight[nearest], axis=1)
    pulled = np.cumsum(np.einsum("nkab,nkb->nka", weight[nearest], left[nearest]), axis=1)
    enough = np.linalg.eigvalsh(known)[..., 0] >= ENOUGH_INFORMATION
    enough[:, : least - 1] = False
    enough[:, -1] = True
    last = np.argmax(enough, axis=1)
    every = np.arange(len(centres))
    pooled = np.linalg.solve(known[every, last], pulled[every, last][..., None])[..., 0]
    return np.asarray(np.hypot(*pooled.T))


def p95(fit: Fit) -> float:
    """Return the 95th percentile of the misregistration, pixels."""
    return float(np.percentile(misregistration(fit), 95))
