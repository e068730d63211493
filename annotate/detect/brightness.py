"""One brightness per date, weighted so that shading stands out, and a vegetation index where the bands allow one."""

import numpy as np

from ...imagery.scene import Floats, Mask, Scene, ScenePair

SAMPLE = 4_000_000  # pixels, enough for a median to a thousandth of the spread
ROLES = {
    "red": ("red", "r", "b04", "b4", "band_4", "sr_b4"),
    "green": ("green", "g", "b03", "b3", "band_3", "sr_b3"),
    "blue": ("blue", "b", "b02", "b2", "band_2", "sr_b2"),
    "nir": ("nir", "n", "nir1", "b08", "b8", "b8a", "near infrared"),
}


def band(scene: Scene, role: str) -> Floats | None:
    """Return the band of a role ("red", "green", "blue", "nir"), or None; three nameless bands are red, green, blue."""
    names = [name.strip().lower() for name in scene.bands]
    for alias in ROLES[role]:
        if alias in names:
            return np.asarray(scene.pixels[names.index(alias)], dtype=np.float32)
    order = ("red", "green", "blue")
    if len(names) == 3 and role in order and not any(name in aliases for aliases in ROLES.values() for name in names):
        return np.asarray(scene.pixels[order.index(role)], dtype=np.float32)
    return None


def brightness(pair: ScenePair) -> tuple[Floats, Floats]:
    """
    Return one brightness for each date.

    Shading scales every band by the same factor, so a band's weight is its level over the variance of its difference.

    Returns
    -------
    tuple
        Before and after, float32 (rows, columns) of the pair's grid, in units of the median level; 0 where not valid.
    """
    valid = pair.valid
    if not valid.any():
        nothing = np.zeros(pair.grid.shape, dtype=np.float32)
        return nothing, nothing
    weight = weights(pair)
    dates = [np.tensordot(weight, scene.pixels, axes=1) for scene in (pair.before, pair.after)]
    level = max(usual(dates[0], valid), 1e-12)
    before, after = (np.where(valid, np.nan_to_num(date) / level, 0).astype(np.float32) for date in dates)
    return before, after


def weights(pair: ScenePair) -> Floats:
    """Return the weight of each band in the brightness, float32 (bands,), adding up to 1; some ground must be valid."""
    found = []
    seen = _sample(pair.valid)
    there = pair.valid[seen]
    for first, second in zip(pair.before.pixels, pair.after.pixels, strict=True):
        before, after = first[seen][there], second[seen][there]
        level = float(np.median(before))
        spread = 1.4826 * float(np.median(np.abs(after - before))) + 1e-6 * abs(level) + 1e-12
        found.append(max(level, 1e-12) / spread**2)
    return np.asarray(found, dtype=np.float32) / np.float32(sum(found))


def usual(values: Floats, valid: Mask) -> float:
    """Return the median of the values that are valid, of a regular sample where they are many; 0 where none is."""
    seen = _sample(valid)
    there = values[seen][valid[seen]]
    return float(np.median(there)) if there.size else 0.0


def _sample(valid: Mask) -> tuple[slice, slice]:
    stride = max(1, int(np.sqrt(valid.size / SAMPLE)))
    if not valid[::stride, ::stride].any():
        stride = 1
    return slice(None, None, stride), slice(None, None, stride)


def greenness(scene: Scene) -> Floats | None:
    """Return NDVI, or excess green where there is no near infrared: float32 (rows, columns), None without either."""
    red, green, blue, nir = (band(scene, role) for role in ("red", "green", "blue", "nir"))
    if red is not None and nir is not None:
        return _ratio(nir - red, nir + red)
    if red is not None and green is not None and blue is not None:
        return _ratio(2 * green - red - blue, red + green + blue)
    return None


def hue(scene: Scene) -> Floats | None:
    """Return the logarithm of red over blue, which light does not change: float32, None without both bands."""
    red, blue = band(scene, "red"), band(scene, "blue")
    if red is None or blue is None:
        return None
    least = 1e-3 * max(float(np.nanmax(red)), float(np.nanmax(blue)), 1e-9)
    ratio = np.log(np.maximum(np.nan_to_num(red), least) / np.maximum(np.nan_to_num(blue), least))
    return np.asarray(ratio, dtype=np.float32)


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    return np.asarray(numerator / np.where(np.abs(denominator) > 1e-6, denominator, 1e-6), dtype=np.float32)
