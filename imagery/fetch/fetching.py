"""Fetching one acquisition: its area alone, into a folder that is there whole, or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rasterio.enums import ColorInterp
from shapely import Polygon

from ..catalog.found import Found
from ..errors import UnreadableSceneError
from ..facts import number
from ..products.stac import Item
from ..remote.answer import plain
from ..remote.cache import BlockCache
from ..remote.door import Door
from ..remote.remote_file import Progress
from ..scene_file import open_scene
from . import local, scene_item
from .asset import assets_of
from .layers import joined, share_with_data
from .pixels import pixels_of
from .planning import MARGIN_PX, Piece, Plan, plan


@dataclass(frozen=True, slots=True)
class Fetched:
    """
    What lies on this disk of one acquisition.

    Parameters
    ----------
    id
        Of the acquisition.
    path
        The folder, which is opened as a scene.
    item
        What its item says.
    requests, bytes
        That it took this time; 0 where it was there before.
    coverage
        Share of the area that lies inside the acquisition.
    valid
        Share of the area that holds data, cloudy or not.
    """

    id: str
    path: Path
    item: Item
    requests: int
    bytes: int
    coverage: float
    valid: float


def fetch(
    found: Found,
    area: Polygon,
    folder: Path,
    door: Door | None,
    cache: BlockCache,
    bands: Sequence[str] | None = None,
    progress: Progress = lambda done, total, what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Fetched:
    """
    Fetch an area of an acquisition, or find that it was fetched before.

    Into a folder of its own go one file of all bands, their numbers as they came, the quality mask on its own grid, and
    a STAC item. What had come before a failure is kept in the cache, and not asked for again.

    Parameters
    ----------
    found
        The acquisition.
    area
        EPSG:4326.
    folder
        Where the acquisition's own folder is made.
    door
        The way there; None uses only what is kept.
    cache
        What is kept, and keeps what comes.
    bands
        Names; None for every one.
    progress
        Told after every request how many bytes of all have come.
    cancelled
        Asked again and again.

    Raises
    ------
    NoOverlapError
        If the area lies outside the acquisition, or where it has no data.
    UnreadableSceneError
        If its rasters do not fit each other, are damaged, or contradict the item.
    RemoteError
        If a server does not give them.
    ImageryError
        If the disk does not take them.
    CancelledError
        If it was cancelled.
    """
    assets = assets_of(found, bands, door)
    asked = [area.normalize().wkb_hex, str(MARGIN_PX), *(f"{one.name} {plain(one.url)}" for one in assets)]
    place = folder / local.named(found.id, found.catalogue, found.collection, *asked)
    kept = local.kept_whole(place)
    if kept is not None:
        return _fetched(found.id, place, kept, 0, 0)
    way = door if door is None else replace(door, cancelled=lambda: cancelled() or door.cancelled())
    drawn = plan(found, area, way, cache, bands)
    came = pixels_of(drawn, way, cache, progress, cancelled)
    local.write_folder(place, lambda part: _fill(part, place.name, drawn, area, came.pixels))
    item = local.kept_whole(place)
    assert item is not None
    return _fetched(found.id, place, item, drawn.spent_requests + came.requests, drawn.spent_bytes + came.bytes)


def _fetched(id: str, place: Path, item: Item, requests: int, size: int) -> Fetched:
    coverage, valid = (number(item.properties.get(f"depotwatch:{key}")) or 0.0 for key in ("coverage", "valid"))
    return Fetched(id, place, item, requests, size, coverage, valid)


def _fill(part: Path, name: str, drawn: Plan, area: Polygon, pixels: Mapping[str, np.ndarray]) -> None:
    """Write the files of one acquisition, and require that they open as a scene."""
    found, image = drawn.found, part / f"{name}.tif"
    layers, nodata = joined(drawn, pixels), scene_item.nodata_of(drawn)
    valid = share_with_data(layers, nodata, drawn, area)
    tags = {"ACQUISITION_TIME": found.time, "CREDIT": found.credit or "", "LICENCE": found.licence or ""}
    tags = {key: value for key, value in tags.items() if value}
    local.write_cog(image, drawn.bands[0].grid, layers.pixels, layers.colours, layers.names, nodata, tags)
    names = [name for name in layers.names if name is not None]
    assets: dict[str, Any] = {
        "data": {
            **_file(image),
            **scene_item.bands_of(drawn, names),
            "depotwatch:sources": scene_item.sources_of(drawn.bands),
        }
    }
    if drawn.mask is not None:
        assets[drawn.mask.asset.name] = _written_mask(part, name, drawn.mask, pixels[drawn.mask.asset.name], tags)
    properties = scene_item.properties_of(drawn, area, valid)
    item = scene_item.document(name, drawn.bands[0].grid, properties, assets, scene_item.links_of(found))
    local.write_json(part / f"{name}.json", item)
    try:
        open_scene(part)
    except UnreadableSceneError as error:
        raise UnreadableSceneError(
            f"What {found.catalogue} says of {found.id} contradicts its pixels ({str(error).rstrip('.')}); choose "
            "another date or another collection."
        ) from error


def _written_mask(part: Path, name: str, piece: Piece, pixels: np.ndarray, tags: dict[str, str]) -> dict[str, Any]:
    file = part / f"{name}_{piece.asset.name}.tif"
    local.write_cog(file, piece.grid, pixels, [ColorInterp.gray], [piece.asset.name], piece.nodata, tags, True)
    return {
        **_file(file),
        "roles": ["data-mask"],
        **scene_item.placed(piece.grid),
        "depotwatch:mask": piece.asset.name,
        "depotwatch:sources": scene_item.sources_of([piece]),
    }


def _file(file: Path) -> dict[str, Any]:
    return {"href": f"./{file.name}", "type": local.COG, **local.facts_of_file(file)}
