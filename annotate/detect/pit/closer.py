"""Places worth a closer look, and that look: walls fitted on their own, and the odds that this gives."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ....imagery.scene import ScenePair
from ...kinds import Kind
from ..detection import Cancelled, raise_if
from .odds import CLOSER_M, odds_for
from .refit import refitted
from .relief import Optics
from .search import Place, places
from .terms import terms
from .view import View

LEEWAY = (
    2.0  # log-odds below the threshold of the search; of pits that a closer look would keep, nearly none lies lower
)


def closer_places(
    pair: ScenePair, view: View, kind: Kind, stricter: float = 0.0, cancelled: Cancelled | None = None
) -> Iterator[Place]:
    """
    Yield the places that are worth it as a closer look finds them, overlapping ones too.

    In a frame coarser than `CLOSER_M` their walls are fitted closer, but their terms stay those of the search.

    Parameters
    ----------
    pair
        Registered and normalised.
    view
        The same pair.
    kind
        Bounds of the outer size.
    stricter
        Log-odds more that a place must have, where several suns are tried.
    cancelled
        Asked between places.
    """
    step, optics = view.frame.step_m, Optics(view.frame.step_m, pair.grid.mean_gsd_m)
    closer, colour = step <= CLOSER_M, view.hues is not None
    colours = (True, False) if closer and colour else (colour,)  # either may vouch: soil is not redder everywhere
    tables = [odds_for(step, one, closer=False) for one in colours]
    least = stricter - (LEEWAY if closer else 0.0)
    changes = {sign: np.asarray(sign * view.change) for sign in (1, -1)}
    for place in places(pair, view, kind, cancelled):
        if max(table.log_odds(place.found) - table.threshold for table in tables) < least:
            continue
        raise_if(cancelled)
        fit, bank = refitted(changes[place.sign], place.fit, place.sun, optics)
        found = place.found
        if closer:
            found = terms(view, fit, bank, place.sun, place.sign, float(np.expm1(place.found["search"])))
        yield replace(place, fit=fit, bank=bank, found=found)
