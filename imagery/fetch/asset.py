"""The rasters of an acquisition that are to be fetched, refused by name where no door leads to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from ..catalog.found import Found
from ..errors import RemoteError
from ..products.stac import Item
from ..remote.door import Door
from ..remote.remote_raster import SUFFIXES

OTHER = (
    "choose a catalogue that serves it as a cloud-optimised GeoTIFF without a login: earth-search for Sentinel-2, "
    "planetary-computer for Landsat and Sentinel-1"
)


@dataclass(frozen=True, slots=True)
class Asset:
    """
    One raster on a server.

    Parameters
    ----------
    name
        Of its band; "image" where it holds several; of a quality mask, how its numbers are read.
    url
        Its address.
    is_mask
        Whether it is the quality mask.
    """

    name: str
    url: str
    is_mask: bool

    @property
    def file(self) -> Path:
        """Its file name, as an item's asset is found by."""
        return Path(PurePosixPath(urlsplit(self.url).path).name)


def assets_of(found: Found, bands: Sequence[str] | None, door: Door | None) -> tuple[Asset, ...]:
    """
    Return the rasters of some bands, in the acquisition's own order, and of its quality mask, which comes last.

    Parameters
    ----------
    found
        The acquisition.
    bands
        Names; None for every one.
    door
        None where nothing is to be asked for; else its policy is looked at.

    Raises
    ------
    RemoteError
        If it has no such band, or a raster is none that can be read by windows without a login.
    """
    wanted = tuple(found.bands) if bands is None else tuple(bands)
    unknown = [name for name in wanted if name not in found.bands]
    if unknown or not wanted:
        raise RemoteError(
            f"{found.id} has no band {', '.join(unknown) or 'to fetch'}; it has {', '.join(found.bands)}."
        )
    chosen = [Asset(name, url, False) for name, url in found.bands.items() if name in wanted]
    if found.mask is not None:
        chosen.append(Asset(found.mask[1], found.mask[0], True))
    for asset in chosen:
        _require_readable(asset, found, door)
    return tuple(chosen)


def said_of(found: Found) -> Item:
    """Return the item as products read it, to ask it of an asset by its file name."""
    properties, assets = found.item.get("properties"), found.item.get("assets")
    kept: Mapping[str, Any] = assets if isinstance(assets, dict) else {}
    return Item(
        Path(found.id),
        properties if isinstance(properties, dict) else {},
        {str(key): one for key, one in kept.items() if isinstance(one, dict)},
    )


def _require_readable(asset: Asset, found: Found, door: Door | None) -> None:
    scheme, host = urlsplit(asset.url).scheme, (urlsplit(asset.url).hostname or "").lower()
    why = None
    if scheme not in ("https", "http"):
        why = f"lies in a store that asks for a login ({scheme or 'no'} address)"
    elif asset.file.suffix.lower() not in SUFFIXES:
        why = f"is {asset.file.suffix or 'no file'} and no GeoTIFF, so no window of it can be read"
    elif found.caution is not None and door is not None and not door.policy.allows(host):
        why = f"lies on {host}"
    if why is not None:
        hint = f" ({found.caution})" if found.caution else ""
        raise RemoteError(f"{asset.name} of {found.id} {why}{hint}; {OTHER}.")
