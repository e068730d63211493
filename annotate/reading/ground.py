"""How much of the ground was looked at, in tiles: what nobody looked at is another thing than what nobody saw."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...imagery.scene import Mask
from ...labels.project import Project
from ...labels.records import Glance, Ground

LOOKED = "looked"  # the journal's word for a batch of glances
TILE_PX, MOST_TILES = 16, 640  # side of the smallest tile; along a side of a scene, beyond which tiles double
NATIVE = 0.999  # screen pixels per scene pixel, but for rounding: zoomed out further, detail is lost to the eye
LEAST_S = 1.0  # on each date: a few fixations of the eye
Pair = tuple[str, str | None]
"""Before and after scene ids; None for one scene alone."""


@dataclass(frozen=True, eq=False)
class Looked:
    """
    What there is to look at of a pair, and what of it was looked at.

    A tile was looked at by whoever had all of it on the screen for `LEAST_S` on each date, at native zoom or closer.

    Parameters
    ----------
    pair
        Scene ids.
    tile_px
        Side of a tile, pixels of the before scene.
    valid
        bool (rows, columns): tiles with data on every date.
    by
        The same for each analyst: tiles that they looked at.
    on_one
        The same for tiles that they looked at on one date at least.
    """

    pair: Pair
    tile_px: int
    valid: Mask
    by: Mapping[str, Mask]
    on_one: Mapping[str, Mask]

    def tiles(self, analysts: Collection[str] | None = None) -> Mask:
        """Return which tiles any of some analysts looked at; of all of them where none are named."""
        found = np.zeros_like(self.valid)
        for analyst, tiles in self.by.items():
            if analysts is None or analyst in analysts:
                found |= tiles
        return found & self.valid

    def share_on_one(self, analyst: str) -> float:
        """Return the share of the ground that an analyst looked at on one date at least, 0 to 1."""
        seen = self.on_one.get(analyst)
        return 0.0 if seen is None else float((seen & self.valid).sum() / max(int(self.valid.sum()), 1))

    def share(self, analysts: Collection[str] | None = None) -> float:
        """Return the share of the ground that any of some analysts looked at, 0 to 1."""
        return float(self.tiles(analysts).sum() / max(int(self.valid.sum()), 1))


def ground_of(pair: Pair, mask: Mask, offset: tuple[int, int], shape: tuple[int, int]) -> Ground:
    """
    Return what there is to look at.

    Parameters
    ----------
    pair
        Scene ids.
    mask
        bool: data on every date, over a part of the before scene's file.
    offset
        Row and column of that part in the file.
    shape
        Rows and columns of the file.
    """
    tile_px = TILE_PX
    while -(-max(shape) // tile_px) > MOST_TILES:
        tile_px *= 2
    ground = Ground(*pair, tile_px, *shape, "")
    tiles = np.zeros(ground.shape, dtype=bool)
    part = mask
    for axis, (first, side) in enumerate(zip(offset, mask.shape, strict=True)):
        edges = np.arange(first // tile_px * tile_px, first + side, tile_px) - first
        part = np.logical_or.reduceat(part, np.maximum(edges, 0), axis=axis)
    top, left = (first // tile_px for first in offset)
    tiles[top : top + part.shape[0], left : left + part.shape[1]] = part
    return replace(ground, tiles=b64encode(zlib.compress(np.packbits(tiles).tobytes(), 9)).decode())


def looked_at(project: Project) -> dict[Pair, Looked]:
    """Return what was looked at of every pair that anyone looked at."""
    glances: dict[Pair, list[Glance]] = {}
    for one in project.glances():
        glances.setdefault((one.before, one.after), []).append(one)
    return {(one.before, one.after): looked(one, glances.get((one.before, one.after), ())) for one in project.grounds()}


def looked(ground: Ground, glances: Iterable[Glance]) -> Looked:
    """Return what was looked at of one pair, from all glances at it."""
    by: dict[str, NDArray[np.float32]] = {}
    for one in glances:
        if one.scale < NATIVE:
            continue
        if one.analyst not in by:
            by[one.analyst] = np.zeros((2, *ground.shape), dtype=np.float32)
        left, right = _within(one.left, one.right, ground.width_px, ground.tile_px)
        top, bottom = _within(one.top, one.bottom, ground.height_px, ground.tile_px)
        dates = {"before": slice(0, 1), "after": slice(1, 2), "both": slice(0, 2)}[one.shown]
        by[one.analyst][dates, top:bottom, left:right] += one.seconds
    dates = slice(0, 1 if ground.after is None else 2)
    rested = {analyst: seconds[dates] >= LEAST_S for analyst, seconds in by.items()}
    every = {analyst: np.asarray(on.all(axis=0)) for analyst, on in rested.items()}
    some = {analyst: np.asarray(on.any(axis=0)) for analyst, on in rested.items()}
    return Looked((ground.before, ground.after), ground.tile_px, _unpacked(ground), every, some)


def share_of(shares: Mapping[Pair, float], areas: Iterable[tuple[Pair, float]]) -> float | None:
    """Return the share of several grounds that was looked at, by their areas; None where nobody looked at any."""
    weighed = list(areas)
    whole = sum(area for _, area in weighed)
    if not whole or not any(pair in shares for pair, _ in weighed):
        return None
    return sum(shares.get(pair, 0.0) * area for pair, area in weighed) / whole


def looked_words(share: float | None) -> str:
    """Return what part of the ground was looked at in a clause; nothing where all was, or where it is not known."""
    if share is None or share >= 0.995:
        return ""
    return f"{share:.0%} of the ground was looked at at native zoom or closer, the rest was not looked at"


def _within(first: float, last: float, side_px: int, tile_px: int) -> tuple[int, int]:
    """Return the first tile that lies wholly between two edges, and the one after the last."""
    end = -(-side_px // tile_px) if last >= side_px else int(max(last, 0) // tile_px)
    return max(int(np.ceil(first / tile_px)), 0), end


def _unpacked(ground: Ground) -> Mask:
    rows, columns = ground.shape
    bits = np.unpackbits(np.frombuffer(zlib.decompress(b64decode(ground.tiles)), dtype=np.uint8))
    return np.asarray(bits[: rows * columns].reshape(rows, columns) > 0)
