"""Fetching the tiles of an area into a scene like any other; a tile that is not there is not valid, never black."""

import struct
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rasterio.enums import ColorInterp
from shapely import Polygon

from ..errors import NoOverlapError, NotThereError, OfflineError
from ..placement import inside
from ..remote.cache import BlockCache
from ..remote.door import Door
from ..remote.remote_file import Progress
from ..remote.together import together
from ..scene_file import open_scene
from . import local, scene_item
from .fetching import Fetched
from .mosaic import Mosaic, Tile, key_of, mosaic_of
from .tile_picture import MAX_BYTES, decoded
from .tile_source import TileSource, window_of

FIRST_IMAGE = "1972-07-23T00:00:00Z"  # Landsat 1 was launched: nothing that is shown was taken before
COLOURS = (ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha)
NAMES = ("red", "green", "blue", None)
_STAMP = struct.Struct("<d")


def missing_tiles(source: TileSource, area: Polygon, cache: BlockCache) -> tuple[int, int]:
    """Return how many tiles an area takes, and how many of them would have to be asked for."""
    tiles = window_of(source, area).tiles
    return len(tiles), sum(cache.document(key_of(source, *tile)) is None for tile in tiles)


def fetch_tiles(
    source: TileSource,
    area: Polygon,
    folder: Path,
    door: Door | None,
    cache: BlockCache,
    progress: Progress = lambda done, total, what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Fetched:
    """
    Fetch the tiles of an area, or find that they were fetched before.

    Parameters
    ----------
    source
        The server, and what is said of its imagery.
    area
        EPSG:4326.
    folder
        Where its own folder is made.
    door
        The way there; None uses only what is kept.
    cache
        What is kept, and keeps what comes.
    progress
        Told after every tile.
    cancelled
        Asked again and again.

    Raises
    ------
    NoOverlapError
        If no tile of the area shows anything.
    UnreadableSceneError
        If a tile is no picture, or damaged.
    RemoteError
        If the server does not answer, or the area takes too many tiles.
    ImageryError
        If the disk does not take them.
    CancelledError
        If it was cancelled.
    """
    window = window_of(source, area)
    name = f"{source.host}_z{source.zoom}_{source.time or 'undated'}"
    said = [source.shown, source.credit or "", source.licence or "", area.normalize().wkb_hex]
    place = folder / local.named(name, *said)
    kept = local.kept_whole(place)
    if kept is not None:
        return Fetched(place.name, place, kept, 0, 0, 1.0, float(kept.properties["depotwatch:valid"]))
    way = door if door is None else replace(door, cancelled=lambda: cancelled() or door.cancelled())
    _, requests = missing_tiles(source, area, cache)
    start = time.time()
    tiles = _gathered(source, window.tiles, way, cache, progress)
    made = mosaic_of(source, window, tiles)
    local.write_folder(place, lambda part: _fill(part, place.name, source, area, made, tiles))
    item = local.kept_whole(place)
    assert item is not None
    size = sum(len(tile.body) for tile in tiles.values() if tile.since >= start)
    return Fetched(place.name, place, item, requests, size, 1.0, float(item.properties["depotwatch:valid"]))


def _gathered(
    source: TileSource, wanted: Sequence[tuple[int, int]], door: Door | None, cache: BlockCache, progress: Progress
) -> dict[tuple[int, int], Tile]:
    """Return every tile: what is kept, and the rest from the server; what is no picture is not kept."""
    found = {at: tile for at in wanted if (tile := _kept(source, at, cache)) is not None}
    asked = [at for at in wanted if at not in found]
    if asked and door is None:
        raise OfflineError(f"{key_of(source, *asked[0])} is not kept on this machine; fetch it once with a connection.")
    if door is None:
        return found
    with closing(together([partial(_asked, source.url(*at)) for at in asked], door)) as bodies:
        for at, body in zip(asked, bodies, strict=True):
            found[at] = Tile(body, time.time())
            if body:
                decoded(body, key_of(source, *at))
            cache.keep_document(key_of(source, *at), _STAMP.pack(found[at].since) + body)
            progress(len(found), len(wanted), "tiles")
    return found


def _kept(source: TileSource, at: tuple[int, int], cache: BlockCache) -> Tile | None:
    kept = cache.document(key_of(source, *at))
    return None if kept is None else Tile(kept[_STAMP.size :], *_STAMP.unpack(kept[: _STAMP.size]))


def _asked(url: str, door: Door) -> bytes:
    try:
        return door.get(url, limit=MAX_BYTES).body
    except NotThereError:
        return b""


def _fill(
    part: Path,
    name: str,
    source: TileSource,
    area: Polygon,
    made: Mosaic,
    tiles: Mapping[tuple[int, int], Tile],
) -> None:
    within = inside(made.grid, area)
    valid = float(((made.pixels[-1] > 0) & within).sum() / max(1, within.sum()))
    if valid == 0:
        raise NoOverlapError(f"{source.shown} shows nothing of the area at zoom {source.zoom}; choose another zoom.")
    tags = {"ACQUISITION_TIME": source.time, "CREDIT": source.credit, "LICENCE": source.licence}
    image = part / f"{name}.tif"
    local.write_cog(
        image, made.grid, made.pixels, COLOURS, NAMES, None, {key: value for key, value in tags.items() if value}
    )
    asset = {
        "href": f"./{image.name}",
        "type": local.COG,
        **local.facts_of_file(image),
        "roles": ["data", "visual"],
        **scene_item.placed(made.grid),
        "data_type": "uint8",
        "bands": [{"name": one, "eo:common_name": one} for one in NAMES if one],
        "depotwatch:sources": [
            {
                "href": source.shown,
                "zoom": source.zoom,
                "tiles": len(tiles),
                "missing": sum(not tile.body for tile in tiles.values()),
            }
        ],
    }
    properties = {
        **_dated(source, [tile.since for tile in tiles.values()]),
        "gsd": round(source.gsd_m(area.centroid.y, made.side), 4),
        **scene_item.credited(source.credit, source.licence),
        **scene_item.made(area, 1.0, valid),
    }
    local.write_json(part / f"{name}.json", scene_item.document(name, made.grid, properties, {"data": asset}, []))
    open_scene(part)


def _dated(source: TileSource, times: Sequence[float]) -> dict[str, Any]:
    """Return the date; where nobody knows it, that it lies anywhere before the tiles came."""
    came = scene_item.retrieved(times)
    if source.time is None:
        return {"datetime": None, "start_datetime": FIRST_IMAGE, "end_datetime": came["depotwatch:retrieved"], **came}
    return {"datetime": source.time if "T" in source.time else f"{source.time}T00:00:00Z", **came}
