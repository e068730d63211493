"""What this very pair would have shown: pits and stacks drawn into the after date, and how many of them are found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from shapely import Polygon, STRtree, contains_xy
from shapely.geometry import box

from ..imagery.change import score_change
from ..imagery.errors import CancelledError
from ..imagery.grid import Grid
from ..imagery.normalise import normalise
from ..imagery.register.register import registered
from ..imagery.scene import ChangeMap, Mask, Registration, Residual, Scene, ScenePair
from ..imagery.synthetic.implant import KINDS, Implant, draw_implants
from ..imagery.synthetic.implanted import Camera, camera_of, implanted
from ..imagery.water import open_water
from ..labels.records import ImplantRow
from .detect import Detection, detect
from .kinds import Kind
from .one_to_one import one_to_one
from .testable import Testability
from .visibility import quiet, visibility, within

SPARSE = 0.02  # share of the valid ground that the things of one batch cover at most: the null keeps its ground
APART_M = 12.0  # so that one neither shades another nor joins it
CLEAR_M = 3.0
LEAST_CHANGE_M2, SMOOTH_M, STANDS_OUT = 20.0, 2.0, 4.0  # what makes change of a pair in the way of an implant
TRIES = 300
IN_PLACE = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.0, 0.0, 0.0, 0.0, 0))
RING_M = 6.0
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


@dataclass(frozen=True, slots=True)
class Placed:
    """An implant whose place is known: its outline in (column, row) of the before grid."""

    implant: Implant
    polygon: Polygon
    change: str = "appeared"

    @property
    def length_m(self) -> float:
        """Of the longer side at the foot."""
        return self.implant.length_m

    @property
    def width_m(self) -> float:
        """Of the shorter side at the foot."""
        return self.implant.width_m


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


def place(
    grid: Grid, implant: Implant, free: Mask, others: Sequence[Placed], rng: np.random.Generator
) -> Placed | None:
    """Return a thing at a random free place and heading, apart from others, or None where none was met."""
    rows, columns = np.nonzero(free)
    if not len(rows):
        return None
    taken = STRtree([other.implant.outline(grid, APART_M) for other in others])
    for pick, turn in zip(rng.integers(0, len(rows), TRIES), rng.uniform(0, 360, TRIES), strict=True):
        (east, north) = grid.metres(columns[pick] + rng.random(), rows[pick] + rng.random())
        moved = implant.at(float(east), -float(north), float(turn))
        needed = moved.outline(grid, CLEAR_M)
        if len(taken.query(needed, predicate="intersects")) or not _inside(needed, free):
            continue
        return Placed(moved, moved.outline(grid))
    return None


def _inside(outline: Polygon, free: Mask) -> bool:
    rows, columns = free.shape
    if not box(0, 0, columns, rows).contains(outline):
        return False
    where, inside = within(outline, free.shape)
    return bool(free[where][inside].all())


def free_land(pair: ScenePair, taken: Sequence[Polygon]) -> Mask:
    """Return valid land that neither an outline, on the before grid, nor other change that stands out touches."""
    free = pair.valid & ~open_water(pair.before) & ~open_water(pair.after)
    margin_px = CLEAR_M / min(pair.grid.gsd_m)
    free &= ~_changed(pair, margin_px)
    for outline in taken:
        where, inside = within(outline.buffer(margin_px), free.shape)
        free[where] &= ~inside
    return free


def _changed(pair: ScenePair, margin_px: float) -> Mask:
    """Return where brightness changed over some metres far more than elsewhere, and a margin around it."""
    difference = pair.after.pixels.mean(axis=0) - pair.before.pixels.mean(axis=0)
    sides = [max(1, round(SMOOTH_M / gsd)) for gsd in pair.grid.gsd_m]
    smooth = cv2.blur(np.where(pair.valid, difference, 0), (sides[1], sides[0]))
    above = (np.abs(smooth) >= STANDS_OUT * quiet(pair)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(above, connectivity=8)
    large = stats[:, cv2.CC_STAT_AREA] * pair.grid.pixel_area_m2 >= LEAST_CHANGE_M2
    large[0] = False
    side = 2 * int(np.ceil(margin_px)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.dilate(large[labels].astype(np.uint8), kernel) > 0)


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
            rows.append(_row(compared, placed, number, asked, by_thing.get(index), pair, spread))
    return rows


def as_compared(change: ChangeMap, first: ChangeMap) -> ChangeMap:
    """Return the map at the threshold and null of the comparison: few as they are, implants may move them."""
    if change.method != first.method:
        return change
    return replace(change.at(first.threshold, first.expected_false_alarms_per_km2), null=first.null)


def _row(
    compared: Compared,
    placed: Placed,
    number: int,
    asked: int,
    proposal: Detection | None,
    pair: ScenePair,
    spread: float,
) -> ImplantRow:
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
