"""Blending implants into a scene on its own grid: lit by its sun, blurred as it is, with noise as it has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ..bands import colours
from ..grid import Grid
from ..register.place import Warp, coordinates
from ..scene import Floats, Registration, Scene, Sun
from ..sharpness import noise, sharpness
from ..water import open_water
from . import materials
from .canvas import BANDS, Canvas
from .implant import Implant
from .light import radiance

FINE_M = 0.25
FIELD_M = 160.0  # after which the irregularity of a surface repeats itself
REACH_M = 6.0  # scraped ground around a wall
BLUR_PX = 4
DARKEST = 0.1  # percentile taken for no light at all
LEAST_LIGHT = 0.4  # of the median: a scene without anything dark does not tell
ASSUMED_SUN = Sun(150.0, 40.0)  # a clear forenoon of the middle latitudes
BARE_MATERIALS = (materials.DRY_GRASS, materials.SOIL, materials.GRAVEL, materials.ASPHALT, materials.CONCRETE)
BARE = np.mean(BARE_MATERIALS, axis=0)  # reflectance of open ground without green, by band of the canvas
GROUND = np.mean([materials.GRASS, *BARE_MATERIALS], axis=0)  # of all open ground
LEAST_GREEN = 0.25  # share of the land whose colour is taken for that of `BARE`
NEIGHBOURHOOD_M = 60.0
LEAST_NEIGHBOURS = 200
SHARES = {
    **{"coastal": (1, 0, 0, 0), "blue": (1, 0, 0, 0), "green": (0, 1, 0, 0), "red": (0, 0, 1, 0)},
    **{"rededge": (0, 0, 0.5, 0.5), "nir": (0, 0, 0, 1), "nir08": (0, 0, 0, 1)},
    **{"swir16": (0, 0, 0, 1), "swir22": (0, 0, 0, 1)},
}
VISIBLE = (1 / 3, 1 / 3, 1 / 3, 0)
DISPLAY = ((0, 0, 1, 0), (0, 1, 0, 0), (1, 0, 0, 0))  # three bands that no name tells are red, green and blue


@dataclass(frozen=True, eq=False)
class Camera:
    """
    What a scene says of its own making.

    Parameters
    ----------
    sun
        Its own, or `ASSUMED_SUN`.
    blur_px
        Standard deviation of the optics' blur, pixels.
    noise, dark
        float32 (bands,): standard deviation of the noise, and what no light gives; the scene's units.
    shares
        float32 (bands, 4): what each band sees of `canvas.BANDS`.
    white
        float32 (bands,): what a reflectance of 1 gives above `dark` in the open.
    level
        float32 (bands,): what all land gives above `dark`, over the whole scene.
    """

    sun: Sun
    blur_px: float
    noise: Floats
    dark: Floats
    shares: Floats
    white: Floats
    level: Floats


def camera_of(scene: Scene) -> Camera:
    """Return what an optical scene says of its own making."""
    inside = scene.pixels[:, scene.mask]
    shares = np.asarray(_shares(scene), dtype=np.float32)
    dark = _dark(inside, shares)
    land = scene.mask & ~open_water(scene)
    on_land = scene.pixels[:, land if land.any() else scene.mask] - dark[:, None]
    green = _greenness(on_land, shares)
    bare = np.median(on_land[:, green <= np.quantile(green, LEAST_GREEN)], axis=1)
    level = np.maximum(np.median(on_land, axis=1), 1e-6)
    tint = np.maximum(bare, 1e-6) / (shares @ BARE)
    white = tint / tint.mean() * np.mean(level / (shares @ GROUND))
    return Camera(
        sun=scene.acquisition.sun or ASSUMED_SUN,
        blur_px=sharpness(scene.pixels, scene.mask),
        noise=noise(scene.pixels, scene.mask),
        dark=dark,
        shares=shares,
        white=white.astype(np.float32),
        level=level.astype(np.float32),
    )


def implanted(
    scene: Scene,
    before: Grid,
    registration: Registration,
    implants: Sequence[Implant | None],
    camera: Camera,
    seed: int,
) -> Scene:
    """
    Return a scene with things in it that are not there; its acquisition says that it is synthetic.

    Each is drawn on fine cells of the before grid's ground, lit and shadowed by the scene's sun, blurred, and averaged
    over the scene's own pixels where the registration says that they lie. What the thing covers is replaced, what it
    shades is darkened, and noise comes in where the scene's own went with what was replaced. A reflectance becomes
    a number by the light on the ground: all land is taken to reflect `GROUND` on average, the least green quarter of it
    to have the colour of `BARE`, and what lies near to say how much more or less light there is.

    Parameters
    ----------
    scene
        The after scene, on its own grid.
    before
        The grid on which the implants are placed.
    registration
        How the scene lies on it.
    implants
        Far enough apart not to shade one another; None leaves one out, and the others as they would be with it.
    camera
        As `camera_of` gives it for this scene.
    seed
        Of edges and noise.
    """
    pixels = scene.pixels.copy()
    warp = Warp(registration.model, registration.local)
    least, most = (float(limit(scene.pixels[:, scene.mask])) for limit in (np.min, np.max))
    for number, implant in enumerate(implants):
        shape, grains = (np.random.default_rng((seed, number, part)) for part in (7, 8))
        window = None if implant is None else _window(scene.grid, before, warp, implant, camera)
        if implant is None or window is None:
            continue
        rows, columns, to_before = window
        kept, added = _seen(implant, before, to_before, (rows, columns), scene.grid, camera, shape)
        here = pixels[:, rows, columns]
        light = _light(scene, rows, columns, camera)
        spread = camera.noise[:, None, None] * np.sqrt(np.clip(1 - kept**2, 0, 1))
        dark = camera.dark[:, None, None]
        new = dark + (here - dark) * kept + light[:, None, None] * added
        new += spread * grains.standard_normal(here.shape, dtype=np.float32)
        pixels[:, rows, columns] = np.where(scene.mask[rows, columns], np.clip(new, least, most), here)
    return replace(scene, pixels=pixels, acquisition=replace(scene.acquisition, synthetic=True))


def _dark(inside: Floats, shares: Floats) -> Floats:
    """Return what no light gives, (bands,): no more in a longer wave, as air scatters less there."""
    dark = np.percentile(inside, DARKEST, axis=1)
    dark = np.minimum(dark, (1 - LEAST_LIGHT) * np.median(inside, axis=1))
    wave = shares.argmax(axis=1)
    return np.asarray([dark[wave <= own].min() for own in wave], dtype=np.float32)


def _greenness(pixels: Floats, shares: Floats) -> Floats:
    """Return what rises with green plants, (pixels,): near infrared over red, else green over red; its order counts."""
    seen = shares.argmax(axis=1)
    above = [band for band in (3, 1) if (seen == band).any()]
    if 2 not in seen or not above:
        return np.zeros(pixels.shape[1], dtype=np.float32)
    first, red = pixels[seen == above[0]][0], pixels[seen == 2][0]
    return np.asarray(first / np.maximum(red, 1e-6), dtype=np.float32)


def _shares(scene: Scene) -> Sequence[Sequence[float]]:
    names = colours(scene)
    if len(names) == 3 and names == [None] * 3:
        return DISPLAY
    return [VISIBLE if name is None else SHARES.get(name, VISIBLE) for name in names]


def _window(
    grid: Grid, before: Grid, warp: Warp, implant: Implant, camera: Camera
) -> tuple[slice, slice, NDArray[np.float64]] | None:
    """Return what of the scene a thing and its shadow reach, and float64 (2, 3) from there to before pixels."""
    shadow_m = (implant.height_m + 1) / np.tan(np.radians(max(camera.sun.elevation_deg, 10.0)))
    corners = np.asarray(implant.outline(before, REACH_M + shadow_m).exterior.coords)[:4]
    centre = corners.mean(axis=0) - 0.5
    step = 8.0
    y, x = coordinates(before, grid, warp, centre[0] + np.array([0.0, step]), centre[1] + np.array([0.0, step]))
    origin = np.array([x[0, 0], y[0, 0]])
    forward = np.array([[x[0, 1] - x[0, 0], x[1, 0] - x[0, 0]], [y[0, 1] - y[0, 0], y[1, 0] - y[0, 0]]]) / step
    inside = origin + (corners - 0.5 - centre) @ forward.T
    low, high = np.floor(inside.min(axis=0)).astype(int) - BLUR_PX, np.ceil(inside.max(axis=0)).astype(int) + BLUR_PX
    columns, rows = (slice(max(0, int(low[k])), min(grid.shape[1 - k], int(high[k]) + 1)) for k in (0, 1))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return None
    back = np.linalg.inv(forward)
    return rows, columns, np.column_stack([back, centre - back @ origin])


def _seen(
    implant: Implant,
    before: Grid,
    to_before: NDArray[np.float64],
    window: tuple[slice, slice],
    grid: Grid,
    camera: Camera,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Return how much of the ground's light each pixel keeps, and what the thing adds: (bands, rows, columns)."""
    factor = max(2, int(np.ceil(min(grid.gsd_m) / FINE_M - 1e-9)))
    rows, columns = (np.arange(span.start * factor, span.stop * factor) for span in window)
    x, y = (columns + 0.5) / factor - 0.5, (rows + 0.5) / factor - 0.5
    column = to_before[0, 0] * x + to_before[0, 1] * y[:, None] + to_before[0, 2] + 0.5
    row = to_before[1, 0] * x + to_before[1, 1] * y[:, None] + to_before[1, 2] + 0.5
    metres = before.metres(column, row)
    east, south = metres[..., 0], -metres[..., 1]
    step = min(grid.gsd_m) / factor
    clear, solid = _canvases(implant, (east, south), step, rng)
    light = [radiance(canvas, camera.sun) for canvas in (clear, solid)]
    blurred = [_blurred(one, [camera.blur_px * gsd / step for gsd in grid.gsd_m]) for one in light]
    at = [(east - clear.west_m) / step - 0.5, (south - clear.north_m) / step - 0.5]
    at = [one.astype(np.float32) for one in at]
    sampled = []
    for one in blurred:
        fine = [cv2.remap(band, at[0], at[1], cv2.INTER_LINEAR) for band in one]
        shape = (len(one), len(rows) // factor, factor, len(columns) // factor, factor)
        sampled.append(np.asarray(fine).reshape(shape).mean(axis=(2, 4)))
    added = np.tensordot(camera.shares, sampled[0], 1)
    kept = np.tensordot(camera.shares, sampled[1] - sampled[0], 1)
    return kept.astype(np.float32), (added * implant.brightness).astype(np.float32)


def _canvases(
    implant: Implant, where: tuple[NDArray[np.float64], NDArray[np.float64]], step: float, rng: np.random.Generator
) -> tuple[Canvas, Canvas]:
    """Return the thing on ground that reflects nothing, and on ground that reflects all: between them it is linear."""
    (west, east), (north, south) = ((float(one.min()) - 4 * step, float(one.max()) + 4 * step) for one in where)
    shape = int(np.ceil((south - north) / step)), int(np.ceil((east - west) / step))
    xs, ys = west + (np.arange(shape[1]) + 0.5) * step, north + (np.arange(shape[0]) + 0.5) * step
    ground = np.stack(np.meshgrid(xs, ys))
    rough, grain = (_irregular(rng, implant, ground, cell_m) for cell_m in (2.0, 0.6))
    made = []
    for albedo in (0.0, 1.0):
        bands = np.full((len(BANDS), *shape), albedo, dtype=np.float32)
        canvas = Canvas(step, west, north, np.zeros(shape, np.float32), bands, rough, grain)
        implant.draw(canvas)
        made.append(canvas)
    return made[0], made[1]


def _irregular(rng: np.random.Generator, implant: Implant, ground: NDArray[np.float64], cell_m: float) -> Floats:
    """Return a smooth random field of unit variance, tied to the thing and not to the scene that shows it."""
    side = int(np.ceil(FIELD_M / FINE_M))
    white = rng.standard_normal((side, side), dtype=np.float32)
    field = np.asarray(cv2.GaussianBlur(white, (0, 0), cell_m / FINE_M), dtype=np.float32)
    field /= max(float(field.std()), 1e-6)
    place = implant.thing.place
    at = [
        (((one - middle) / FINE_M + side / 2) % side).astype(np.float32)
        for one, middle in zip(ground, (place.x_m, place.y_m), strict=True)
    ]
    return np.asarray(cv2.remap(field, at[0], at[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), dtype=np.float32)


def _blurred(bands: Floats, sigmas: list[float]) -> Floats:
    return np.stack([cv2.GaussianBlur(band, (0, 0), sigmas[1], sigmaY=sigmas[0]) for band in bands])


def _light(scene: Scene, rows: slice, columns: slice, camera: Camera) -> Floats:
    """Return what a reflectance of 1 gives here above no light, (bands,)."""
    more_y, more_x = (int(np.ceil(NEIGHBOURHOOD_M / gsd)) for gsd in scene.grid.gsd_m)
    near = (
        slice(max(0, rows.start - more_y), rows.stop + more_y),
        slice(max(0, columns.start - more_x), columns.stop + more_x),
    )
    inside = scene.mask[near]
    if inside.sum() < LEAST_NEIGHBOURS:
        return camera.white
    local = np.median(scene.pixels[:, near[0], near[1]][:, inside], axis=1) - camera.dark
    # Light varies slowly and ground does not: half of what is near is taken for light, the rest for ground.
    light = float(np.sqrt(np.maximum(np.mean(local / camera.level), 1e-6)))
    return np.asarray(camera.white * np.float32(light), dtype=np.float32)
