"""What is really there: the objects of a case, their outlines in pixels and how much they stand out."""

from dataclasses import dataclass, replace

import numpy as np
from shapely import Point, Polygon, union_all
from shapely.affinity import scale
from shapely.geometry.base import BaseGeometry

from .boxes import Stack
from .draft import Both, Draft
from .earthworks import Pit
from .place import Floats, Place
from .priors import WORN_EDGE_M
from .railway import Cars
from .structures import Vessel


@dataclass(frozen=True, slots=True)
class TruthObject:
    """
    One thing that stands on at least one of the dates.

    Parameters
    ----------
    kind
        "storage-pit", "container-stack", "vessel" or "rail-car" (a string of cars).
    change
        "appeared", "vanished", "altered", or "persisted" (on both dates alike).
    state
        Of a pit on the date that shows it (the later one): "empty" or "filled"; "unknown" for other kinds.
    polygon
        Outline at the foot, (column, row) of the before grid, pixel corners at integers.
    length_m, width_m
        Of the outline, length >= width.
    heading_deg
        Of the long axis, clockwise from north, in [0, 180).
    height_m
        Of the wall, of the highest stack, of the deck above the quay, or of the cars.
    boxes, slots, tiers
        Containers in all (hidden ones included), containers seen from above, most on top of one another; of rail cars
        the cars. None for other kinds. Of an altered stack: on the after date.
    contrast
        Root mean square of its brightness against the median around it, as a share of that median, on the date that
        shows it. Dimensionless; a random patch of bare ground has about .1.
    form
        Of a pit: its shape, with "eroded", "overgrown" where it is; empty for other kinds.
    visible
        Share of the outline that no crown of a tree hides.
    """

    kind: str
    change: str
    state: str
    polygon: Polygon
    length_m: float
    width_m: float
    heading_deg: float
    height_m: float
    boxes: int | None
    slots: int | None
    tiers: int | None
    contrast: float
    form: str = ""
    visible: float = 1.0


def truth_of(draft: Draft, before: Floats, after: Floats, gsd_m: float) -> tuple[TruthObject, ...]:
    """Return what a draft holds; pixels (bands, rows, columns) of both dates give the contrast."""
    found = []
    for pit_before, pit_after in draft.pits:
        change = "vanished" if pit_after is not None and pit_after.height_m < 0.5 else _change((pit_before, pit_after))
        pit = pit_before if change == "vanished" else pit_after
        found.append(_object("storage-pit", change, pit, before, after, gsd_m))
    for both in draft.stacks:
        found.append(_object("container-stack", _change(both), both[1] or both[0], before, after, gsd_m))
    for moored in draft.vessels:
        found.append(_object("vessel", _change(moored), moored[1] or moored[0], before, after, gsd_m))
    for standing in draft.cars:
        found.append(_object("rail-car", _change(standing), standing[1] or standing[0], before, after, gsd_m))
    crowns = union_all([Point(tree.x_m, tree.y_m).buffer(tree.radius_m) for tree in draft.trees])
    return tuple(replace(thing, visible=_visible(thing, crowns, gsd_m)) for thing in found)


def _visible(thing: TruthObject, crowns: BaseGeometry, gsd_m: float) -> float:
    outline = scale(thing.polygon, gsd_m, gsd_m, origin=(0, 0))
    return float(1 - outline.intersection(crowns).area / outline.area)


def _change(both: Both[Pit] | Both[Stack] | Both[Vessel] | Both[Cars]) -> str:
    if both[0] is None:
        return "appeared"
    if both[1] is None:
        return "vanished"
    return "persisted" if both[0] is both[1] else "altered"


def _object(
    kind: str, change: str, thing: Pit | Stack | Vessel | Cars | None, before: Floats, after: Floats, gsd_m: float
) -> TruthObject:
    assert thing is not None
    place, (boxes, slots, tiers) = thing.place, _number(thing)
    turned = 0 if place.length_m >= place.width_m else 90
    polygon = scale(place.outline(), 1 / gsd_m, 1 / gsd_m, origin=(0, 0))
    return TruthObject(
        kind=kind,
        change=change,
        state=("empty" if thing.goods is None else "filled") if isinstance(thing, Pit) else "unknown",
        polygon=polygon,
        length_m=max(place.length_m, place.width_m),
        width_m=min(place.length_m, place.width_m),
        heading_deg=(place.heading_deg + turned) % 180,
        height_m=_height(thing),
        boxes=boxes,
        slots=slots,
        tiers=tiers,
        contrast=_contrast(before if change == "vanished" else after, place, gsd_m),
        form=_form(thing) if isinstance(thing, Pit) else "",
    )


def _number(thing: Pit | Stack | Vessel | Cars) -> tuple[int | None, int | None, int | None]:
    if isinstance(thing, Stack):
        return thing.boxes, thing.slots, int(thing.tiers.max())
    return (thing.number, thing.number, 1) if isinstance(thing, Cars) else (None, None, None)


def _form(pit: Pit) -> str:
    worn = (("eroded", pit.erosion_m >= WORN_EDGE_M[0]), ("overgrown", pit.grown > 0))
    return " ".join([pit.form, *(word for word, is_so in worn if is_so)])


def _height(thing: Pit | Stack | Vessel | Cars) -> float:
    if isinstance(thing, Stack):
        return float(thing.tiers.max() * thing.height_m)
    return thing.deck_m if isinstance(thing, Vessel) else thing.height_m


def _contrast(pixels: Floats, place: Place, gsd_m: float) -> float:
    """Compare the pixels inside the outline with the 6 m around it."""
    reach = place.outline(6.0).bounds
    rows = np.arange(max(int(reach[1] / gsd_m), 0), min(int(reach[3] / gsd_m) + 1, pixels.shape[1]))
    columns = np.arange(max(int(reach[0] / gsd_m), 0), min(int(reach[2] / gsd_m) + 1, pixels.shape[2]))
    bright = pixels[:3, rows[:, None], columns].mean(axis=0)
    u, v = place.local((columns + 0.5) * gsd_m, (rows[:, None] + 0.5) * gsd_m)
    distance = np.maximum(np.abs(u) - place.length_m / 2, np.abs(v) - place.width_m / 2)
    own, around = bright[distance < 0], bright[(distance >= 0) & (distance < 6.0)]
    if not own.size or not around.size:
        return 0.0
    level = float(np.median(around))
    return float(np.sqrt(np.mean((own - level) ** 2)) / level)
