"""How a block is laid out: which way its boxes lie, how many stand side by side, and how many end to end."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..boxes import Rectangle
from .lattice import LENGTHS_M, WIDTH_M
from .partition import Partition, Spacing, divide, meeting_evidence
from .view import MARGIN_M, BlockView, Sight, straightened, view_block

GAPS_M = {"across": (0.05, 0.6), "along": (0.1, 0.7)}  # between boxes, common to a block
STRAY_M = 0.12  # that a box stands off its place
UNEVEN_M = (1.4, 7.0)  # widths of things that are no boxes
UNEVEN = 1e-4  # how likely those are before looking
TRIM = 0.15  # at each end of a profile's strip, where the next box may reach in
OUTLINE_M, OUTLINE_PX = 0.6, 0.35  # error of the outline's sides: parts in metres and in pixels
WIDER, WIDE = 2.5, 0.1  # times that, of the share that is worse
# Pixels from box to box: below the first nothing shows where they meet, above the second all. Ends meet in strips that
# are one box wide, where the colours of the next boxes mix in.
SHARP_PX = {"across": (2.5, 3.5), "along": (4.5, 6.5)}
PLAIN_GSD_M = (1.0, 1.5)  # up to the first a pixel is box or ground, from the second on most are both
REACH_M = {"across": 0.6, "along": 1.0}
PLAIN_RATIO = 2.0  # log ratio that a piece of ground with or without a box on it looks so


@dataclass(frozen=True, eq=False)
class Layout:
    """
    The likeliest layout of a block, and how sure its numbers are.

    Parameters
    ----------
    view
        Boxes lie along its rows' direction, that is, columns are boxes side by side.
    across, along
        Division into boxes side by side, and end to end; places of `along` run against the rows.
    """

    view: BlockView
    across: Partition
    along: Partition

    @property
    def evidence(self) -> float:
        """Log of the likelihood of all divisions both ways."""
        return self.across.evidence + self.along.evidence

    @property
    def columns_m(self) -> NDArray[np.float64]:
        """Where columns meet, metres from the view's first column."""
        return self.across.edges_m

    @property
    def rows_m(self) -> NDArray[np.float64]:
        """Where rows meet, metres from the view's first row."""
        return np.asarray(self.view.bands.shape[1] * self.view.step_m - self.along.edges_m[::-1])

    @property
    def rectangle(self) -> Rectangle:
        """The outline that the boxes themselves give, heading along them."""
        old, step = self.view.rectangle, self.view.step_m
        columns, rows = self.columns_m, self.rows_m
        aside = (columns[0] + columns[-1]) / 2 - self.view.bands.shape[2] * step / 2
        ahead = (rows[0] + rows[-1]) / 2 - self.view.bands.shape[1] * step / 2
        x, y = np.array([old.x, old.y]) + (aside * old.across + ahead * old.along) / self.view.frame_step_m
        return Rectangle(float(x), float(y), float(np.ptp(rows)) - 0.2, float(np.ptp(columns)) - 0.2, old.heading_deg)


def lay_out(sight: Sight, rectangle: Rectangle) -> tuple[Layout, ...]:
    """
    Find the layouts of a block whose outline may be off by a metre and two degrees: boxes either way, likeliest first.

    Parameters
    ----------
    sight
        What is looked at.
    rectangle
        The outline; either side may be the one along the boxes.
    """
    view = view_block(sight, straightened(sight, rectangle))
    ways: list[Layout] = []
    for one in (view, view.turned):
        across = _divide(one, "across", sight.gsd_m)
        along = _divide(one.turned, "along", sight.gsd_m)
        ways.append(Layout(one, across, along))
    return tuple(sorted(ways, key=lambda way: -way.evidence))


def _divide(view: BlockView, way: str, gsd_m: float) -> Partition:
    """Divide the columns of a view, looking at strips along its rows that are about a box deep."""
    short, wide = LENGTHS_M[0] + 0.25, WIDTH_M + 0.35
    strip_m, spacing_m = (short, wide) if way == "across" else (wide, short)
    margin = round(MARGIN_M / view.step_m)
    rows = view.bands.shape[1] - 2 * margin
    strips = max(1, round(rows * view.step_m / strip_m))
    bounds = np.linspace(margin, margin + rows, strips + 1)
    trim = TRIM * rows / strips
    profiles = [
        view.bands[:, round(start + trim) : max(round(end - trim), round(start + trim) + 1)].mean(axis=1)
        for start, end in pairwise(bounds)
    ]
    sharp = _ramp(spacing_m / gsd_m, *SHARP_PX[way])
    weight = sharp * view.independent / len(view.bands)
    evidence = meeting_evidence(np.concatenate(profiles), view.step_m, max(gsd_m, REACH_M[way]), weight, MARGIN_M)
    bare, dark = (mask[margin : margin + rows].mean(axis=0) for mask in (view.bare, view.dark))
    pure = 1 - _ramp(gsd_m, *PLAIN_GSD_M)
    inside = pure * PLAIN_RATIO * (1 - dark - 2 * bare) * strips * view.step_m / max(gsd_m, 1.0)
    size = len(evidence) * view.step_m
    places = np.asarray((np.arange(len(evidence)) + 0.5) * view.step_m, dtype=np.float64)
    ends = block_end(places, MARGIN_M, gsd_m), block_end(places, size - MARGIN_M, gsd_m)
    possible = [one for one in spacings(way, view.step_m) if sharp == 1 or one.name != "uneven"]
    return divide(evidence, inside, ends, view.step_m, possible)


def _ramp(value: float, low: float, high: float) -> float:
    return float(np.clip((value - low) / (high - low), 0.0, 1.0))


def block_end(places: NDArray[np.float64], at: float, gsd_m: float) -> NDArray[np.float64]:
    """
    Return log probabilities, up to a constant, that a block outlined to end at a place ends at others.

    Parameters
    ----------
    places
        float64 (n), metres.
    at
        Where the outline ends, metres.
    gsd_m
        Pixel size, with which the outline's error grows.
    """
    sigma = float(np.hypot(OUTLINE_M, OUTLINE_PX * gsd_m))
    near = np.log(1 - WIDE) - ((places - at) / sigma) ** 2 / 2
    far = np.log(WIDE / WIDER) - ((places - at) / sigma / WIDER) ** 2 / 2
    return np.asarray(np.logaddexp(near, far))


@cache
def spacings(way: str, step_m: float) -> tuple[Spacing, ...]:
    """Return how boxes may be spaced "across" or "along", for samples `step_m` apart."""
    gaps = np.linspace(*GAPS_M[way], 12 if way == "across" else 7)
    if way == "across":
        even = [_even("pitch", (WIDTH_M + gap,), step_m, (1 - UNEVEN) / len(gaps)) for gap in gaps]
        steps = np.arange(np.ceil(UNEVEN_M[0] / step_m), np.floor(UNEVEN_M[1] / step_m) + 1) * step_m
        return (*even, Spacing("uneven", steps, np.full(len(steps), 1 / len(steps)), float(np.log(UNEVEN))))
    short, long = LENGTHS_M
    kinds: Sequence[tuple[str, tuple[float, ...], float]] = (
        ("20 ft", (short,), 0.4),
        ("40 ft", (long,), 0.4),
        ("both", (short, long), 0.2),
    )
    return tuple(
        _even(name, tuple(length + gap for length in lengths), step_m, prior / len(gaps))
        for name, lengths, prior in kinds
        for gap in gaps
    )


def _even(name: str, centres_m: tuple[float, ...], step_m: float, prior: float) -> Spacing:
    steps = np.arange(np.floor((min(centres_m) - 0.4) / step_m), np.ceil((max(centres_m) + 0.4) / step_m) + 1) * step_m
    stray = max(STRAY_M, step_m / 2)
    centres = np.asarray(centres_m)[:, None]
    weights: NDArray[np.float64] = np.exp(-(((steps - centres) / stray) ** 2) / 2).sum(axis=0)
    kept = weights > 1e-3 * np.max(weights)
    return Spacing(name, steps[kept], weights[kept] / weights[kept].sum(), float(np.log(prior)))
