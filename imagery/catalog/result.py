"""What a search found, in a file: the items as they came, and the pairs they make; the next step is told which."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely import Polygon
from shapely.geometry import mapping, shape

from ..errors import RemoteError
from .catalogues import catalogue
from .found import Found, found
from .pairs import Pair, Seen

_MEMBER = "depotwatch:search"


@dataclass(frozen=True, slots=True)
class Result:
    """
    A search as it was kept.

    Parameters
    ----------
    site
        Its id.
    area
        Longitude and latitude.
    found
        Acquisitions.
    pairs
        Numbers of the before and the after one in `found`, best pair first.
    """

    site: str
    area: Polygon
    found: tuple[Found, ...]
    pairs: tuple[tuple[int, int], ...]

    def pair(self, number: int) -> tuple[Found, Found]:
        """
        Return a pair by its rank, from 1.

        Raises
        ------
        RemoteError
            If there is none of that rank.
        """
        if not 1 <= number <= len(self.pairs):
            raise RemoteError(
                f"There is no pair {number}; the search found {len(self.pairs)}: name one of these, or search wider."
            )
        before, after = self.pairs[number - 1]
        return self.found[before], self.found[after]

    def item(self, id: str) -> Found:
        """
        Return an acquisition by its id.

        Raises
        ------
        RemoteError
            If there is none.
        """
        for one in self.found:
            if one.id == id:
                return one
        raise RemoteError(f"There is no item {id} among the {len(self.found)} that were found; check its id.")


def write_result(path: Path, site: str, area: Polygon, seen: Sequence[Seen], pairs: Sequence[Pair]) -> None:
    """
    Keep a search as a STAC item collection, with its pairs in a member of its own; whole, or not at all.

    Raises
    ------
    RemoteError
        If the file cannot be written.
    """
    if path.is_dir():
        raise RemoteError(f"{path} is a folder; give the name of a file.")
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(_text(site, area, seen, pairs), encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        raise RemoteError(f"{path} cannot be written ({error.strerror}); choose another place.") from error
    finally:
        part.unlink(missing_ok=True)


def read_result(path: Path) -> Result:
    """
    Read a search that was kept.

    Raises
    ------
    RemoteError
        If the file is no such thing, or an item in it is of no use.
    """
    try:
        root = json.loads(path.read_text(encoding="utf-8"))
        said: Mapping[str, Any] = root[_MEMBER]
        area = shape(said["area"])
        items = list(zip(root["features"], said["catalogues"], strict=True))
        pairs = tuple((int(pair["before"]), int(pair["after"])) for pair in said["pairs"])
        if not isinstance(area, Polygon) or any(not 0 <= n < len(items) for pair in pairs for n in pair):
            raise ValueError
        kept = [found(item, catalogue(name)) for item, name in items]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RemoteError(f"{path} is no kept search; make one with depotwatch search … --save {path.name}.") from error
    if any(one is None for one in kept):
        raise RemoteError(f"{path} holds an item without time, footprint or GeoTIFF; search again.")
    return Result(str(said["site"]), area, tuple(one for one in kept if one is not None), pairs)


def _text(site: str, area: Polygon, seen: Sequence[Seen], pairs: Sequence[Pair]) -> str:
    at = {(one.found.group, one.found.id): number for number, one in enumerate(seen)}
    said = {
        "site": site,
        "area": mapping(area),
        "catalogues": [one.found.catalogue for one in seen],
        "over_area": [{"covered": one.clear.covered, "clear": one.clear.clear, "snow": one.clear.snow} for one in seen],
        "pairs": [
            {
                "before": at[pair.before.found.group, pair.before.found.id],
                "after": at[pair.after.found.group, pair.after.found.id],
                "worth": round(pair.worth, 4),
                "factors": {name: round(factor, 4) for name, factor in pair.factors.items()},
            }
            for pair in pairs
        ],
    }
    items = [one.found.item for one in seen]
    return json.dumps({"type": "FeatureCollection", "features": items, _MEMBER: said}, indent=1)
