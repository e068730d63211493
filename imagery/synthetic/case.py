"""The embedded case: a small depot and a small port on two dates, rendered, with the truth beside it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from affine import Affine
from rasterio.crs import CRS

from ..grid import Grid
from ..scene import Acquisition, Scene
from .canvas import BANDS
from .exposure import Conditions, both_conditions, expose
from .layout import draft_site
from .place import Floats
from .truth import TruthObject, truth_of

RENDERER = "depotwatch-synthetic-1"
PLACE_NOTE = "An invented place: its coordinates lie in the open Atlantic, where there is neither land nor port."
CREDIT = "synthetic: rendered by depotwatch"
LICENCE = "CC0-1.0"

ORIGIN_M = (500_000.0, 3_540_000.0)  # upper left corner in UTM zone 26 north, about 32° N 27° W


@dataclass(frozen=True, eq=False)
class Case:
    """
    Two scenes of an invented place, and what is really there.

    Parameters
    ----------
    before, after
        Scenes on the same grid: the after scene's georeference hides its true shift.
    truth
        Pits, stacks and vessels, changed and unchanged.
    seed, gsd_m
        What it was rendered from.
    true_shift_px
        [y, x]: what lies at (row, column) before lies at (row + y, column + x) after, pixels.
    varied
        Whether it has what `varied` adds.
    """

    before: Scene
    after: Scene
    truth: tuple[TruthObject, ...]
    seed: int
    gsd_m: float
    true_shift_px: tuple[float, float]
    varied: bool = False


def render_case(
    seed: int,
    gsd_m: float = 0.5,
    extent_m: float = 400.0,
    *,
    null: bool = False,
    shuffle_box_widths: bool = False,
    vary: bool = False,
) -> Case:
    """
    Render the case of a seed: the same seed gives the same pixels, and the same place at every pixel size.

    Parameters
    ----------
    seed
        Of layout, textures, sun, season, shift and noise.
    gsd_m
        Pixel size, metres, 0.25 to 10.
    extent_m
        Side of the square image, metres, 120 to 1000.
    null
        Nothing changes between the dates but sun, season, noise and shift.
    shuffle_box_widths
        Containers get random widths over the same outlines: a control for counters.
    vary
        Add worn, overgrown and enlarged pits, rail cars and more distractors to the embedded case; see `varied`.

    Raises
    ------
    ValueError
        If a size is out of range.
    """
    if not 0.25 <= gsd_m <= 10 or not 120 <= extent_m <= 1000:
        raise ValueError(f"gsd_m={gsd_m}, extent_m={extent_m}: use 0.25 to 10 m per pixel and 120 to 1000 m.")
    draft = draft_site(seed, extent_m, null=null, shuffle_box_widths=shuffle_box_widths, vary=vary)
    rng = np.random.default_rng((seed, 3))
    shift = tuple(
        float(size * sign) for size, sign in zip(rng.uniform(0.2, 0.9, 2), rng.choice((-1, 1), 2), strict=True)
    )
    scenes = []
    for date, conditions in enumerate(both_conditions(rng)):
        moved = (shift[0] * gsd_m, shift[1] * gsd_m) if date else (0.0, 0.0)
        pixels = expose(draft.site(date), conditions, gsd_m, extent_m, moved, seed)
        scenes.append(_scene(pixels, conditions, gsd_m, f"{seed}-{('before', 'after')[date]}"))
    truth = truth_of(draft, scenes[0].pixels, scenes[1].pixels, gsd_m)
    return Case(scenes[0], scenes[1], truth, seed, gsd_m, (shift[0], shift[1]), vary)


def _scene(pixels: Floats, conditions: Conditions, gsd_m: float, name: str) -> Scene:
    east, north = ORIGIN_M
    grid = Grid(pixels.shape[1:], Affine(gsd_m, 0, east, 0, -gsd_m, north), CRS.from_epsg(32626))
    acquisition = Acquisition(
        time=conditions.time.isoformat().replace("+00:00", "Z"),
        sun=conditions.sun,
        sensor="optical",
        platform="synthetic renderer",
        level="reflectance x 10000",
        credit=CREDIT,
        licence=LICENCE,
        synthetic=True,
    )
    mask = np.ones(pixels.shape[1:], dtype=np.bool_)
    digest = hashlib.sha256(pixels.astype("<u2").tobytes()).hexdigest()
    return Scene(grid, pixels, mask, BANDS, acquisition, Path(f"synthetic-{name}.tif"), digest)
