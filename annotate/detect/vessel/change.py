"""Vessels that came or went: what stands out on water of one date where the other date shows open water."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ....imagery.scene import ChangeMap, Floats, Mask, ScenePair
from ...kinds import Kind
from ...testable import Testability
from ..arbitration import one_a_place
from ..boxes import rectified
from ..detection import Cancelled, Detection, calibrated, raise_if
from .vessel import SHARED, Seen, afloat, frame_step_m, seen_as
from .waterside import Waterside, waterside

EDGE_PX = 1  # pixels along an edge differ where the dates are registered to half a pixel
CLEAR_OF_EDGES = 0.5  # of its contrast that a vessel keeps when edges are allowed to move by that much


def vessel_changes(
    pair: ScenePair, change: ChangeMap, kind: Kind, testability: Testability, cancelled: Cancelled | None = None
) -> list[Detection]:
    """
    Find vessels that are there on one date only, at berth and at anchor.

    Where the other date shows water, a quay, a pier or a raft that stays is gone from the difference of the two dates,
    and a hull stands free on all sides. A vessel whose place another one took is not told from one that stayed.

    Parameters
    ----------
    pair
        Registered, optical; each date's contrast is against its own water, so the radiometry of the two need not agree.
    change
        Not used: water has a radiometry of its own.
    kind
        Bounds of length and beam.
    testability
        Whether they may be counted at this pixel size.
    cancelled
        Asked between steps.
    """
    gsd = max(pair.grid.gsd_m)
    dates: list[Waterside] = []
    for scene in (pair.before, pair.after):
        raise_if(cancelled)
        date = waterside(scene, frame_step_m(gsd))
        if date is None:
            return []
        dates.append(date)
    found: list[Detection] = []
    for then, now, word in ((dates[0], dates[1], "appeared"), (dates[1], dates[0], "vanished")):
        raise_if(cancelled)
        found.extend(_one_way(then, now, word, gsd, kind))
    return one_a_place(found, SHARED)


@dataclass(frozen=True, eq=False)
class _Arrival:
    """What one date shows on water of the other; `clear` is what is left of it if edges may move by a pixel."""

    seen: Waterside
    clear: Floats
    closed: Mask


def _one_way(then: Waterside, now: Waterside, word: str, gsd_m: float, kind: Kind) -> Iterator[Detection]:
    arrival = _arrival(then, now, gsd_m)
    for rectangle in afloat(arrival.seen, arrival.closed):
        hull = seen_as(rectangle, arrival.seen, gsd_m, kind)
        if hull is None:
            continue
        step = now.frame.step_m
        clear = float(np.median(rectified(arrival.clear, rectangle, step, step)))
        if clear < CLEAR_OF_EDGES * hull.contrast:
            continue
        terms = {
            **hull.terms,
            "statistic": round(hull.freed, 3),
            "threshold": round(hull.least, 3),
            "at_berth": _touches(then, hull),
            "clear_of_edges": round(clear / hull.contrast, 3),
        }
        yield Detection(kind.name, word, "unknown", hull.polygon, calibrated(hull.freed, hull.least), None, terms)


def _arrival(then: Waterside, now: Waterside, gsd_m: float) -> _Arrival:
    reach = 2 * max(1, round(EDGE_PX * gsd_m / now.frame.step_m)) + 1
    kernel = np.ones((reach, reach), np.uint8)
    was = np.maximum(then.contrast, 0).astype(np.float32)
    open_then = (cv2.dilate(then.water.astype(np.uint8), kernel) > 0) & ~then.things
    gained = np.where(open_then, now.contrast - was, 0).astype(np.float32)
    clear = np.where(open_then, now.contrast - cv2.dilate(was, kernel), 0).astype(np.float32)
    least = np.maximum(then.least, now.least)
    things = np.asarray(now.things & open_then & (gained > least))
    seen = replace(now, contrast=gained, things=things, least=least)
    return _Arrival(seen, clear, ~open_then)


def _touches(then: Waterside, hull: Seen) -> bool:
    """Return True where ground, or a hull of the other date, lies beside it."""
    step = then.frame.step_m
    return float(rectified(then.things.astype(np.float32), hull.rectangle, step, step, margin_m=2 * step).max()) > 0.5
