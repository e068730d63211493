"""The pixels of a plan's pieces: what is missing fetched side by side, then decoded one raster at a time."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..errors import CancelledError
from ..remote.cache import BLOCK, BlockCache
from ..remote.door import Door
from ..remote.remote_file import Progress, RemoteFile
from ..remote.remote_raster import open_remote
from ..remote.together import together
from .planning import Piece, Plan


@dataclass(frozen=True, slots=True, eq=False)
class Came:
    """
    What came of a plan.

    Parameters
    ----------
    pixels
        [band, row, column] of every piece, by its name; a mask of the raster's own is an alpha band.
    requests, bytes
        That it took.
    """

    pixels: Mapping[str, np.ndarray]
    requests: int
    bytes: int


def pixels_of(
    drawn: Plan, door: Door | None, cache: BlockCache, progress: Progress, cancelled: Callable[[], bool]
) -> Came:
    """
    Fetch and decode every piece.

    Raises
    ------
    CancelledError
        If it was cancelled.
    ImageryError
        As `open_remote` and `RemoteRaster.read`.
    """
    requests, size = (0, 0) if door is None else _fetched(drawn, door, cache, progress, cancelled)
    found = dict[str, np.ndarray]()
    for piece in drawn.pieces:
        _require_wanted(cancelled)
        with open_remote(piece.asset.url, door, cache, known=piece.known) as raster:
            pixels = raster.read(piece.window, piece.bands)
            valid = None if piece.asset.is_mask else raster.valid(piece.window)
            requests, size = requests + raster.file.requests, size + raster.file.fetched
        if valid is not None:
            pixels = np.concatenate([pixels, (valid * np.iinfo(np.uint8).max).astype(pixels.dtype)[None]])
        found[piece.asset.name] = pixels
    return Came(found, requests, size)


def _fetched(
    drawn: Plan, door: Door, cache: BlockCache, progress: Progress, cancelled: Callable[[], bool]
) -> tuple[int, int]:
    """Fetch the tiles of all pieces, every run of them in a request of its own; return requests and bytes."""
    runs = [(piece, run) for piece in drawn.pieces for run in piece.runs]
    requests = size = 0
    with closing(together([partial(_run, piece, run, cache) for piece, run in runs], door)) as answers:
        for (piece, _), (asked, came) in zip(runs, answers, strict=True):
            requests, size = requests + asked, size + came
            progress(size, drawn.bytes, piece.asset.file.name)
            _require_wanted(cancelled)
    return requests, size


def _run(piece: Piece, run: tuple[int, int], cache: BlockCache, door: Door) -> tuple[int, int]:
    file = RemoteFile(piece.asset.url, door, cache, piece.known)
    file.prefetch([(run[0] * BLOCK, (run[1] + 1) * BLOCK)])
    return file.requests, file.fetched


def _require_wanted(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise CancelledError("Fetching was cancelled; what had come is kept for the next time.")
