"""What a varied case has beyond the embedded one: worn and enlarged pits, a siding with cars, and more to mistake."""

from dataclasses import replace

from . import materials, priors
from .canvas import Colour
from .draft import Both, Draft
from .earthworks import Pit, levelled
from .ground import Field, Pad, Track
from .place import Place
from .railway import Siding
from .structures import Tree

SIDING_M = 2.8  # from the paving's inland edge to the middle of the track
WORN_SHARE, ENLARGED_SHARE = 0.35, 0.15  # of the pits
LEVELLED_M = 0.5  # a lower wall is what was left of one
FATES = (0.45, 0.25, 0.30, 0.0)


def vary(draft: Draft) -> None:
    """Add to a site that is laid out already, on ground that is left."""
    _railway(draft)
    draft.pits = [_aged(draft, *both) for both in draft.pits]
    for _ in range(2 * draft.number(8)):
        _cleared(draft)
    for _ in range(2 * draft.number(5)):
        _plot_of_land(draft)
    _clumps(draft)


def _railway(draft: Draft) -> None:
    """Lay a siding between yard and road, with strings of cars that stay, come or go."""
    rng = draft.rng
    length = 1.6 * draft.extent_m
    track = draft.placed(0.0, draft.inner_m + SIDING_M, 0.0, Place(0, 0, 0, length, 3.4))
    draft.sidings.append((Siding(track), Siding(track)))
    s = -0.55 * draft.extent_m
    while s < 0.55 * draft.extent_m:
        cars = priors.cars(rng)
        place = draft.placed(s + cars.place.length_m / 2, draft.inner_m + SIDING_M, 0.0, cars.place)
        if draft.plot.claim(place, 0.3, on_way=True):
            cars = replace(cars, place=place)
            fate = draft.fate(FATES)
            both = {"appeared": (None, cars), "vanished": (cars, None), "persisted": (cars, cars)}
            draft.cars.append(both[fate])
        s += cars.place.length_m + float(rng.uniform(8, 60))


def _aged(draft: Draft, before: Pit | None, after: Pit | None) -> Both[Pit]:
    """Wear a share of the pits on every date that shows them; let others be what was enlarged."""
    rng = draft.rng
    chance, gone = rng.random(), after is None or after.height_m < LEVELLED_M
    pit = before if gone else after
    if pit is None or (before is not None and not gone and before is not after) or chance > WORN_SHARE + ENLARGED_SHARE:
        return before, after
    if chance > WORN_SHARE:
        small = None if gone else priors.smaller(rng, pit)
        return (before, after) if small is None else (replace(small, freshness=min(small.freshness, 0.4)), pit)
    old = priors.worn(rng, pit)
    if old.grown:
        _shrubs(draft, old)
    return (old if before else None), (levelled(old) if gone else old)


def _shrubs(draft: Draft, pit: Pit) -> None:
    """Let shrubs grow on the walls: they hide a part of what is there, and stay when it goes."""
    for _ in range(int(draft.rng.integers(0, 5))):
        wall = (pit.place.length_m / 2 - pit.half_wall_m) * float(draft.rng.choice((-1, 1)))
        x, y = pit.place.at(wall, float(draft.rng.normal(0, 4)))
        radius = float(draft.rng.uniform(0.8, 2.0))
        draft.trees.append(Tree(x, y, radius, 1.4 * radius, float(draft.rng.uniform(0.75, 1.3))))


def _cleared(draft: Draft) -> None:
    """Clear ground or lay a flat roof's slab between the dates: no walls."""
    rng = draft.rng
    size = Place(0, 0, 0, float(rng.uniform(8, 34)), float(rng.uniform(8, 30)))
    place = _inland(draft, size, float(rng.uniform(0, 360)))
    if draft.plot.claim(place, 3.0):
        colours: tuple[Colour, ...] = (materials.FRESH_SOIL, materials.SOIL, materials.CONCRETE)
        pad = Pad(place, colours[int(rng.integers(3))], float(rng.uniform(0.5, 0.95)), float(rng.uniform(0.4, 2.5)))
        draft.pads.append((None, pad) if rng.random() < 0.7 else (pad, None))
        away = float(rng.uniform(15, 60)) * float(rng.choice((-1, 1)))
        way = Track((place.at(0, 0), place.at(away, 6.0)), 3.0, materials.FRESH_SOIL, 0.6, ruts=True)
        if rng.random() < 0.5:
            draft.tracks.append((None, way))


def _plot_of_land(draft: Draft) -> None:
    """Plough or sow a small field between the dates."""
    rng = draft.rng
    size = Place(0, 0, 0, float(rng.uniform(25, 90)), float(rng.uniform(20, 60)))
    place = _inland(draft, size, 0.0)
    if draft.plot.clear(place, 3.0):
        draft.plot.take(place.outline(1.0))
        crop, bare = Field(place, ploughed=False), Field(place, ploughed=True)
        draft.fields.append(((crop, bare), (bare, crop), (bare, bare))[int(rng.integers(3))])


def _clumps(draft: Draft) -> None:
    """Plant clumps of trees as large as a pit."""
    rng = draft.rng
    for _ in range(draft.number(4)):
        place = _inland(draft, Place(0, 0, 0, 20.0, 16.0), float(rng.uniform(0, 180)))
        if draft.plot.claim(place, 2.0):
            for _ in range(int(rng.integers(6, 14))):
                x, y = place.at(float(rng.uniform(-8, 8)), float(rng.uniform(-6, 6)))
                radius = float(rng.uniform(1.5, 3.5))
                draft.trees.append(Tree(x, y, radius, 1.8 * radius, float(rng.uniform(0.75, 1.3))))


def _inland(draft: Draft, size: Place, turn_deg: float) -> Place:
    s = float(draft.rng.uniform(-0.5, 0.5)) * draft.extent_m
    t = float(draft.rng.uniform(draft.inner_m + 20, max(draft.land_m, draft.inner_m + 21)))
    return draft.placed(s, t, turn_deg, size)


def stated_priors() -> dict[str, str]:
    """Return what sizes, heights, contrast, wear, sun and pixels are drawn from, a sentence each."""
    low, high = priors.PIT_LENGTH_M
    walls, edge = priors.WALL_HEIGHT_M, priors.WORN_EDGE_M
    return {
        "size": f"pits {low:g}-{high:g} m long, log-uniform; stacks of 1-5 rows of 3-15 boxes of 6.06 or 12.19 m",
        "height": f"walls {walls[0]:g}-{walls[1]:g} m, worn ones {priors.WORN[0]:g}-{priors.WORN[1]:g} of that",
        "contrast": "fresh share of the soil .75-1 where new, .05-.5 where worn; never drawn again for being faint",
        "wear": f"{WORN_SHARE:.0%} of pits worn: edges off by {edge[0]:g}-{edge[1]:g} m, else .1-.4; half grown over",
        "sun": "25-65 degrees high, both dates within 40 minutes of the same hour about a year apart",
        "pixels": "moved by .2-.9 pixel in both directions, whatever their size",
    }
