"""How many boxes a block holds: an interval that joins every source of error, each named with its share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....labels.records import Count
from ..boxes import Rectangle
from .layout import Layout, lay_out
from .places import Places, read_places
from .tiers import MOST, Tiers, prior_tiers, shadow_tiers
from .view import Sight

LEVEL = 0.9
DRAWS = 4000
CLEAR_GSD_M, PLACE_GSD_M = 0.75, 1.2  # up to the first no free place is missed; up to the second it may show
AREA_WORTH = 6.0  # places whose filling one would have to see to know as much as from mixed pixels
MISREAD = (0.005, 0.05)  # of filled places that are free, and of free ones that hold a box painted like the ground
MISSED = 0.3  # of lower boxes whose shade is not seen: the neighbour is lower as well, or the strip too dark to tell
MISFIT = 0.1  # of what a found outline joins or leaves out: two surveys by one eye agree no better (Murata 2024)
LOWER_PRIOR = (0.5, 2.5)  # Beta: share of boxes that stand a tier lower where nothing shows it


@dataclass(frozen=True)
class Bounds:
    """The count, and the rules and inputs of its bounds."""

    count: Count
    terms: dict[str, float | str | bool]


@dataclass(frozen=True, eq=False)
class Block:
    """
    What was read of a block.

    Parameters
    ----------
    layouts
        Ways its boxes may be laid out, the likeliest first.
    places
        Of that one.
    tiers
        None where no shadow shows them.
    sunlit
        Whether the sun is known.
    gsd_m
        Of the image.
    """

    layouts: tuple[Layout, ...]
    places: Places
    tiers: Tiers | None
    sunlit: bool
    gsd_m: float


@dataclass(frozen=True, eq=False)
class _Draws:
    """Equally likely values of what makes up a count, one array each."""

    places: NDArray[np.float64]
    filled: NDArray[np.float64]
    tiers: NDArray[np.float64]
    lower: NDArray[np.float64]

    def boxes(self, **fixed: float) -> NDArray[np.float64]:
        """Multiply them, some of them fixed."""
        parts = {"places": self.places, "filled": self.filled, "tiers": self.tiers, "lower": self.lower} | fixed
        standing = np.maximum(1.0, np.rint(parts["places"] * parts["filled"]))
        tiers = np.asarray(parts["tiers"])
        return np.asarray(standing * np.where(tiers > 1, tiers - parts["lower"], tiers))


def count_boxes(sight: Sight, rectangle: Rectangle, resolvable: bool, found: bool = False) -> Bounds:
    """
    Say how many boxes a block holds, hidden ones included.

    The number is places side by side x places end to end x share filled x tiers, less the tops that are missing. Each
    factor is a distribution given the image: the layout from all ways to divide the outline (`partition`), the filled
    places one by one, the tiers from the shadow. The bounds are the quantiles of their product.

    Parameters
    ----------
    sight
        Image, ground and sun.
    rectangle
        Outline of the block, good to a metre and two degrees.
    resolvable
        Whether the pixel size can show single boxes; if not, there is an interval but no best number.
    found
        Whether the outline was found and not drawn: it may then join two blocks or leave out part of one, and the
        interval allows for that.

    Returns
    -------
    Bounds
        No best number and no upper bound where the sun is unknown: tiers are then open.
    """
    return count_block(read_block(sight, rectangle), resolvable, found)


def read_block(sight: Sight, rectangle: Rectangle) -> Block:
    """Return how a block is laid out, what stands at its places and how high; see `count_boxes`."""
    layouts = lay_out(sight, rectangle)
    places = read_places(layouts[0], sight.sun, sight.gsd_m)
    tiers = None if sight.sun is None else shadow_tiers(sight, layouts[0].rectangle, places.filled, sight.sun)
    return Block(layouts, places, tiers, sight.sun is not None, sight.gsd_m)


def count_block(block: Block, resolvable: bool, found: bool = False) -> Bounds:
    """Say how many boxes a block holds that was read; see `count_boxes`."""
    places, tiers = block.places, block.tiers
    draws = _draw(block.layouts, places, tiers, block.gsd_m)
    boxes = draws.boxes() if block.sunlit else draws.boxes(tiers=1.0)
    best = round(float(np.median(boxes)))
    if found:
        misfit = MISFIT * max(1.0, block.gsd_m / PLACE_GSD_M)  # so many pixels of it, where no place shows
        boxes = boxes * np.exp(misfit * np.random.default_rng(1).standard_normal(DRAWS))
    low, high = (round(float(value)) for value in np.quantile(boxes, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    low = max(low, 1)
    tiers_low = tiers_high = None
    if tiers is not None:
        tiers_low, tiers_high = _bounds(tiers.probabilities)
    open_top = not block.sunlit
    count = Count(low, best if resolvable else None, None if open_top else max(high, low), tiers_low, tiers_high)
    return Bounds(count, _numbers(block.layouts[0], places, tiers, draws) | _rules(resolvable, tiers, open_top))


def count_standing_boxes(block: Block, standing: int, resolvable: bool) -> Count:
    """
    Say how many boxes a block holds of whose places so many are known to be filled.

    Parameters
    ----------
    block
        As it was read: its tiers stay as uncertain as the image leaves them.
    standing
        Filled places.
    resolvable
        See `count_boxes`.
    """
    if standing == 0:
        return Count(0, 0, 0)
    fixed = {"places": float(standing), "filled": 1.0} | ({} if block.sunlit else {"tiers": 1.0})
    boxes = np.atleast_1d(_draw(block.layouts, block.places, block.tiers, block.gsd_m).boxes(**fixed))
    low, best, high = (round(float(value)) for value in np.quantile(boxes, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]))
    tiers = (None, None) if block.tiers is None else _bounds(block.tiers.probabilities)
    return Count(max(low, 1), best if resolvable else None, high if block.sunlit else None, *tiers)


def _draw(layouts: Sequence[Layout], places: Places, tiers: Tiers | None, gsd_m: float) -> _Draws:
    rng = np.random.default_rng(0)
    weights = np.exp([one.evidence - layouts[0].evidence for one in layouts])
    way = rng.choice(len(layouts), DRAWS, p=weights / weights.sum())
    numbers = np.array([_numbers_of(one, rng) for one in layouts])[way, np.arange(DRAWS)]
    filled = int(places.filled.sum())
    watched, lower = int(places.watched.sum()), int(places.lower.sum())
    share = rng.beta(LOWER_PRIOR[0] + lower, LOWER_PRIOR[1] + watched - lower, DRAWS)
    unseen = rng.binomial(filled - watched, share) + rng.binomial(watched - lower, MISSED * share)
    weights = prior_tiers(unshadowed=True) if tiers is None else tiers.probabilities
    return _Draws(
        places=np.maximum(1.0, numbers),
        filled=_share(places, gsd_m, rng),
        tiers=rng.choice(np.arange(1.0, MOST + 1), DRAWS, p=weights),
        lower=(lower + unseen) / max(filled, 1),
    )


def _share(places: Places, gsd_m: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw shares of places that are filled: counted where a place shows, else their area, as far as it is known."""
    filled, size = int(places.filled.sum()), places.filled.size
    if gsd_m <= CLEAR_GSD_M:
        wrong = rng.binomial(filled, MISREAD[0], DRAWS), rng.binomial(size - filled, MISREAD[1], DRAWS)
        return np.asarray((filled - wrong[0] + wrong[1]) / size)
    if gsd_m <= PLACE_GSD_M:
        return np.asarray(rng.beta(0.5 + filled, 0.5 + size - filled, DRAWS))
    ground = float(np.clip(places.ground.mean(), 0.0, 1.0))
    return np.asarray(1 - rng.beta(0.5 + ground * AREA_WORTH, 2.5 + (1 - ground) * AREA_WORTH, DRAWS))


def _numbers_of(layout: Layout, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw numbers of places of one layout."""
    across, along = (rng.choice(len(one.counts), DRAWS, p=one.counts) for one in (layout.across, layout.along))
    return np.asarray(across * along, dtype=np.float64)


def _bounds(probabilities: NDArray[np.float64]) -> tuple[int, int]:
    below = np.cumsum(probabilities)
    low, high = np.searchsorted(below, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return int(low) + 1, min(int(high), MOST - 1) + 1


def _numbers(layout: Layout, places: Places, tiers: Tiers | None, draws: _Draws) -> dict[str, float | str | bool]:
    columns, rows = len(layout.columns_m) - 1, len(layout.rows_m) - 1
    middle = {name: float(np.median(getattr(draws, name))) for name in ("places", "filled", "tiers", "lower")}
    spread = {}
    for name in ("places", "tiers", "lower"):
        alone = draws.boxes(**{other: value for other, value in middle.items() if other != name})
        spread[f"spread_{name}"] = round(float(np.ptp(np.quantile(alone, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))), 1)
    terms: dict[str, float | str | bool] = {
        "level": LEVEL,
        "boxes_across": float(columns),
        "boxes_along": float(rows),
        "pitch_m": round(float(np.mean(np.diff(layout.columns_m))), 2),
        "even_pitch": layout.across.name == "pitch",
        "box_length": layout.along.name,
        "edges_seen": float(layout.across.seen),
        "observed_at_least": float(places.filled.sum()),
        "free_places": float((~places.filled).sum()),
        "lower_places": float(places.lower.sum()),
        "watched_places": float(places.watched.sum()),
    }
    if tiers is not None:
        terms |= {"shadow_height_m": round(tiers.height_m, 2), "shadow_strips": float(tiers.strips)}
    return terms | spread


def _rules(resolvable: bool, tiers: Tiers | None, open_top: bool) -> dict[str, float | str | bool]:
    how = "the filled places of the lattice" if resolvable else "the area at the spacing of boxes, which no pixel shows"
    if tiers is not None:
        above = "tiers from the shadow, less tops seen or likely to be missing"
    else:
        above = "one tier" if open_top else "tiers as yards are stacked, as no shadow shows them"
    bound = f"quantile of {how}, times {above}; outline, spacing and lengths of the boxes as uncertain as they are"
    unknown = "none: without a sun the tiers are not known"
    return {
        "rule_low": f"5 % {bound}",
        "rule_best": f"middle {bound}" if resolvable else "none: single boxes are not resolved",
        "rule_high": unknown if open_top else f"95 % {bound}",
    }
