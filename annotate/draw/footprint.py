"""The footprint of a block of boxes: its slots, which of them are filled, and how many boxes that makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from shapely import Point, Polygon

from ...imagery.scene import Mask
from ...labels.records import Count
from ..detect.stack.count import Block, count_block, count_standing_boxes
from ..detect.stack.tiers import MOST, prior_tiers
from ..errors import ReviewError

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Footprint:
    """
    A block slot by slot, as it was read and as an analyst corrects it; every correction is a new one.

    Parameters
    ----------
    block
        What the image shows.
    slots
        float64 (rows, columns, 4, 2): corners in (column, row) of the scene; rows along the boxes.
    filled
        bool (rows, columns): where a box stands.
    tiers
        As the analyst says; None leaves them to the shadow.
    resolvable
        Whether single boxes show at this pixel size; if not, there is no best number.
    """

    block: Block
    slots: Doubles
    filled: Mask
    resolvable: bool
    tiers: int | None = None

    @property
    def corrected(self) -> bool:
        """True where an analyst says something else than was read."""
        return self.tiers is not None or not np.array_equal(self.filled, self.block.places.filled)

    @property
    def count(self) -> Count:
        """
        How many boxes there are.

        As the detector counts while nothing is corrected. Else the filled slots are known, and the tiers are as
        uncertain as the shadow leaves them unless the analyst says how many there are.
        """
        standing = int(self.filled.sum())
        if self.tiers is not None:
            boxes = standing * self.tiers
            return Count(boxes, boxes, boxes, self.tiers, self.tiers)
        if not self.corrected:
            return count_block(self.block, self.resolvable).count
        return count_standing_boxes(self.block, standing, self.resolvable)

    def toggled(self, column: float, row: float) -> "Footprint":
        """Return it with the slot at (column, row) of the scene filled or freed; itself where there is none."""
        place = self.slot_at(column, row)
        if place is None:
            return self
        filled = self.filled.copy()
        filled[place] = not filled[place]
        return replace(self, filled=filled)

    def slot_at(self, column: float, row: float) -> tuple[int, int] | None:
        """Return (row, column) of the slot at a place of the scene, or None."""
        for place in np.ndindex(*self.filled.shape):
            if Polygon(self.slots[place]).covers(Point(column, row)):
                return int(place[0]), int(place[1])
        return None

    def stacked(self, by: int) -> "Footprint":
        """Return it with so many tiers more or fewer than are said, or else than are likeliest: 1 to `MOST`."""
        usual = prior_tiers(unshadowed=True) if self.block.tiers is None else self.block.tiers.probabilities
        now = int(usual.argmax()) + 1 if self.tiers is None else self.tiers
        return replace(self, tiers=int(np.clip(now + by, 1, MOST)))

    @property
    def words(self) -> str:
        """What it says now, for the analyst."""
        count, standing = self.count, int(self.filled.sum())
        if self.tiers is not None:
            tiers = f"{self.tiers} {'tier' if self.tiers == 1 else 'tiers'}, said by you"
        elif count.tiers_low is not None:
            span = (
                f"{count.tiers_low}" if count.tiers_low == count.tiers_high else f"{count.tiers_low}–{count.tiers_high}"
            )
            tiers = f"{span} {'tier' if span == '1' else 'tiers'} by the shadow"
        else:
            tiers = "no shadow shows the tiers" if self.block.sunlit else "tiers open: the sun is not known"
        high = "?" if count.high is None else f"{count.high}"
        best = "no best number" if count.best is None else f"{count.best} {'box' if count.best == 1 else 'boxes'}"
        span = "" if count.low == count.high else f" ({count.low}–{high})"
        return f"{best}{span} · {standing} of {self.filled.size} slots filled · {tiers}"

    def to_json(self) -> dict[str, object]:
        """Return what the analyst said, to be kept with the count."""
        return {"slots": self.filled.astype(int).tolist(), "tiers": self.tiers}

    def as_kept(self, kept: Mapping[str, object]) -> "Footprint":
        """Return it as it was kept, where its slots are still the same in number; else as it is."""
        slots, tiers = kept.get("slots"), kept.get("tiers")
        if not isinstance(slots, Sequence) or np.shape(slots) != self.filled.shape:
            return self
        return replace(self, filled=np.array(slots, dtype=bool), tiers=tiers if isinstance(tiers, int) else None)


def kept_words(kept: Mapping[str, object]) -> str:
    """Return what was kept, in a few words: "14 of 15 slots, 2 tiers"."""
    slots, tiers = np.array(kept.get("slots", [])), kept.get("tiers")
    above = "tiers by the shadow" if tiers is None else f"{tiers} {'tier' if tiers == 1 else 'tiers'}"
    return f"{int(slots.sum())} of {slots.size} slots, {above}"


def require_slots(footprint: Footprint) -> Footprint:
    """Return a footprint that has slots, else raise a ReviewError."""
    if not footprint.filled.size:
        raise ReviewError("No slots can be told on this outline; draw it along the sides of the boxes.")
    return footprint
