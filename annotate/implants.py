"""What this very pair would have shown: pits and stacks drawn into the after date, and how many of them are found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..imagery.change import score_change
from ..imagery.errors import CancelledError
from ..imagery.normalise import normalise
from ..imagery.register.register import registered
from ..imagery.scene import ChangeMap, Mask, Registration, Residual, Scene, ScenePair
from ..imagery.synthetic.implant import KINDS, Implant, draw_implants
from ..imagery.synthetic.implanted import Camera, camera_of, implanted
from ..labels.records import ImplantRow
from .detect import Detection, detect
from .implant_places import Placed, free_land, place
from .implant_rows import row_of
from .kinds import Kind
from .one_to_one import one_to_one
from .testable import Testability
from .visibility import quiet

SPARSE = 0.02  # share of the valid ground that the things of one batch cover at most: the null keeps its ground
IN_PLACE = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.0, 0.0, 0.0, 0.0, 0))
CANCELLED = "The search for implants was cancelled; the comparison itself is kept."

Stage = Callable[[int, int, str], None]


@dataclass(frozen=True, eq=False)
class Compared:
    """
    A comparison whose pixels are at hand.

    Parameters
    ----------
    before, after
        The scenes as they were registered: the same bands, each on its own grid.
    pair
        Registered and normalised.
    change, detections
        As found without implants.
    kinds, testability
        Those searched for.
    method
        Of the change map, as the user chose it.
    still
        The control pair, or None.
    """

    before: Scene
    after: Scene
    pair: ScenePair
    change: ChangeMap
    detections: Sequence[Detection]
    kinds: Mapping[str, Kind]
    testability: Mapping[str, Testability]
    method: str
    still: ScenePair | None


def implantable(testability: Mapping[str, Testability], sensor: str) -> tuple[str, ...]:
    """Return the kinds that can be drawn into a pair and would be searched for in it."""
    if sensor != "optical":
        return ()
    return tuple(kind for kind in KINDS if kind in testability and testability[kind].detect)


def find_implants(
    compared: Compared,
    asked: int,
    seed: int,
    progress: Stage | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[ImplantRow, ...]:
    """
    Draw things into the after scene, look for them as the comparison looked, and say which were found.

    Sizes, heights and reflectances come from the priors of `draw_implants`, places are drawn evenly from the valid land
    that no proposal touches; what has no room is left out and so is missing from the rows. They go in batches so
    sparse that normalisation and null stay those of the pair; the registration is that of the comparison. Matching is
    `one_to_one`. The same seed gives the same rows.

    Parameters
    ----------
    compared
        The comparison, with its pixels.
    asked
        How many of each kind.
    seed
        Of things, places and noise.
    progress
        Called with (batches done, batches in all, what).
    cancelled
        Asked between and within batches.

    Raises
    ------
    CancelledError
        If `cancelled` says so.
    """
    kinds = implantable(compared.testability, compared.before.acquisition.sensor)
    camera = camera_of(compared.before), camera_of(compared.after)
    free = free_land(compared.pair, [one.polygon for one in compared.detections])
    drawn = draw_implants(seed, dict.fromkeys(kinds, asked))
    numbers = [number for _ in kinds for number in range(asked)]
    batches = _batches(compared, list(zip(drawn, numbers, strict=True)), free, seed)
    found: dict[tuple[str, int], ImplantRow] = {}
    for done, batch in enumerate(batches):
        if cancelled():
            raise CancelledError(CANCELLED)
        if progress is not None:
            progress(done, len(batches), f"implants, batch {done + 1} of {len(batches)}")
        try:
            rows = _searched(compared, batch, asked, camera, seed + done, cancelled)
        except CancelledError as error:  # what is cancelled inside knows nothing of the comparison that is kept
            raise CancelledError(CANCELLED) from error
        found |= {(row.kind, row.number): row for row in rows}
    if progress is not None:
        progress(len(batches), len(batches), "implants")
    return tuple(found[key] for key in sorted(found, key=lambda key: (kinds.index(key[0]), key[1])))


Batch = list[tuple[Placed, int]]


def _batches(compared: Compared, drawn: list[tuple[Implant, int]], free: Mask, seed: int) -> list[Batch]:
    """Place every thing, filling batches in a random order until each is as dense as it may be."""
    rng = np.random.default_rng((seed, 11))
    room_px = SPARSE * float(compared.pair.valid.sum())
    batches: list[Batch] = []
    covered = room_px
    for index in rng.permutation(len(drawn)):
        implant, number = drawn[index]
        area = implant.outline(compared.pair.grid).area
        if not batches or covered + area > room_px:
            batches.append([])
            covered = 0.0
        placed = place(compared.pair.grid, implant, free, [one for one, _ in batches[-1]], rng)
        if placed is not None:
            batches[-1].append((placed, number))
            covered += area
    return [batch for batch in batches if batch]


def _searched(
    compared: Compared,
    batch: Batch,
    asked: int,
    camera: tuple[Camera, Camera],
    seed: int,
    cancelled: Callable[[], bool],
) -> list[ImplantRow]:
    registration = compared.pair.registration
    things = [placed.implant for placed, _ in batch]
    scene = implanted(compared.after, compared.before.grid, registration, things, camera[1], seed)
    yards = [replace(thing, bare=True) if thing.yard else None for thing in things]
    before = implanted(compared.before, compared.before.grid, IN_PLACE, yards, camera[0], seed)
    pair = normalise(registered(before, scene, registration))
    change = as_compared(score_change(pair, compared.method, compared.still), compared.change)
    detections = detect(pair, change, compared.kinds, compared.testability, cancelled=cancelled)
    spread = quiet(compared.pair)
    rows = []
    for kind in KINDS:
        mine = [(placed, number) for placed, number in batch if placed.implant.kind == kind]
        proposed = [one for one in detections if one.kind == kind]
        matched = one_to_one([(one.change, one.polygon) for one in proposed], [placed for placed, _ in mine])
        by_thing = {thing: proposed[row] for row, thing in matched}
        for index, (placed, number) in enumerate(mine):
            rows.append(row_of(placed, number, asked, by_thing.get(index), pair, spread))
    return rows


def as_compared(change: ChangeMap, first: ChangeMap) -> ChangeMap:
    """Return the map at the threshold and null of the comparison: few as they are, implants may move them."""
    if change.method != first.method:
        return change
    return replace(change.at(first.threshold, first.expected_false_alarms_per_km2), null=first.null)
