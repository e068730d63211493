"""What is kept of an implant: its size, how plainly it shows, whether it was found and how many it was counted as."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from shapely import Polygon, contains_xy

from ..imagery.scene import ScenePair
from ..labels.records import ImplantRow
from .detect import Detection
from .implant_places import Placed
from .visibility import visibility, within

RING_M = 6.0


def row_of(
    placed: Placed,
    number: int,
    asked: int,
    proposal: Detection | None,
    pair: ScenePair,
    spread: float,
) -> ImplantRow:
    """
    Return the row of an implant; no comparison is named in it yet.

    Parameters
    ----------
    placed
        The implant, drawn into the pair.
    number, asked
        Which of its kind it is, and how many were asked for.
    proposal
        What it was found as, or None.
    pair
        With the implant in it, normalised.
    spread
        Of the pair without implants, as `quiet` gives it.
    """
    implant, held = placed.implant, proposal.count if proposal is not None else None
    visible, pixels = visibility(pair, placed.polygon, spread)
    return ImplantRow(
        comparison="",
        kind=implant.kind,
        number=number,
        asked=asked,
        length_m=round(implant.length_m, 3),
        width_m=round(implant.width_m, 3),
        height_m=round(implant.height_m, 3),
        contrast=round(_contrast(pair, placed.polygon), 4),
        visibility=round(visible, 3),
        dprime=round(visible * float(np.sqrt(pixels)), 2),
        boxes=implant.boxes,
        found=proposal is not None,
        count_low=held.low if held else None,
        count_best=held.best if held else None,
        count_high=held.high if held else None,
    )


def kept_for(rows: Sequence[ImplantRow], comparison: str) -> tuple[ImplantRow, ...]:
    """Return rows that name the comparison they belong to."""
    return tuple(replace(row, comparison=comparison) for row in rows)


def _contrast(pair: ScenePair, outline: Polygon) -> float:
    """Return the root mean square of a thing's brightness against the median of the ring around it, as a share."""
    window, around = within(outline.buffer(RING_M / min(pair.grid.gsd_m)), pair.grid.shape)
    y, x = np.mgrid[window] + 0.5
    inner = np.asarray(contains_xy(outline, x, y))
    bright = pair.after.pixels[:, *window].mean(axis=0)
    ring = around & ~inner
    level = float(np.median(bright[ring])) if ring.any() else 0.0
    return float(np.sqrt(np.mean((bright[inner] - level) ** 2)) / level) if inner.any() and level > 0 else 0.0
