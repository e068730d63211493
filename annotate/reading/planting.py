"""Things that are not there, planted in a pair as it is shown, to measure its reader; their pixels are never kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely import Polygon
from shapely.affinity import translate

from ...imagery.change import score_change
from ...imagery.normalise import normalise
from ...imagery.register.register import registered
from ...imagery.scene import ChangeMap, Registration, Scene, ScenePair
from ...imagery.synthetic.implant import Implant, draw_implants
from ...imagery.synthetic.implanted import camera_of, implanted
from ..detect import Detection, detect
from ..errors import ReviewError
from ..implant_places import Placed, free_land, place
from ..implants import IN_PLACE, as_compared, implantable
from ..kinds import Kind
from ..one_to_one import one_to_one
from ..testable import Testability

MOST_COVER = 0.05  # share of the valid ground that what is planted covers at most: the rest stays what it is


@dataclass(frozen=True)
class Planting:
    """
    What was planted.

    Parameters
    ----------
    asked, seed
        How many of each kind, and what they were drawn by.
    things
        Each with kind, number, x_m, y_m, heading_deg, and its outline in (column, row) of the before scene's file.
    """

    asked: int
    seed: int
    things: Sequence[Mapping[str, object]]


@dataclass(frozen=True, eq=False)
class Bed:
    """
    A pair that things are planted in.

    Parameters
    ----------
    before, after
        The scenes with the bands they share, each on its own grid.
    registration
        How the after scene lies on the before grid.
    change
        The change map of the pair without anything planted.
    kinds, testability
        Those searched for.
    taken
        Outlines on the before grid of what is proposed or drawn already.
    """

    before: Scene
    after: Scene
    registration: Registration
    change: ChangeMap
    kinds: Mapping[str, Kind]
    testability: Mapping[str, Testability]
    taken: Sequence[Polygon] = ()


def plant(bed: Bed, asked: int, seed: int) -> Planting:
    """
    Choose things and places that neither touch one another nor what is proposed or drawn.

    Parameters
    ----------
    bed
        The pair.
    asked
        How many of each kind that can be drawn and would be seen; fewer where there is no room.
    seed
        Of things and places.

    Raises
    ------
    ReviewError
        If nothing can be planted in this pair.
    """
    kinds = implantable(bed.testability, bed.before.acquisition.sensor)
    if not kinds:
        raise ReviewError(
            "Nothing can be planted here: pits and stacks are drawn into optical pairs that can show them."
        )
    pair, rng = normalise(registered(bed.before, bed.after, bed.registration)), np.random.default_rng((seed, 12))
    free, (row, column) = free_land(pair, bed.taken), bed.before.offset
    room_px, placed, things = MOST_COVER * float(pair.valid.sum()), list[Placed](), list[dict[str, object]]()
    drawn = list(_drawn(asked, seed, kinds).items())
    for index in rng.permutation(len(drawn)):
        (kind, number), implant = drawn[index]
        found = place(pair.grid, implant, free, placed, rng)
        if found is None or found.polygon.area > room_px:
            continue
        room_px -= found.polygon.area
        placed.append(found)
        corners = list(translate(found.polygon, column, row).exterior.coords)[:-1]
        at = found.implant.thing.place
        where = {"x_m": at.x_m, "y_m": at.y_m, "heading_deg": at.heading_deg, "outline": [list(xy) for xy in corners]}
        things.append({"kind": kind, "number": number, **where})
    if not things:
        raise ReviewError("Nothing can be planted here: there is no free ground between what is proposed and drawn.")
    return Planting(asked, seed, things)


def blended(bed: Bed, planting: Planting) -> ScenePair:
    """Return the pair with things in it, the after scene on the before grid; both acquisitions say synthetic."""
    implants = [placed.implant for placed in _placed(bed, planting)]
    yards = [replace(one, bare=True) if one.yard else None for one in implants]
    before = implanted(bed.before, bed.before.grid, IN_PLACE, yards, camera_of(bed.before), planting.seed)
    after = implanted(bed.after, bed.before.grid, bed.registration, implants, camera_of(bed.after), planting.seed)
    return registered(before, after, bed.registration)


def change_of(bed: Bed, pair: ScenePair) -> ChangeMap:
    """Return the change map of a blended pair at the threshold and null of the comparison."""
    return as_compared(score_change(normalise(pair), bed.change.method), bed.change)


def proposals(
    bed: Bed,
    pair: ScenePair,
    planting: Planting,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[tuple[int, Detection]]:
    """Return which things (index) a comparison of the blended pair would propose, and as what."""
    known = _placed(bed, planting)
    detections = detect(normalise(pair), change_of(bed, pair), bed.kinds, bed.testability, cancelled=cancelled)
    found = []
    for kind in dict.fromkeys(one.implant.kind for one in known):
        mine = [index for index, one in enumerate(known) if one.implant.kind == kind]
        proposed = [one for one in detections if one.kind == kind]
        matched = one_to_one([(one.change, one.polygon) for one in proposed], [known[index] for index in mine])
        found += [(mine[thing], proposed[proposal]) for proposal, thing in matched]
    return sorted(found, key=lambda pairing: pairing[0])


def _drawn(asked: int, seed: int, kinds: Sequence[str]) -> dict[tuple[str, int], Implant]:
    """Return things by kind and number; the same seed gives the same ones."""
    keys = [(kind, number) for kind in kinds for number in range(asked)]
    return dict(zip(keys, draw_implants(seed, dict.fromkeys(kinds, asked)), strict=True))


def _placed(bed: Bed, planting: Planting) -> list[Placed]:
    kinds = implantable(bed.testability, bed.before.acquisition.sensor)
    drawn, found = _drawn(planting.asked, planting.seed, kinds), list[Placed]()
    for one in planting.things:
        where = (float(str(one[name])) for name in ("x_m", "y_m", "heading_deg"))
        implant = drawn[str(one["kind"]), int(str(one["number"]))].at(*where)
        found.append(Placed(implant, implant.outline(bed.before.grid)))
    return found
