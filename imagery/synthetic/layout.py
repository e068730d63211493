"""The site on two dates, from a seed: where the coast runs, what stands, what came and what went."""

from dataclasses import replace

import numpy as np

from . import countryside, depot, quayside, varied
from .boxes import Stack, with_odd_widths
from .draft import Draft
from .ground import Harbour
from .place import Place
from .plot import Plot

MARGIN_M = 10.0


def draft_site(
    seed: int, extent_m: float, *, null: bool = False, shuffle_box_widths: bool = False, vary: bool = False
) -> Draft:
    """
    Lay out the site.

    Parameters
    ----------
    seed
        Of everything; the layout does not depend on the pixel size.
    extent_m
        Side of the square image, metres.
    null
        Leave everything as it is on the after date: nothing comes or goes, not even a vehicle.
    shuffle_box_widths
        Give every container block columns of random widths over the same outline.
    vary
        Add what `varied` adds: worn and enlarged pits, a siding, more to mistake; all else stays where it is.
    """
    rng = np.random.default_rng((seed, 1))
    inland = 90.0 * float(rng.integers(4)) + float(rng.uniform(-10, 10))
    middle = Place(extent_m / 2, extent_m / 2, inland, 0, 0)
    x, y = middle.at(-0.38 * extent_m, 0)
    coast = Place(x, y, inland - 90, 4 * extent_m, 4 * extent_m)
    harbour = Harbour(coast, 22.0 * min(1.0, extent_m / 400), 0.24 * extent_m)
    draft = Draft(rng, extent_m, coast, harbour, Plot(extent_m, MARGIN_M))
    quayside.lay_out(draft)
    countryside.fields(draft)
    depot.lay_out(draft)
    countryside.vehicles(draft)
    countryside.trees(draft)
    if vary:
        draft.rng = np.random.default_rng((seed, 4))
        varied.vary(draft)
    if null:
        draft.freeze()
    if shuffle_box_widths:
        draft.stacks = [_shuffled(both, np.random.default_rng((seed, 2, i))) for i, both in enumerate(draft.stacks)]
    return draft


def _shuffled(both: tuple[Stack | None, Stack | None], rng: np.random.Generator) -> tuple[Stack | None, Stack | None]:
    before, after = both
    if before is None or after is None:
        whole = with_odd_widths(after or before, rng)  # type: ignore[arg-type]  # one of them stands
        return (whole if before else None), (whole if after else None)
    whole = with_odd_widths(after, rng)
    if before is after:
        return whole, whole
    tiers = whole.tiers.copy()
    tiers[:, round(tiers.shape[1] / 2) :] = 0
    return replace(whole, tiers=tiers), whole
