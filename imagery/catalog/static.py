"""Walking a static STAC catalogue: documents that link to one another, most of which need not be read."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urljoin

from ..errors import CancelledError, RemoteError
from .asking import Asking, Json

AT_ONCE = 8
MAX_DOCUMENTS = 5000


def walked(
    url: str,
    bounds: tuple[float, float, float, float],
    span: tuple[str, str],
    asking: Asking,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Json]:
    """
    Yield the items of a catalogue, but for those of collections that say they lie elsewhere or elsewhen.

    Items are read from the cache where they were read before: they are not changed once published.

    Parameters
    ----------
    url
        Of its root.
    bounds
        West, south, east, north in degrees.
    span
        First and last moment, ISO 8601.
    asking
        How it is asked.
    progress
        Told how many of the known documents were read.
    cancelled
        Asked before every document.

    Raises
    ------
    RemoteError
        If a document cannot be had, or there are more than `MAX_DOCUMENTS`.
    """
    seen, waiting, done = {url}, [(url, False)], 0
    with ThreadPoolExecutor(AT_ONCE) as readers:
        while waiting:
            if cancelled():
                raise CancelledError("The search was cancelled.")
            batch, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            documents = list(readers.map(lambda one: asking.get(one[0], keep=one[1]), batch))
            for (address, _), document in zip(batch, documents, strict=True):
                done += 1
                progress(done, len(seen), "catalogue documents")
                if document.get("type") == "Feature":
                    yield _with_self(document, address)
                elif _overlaps(document, bounds, span):
                    new = [link for link in _links(document, address) if link[0] not in seen]
                    seen.update(link[0] for link in new)
                    waiting.extend(new)
            if len(seen) > MAX_DOCUMENTS:
                raise RemoteError(
                    f"{url} has more than {MAX_DOCUMENTS:,} documents to read; give the address of a part of it."
                )


def _links(document: Json, address: str) -> list[tuple[str, bool]]:
    """Return the addresses of what a catalogue holds, and whether each is an item."""
    links = document.get("links")
    found = [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []
    return [
        (urljoin(address, str(link["href"])), link["rel"] == "item")
        for link in found
        if link.get("rel") in ("child", "item") and isinstance(link.get("href"), str)
    ]


def _with_self(item: Json, address: str) -> Json:
    """Return an item that says where it stands, which its assets' addresses are relative to."""
    links = [link for link in item.get("links") or [] if isinstance(link, dict) and link.get("rel") != "self"]
    return {**item, "links": [*links, {"rel": "self", "href": address}]}


def _overlaps(document: Json, bounds: tuple[float, float, float, float], span: tuple[str, str]) -> bool:
    """Say whether a collection's stated extent meets what is asked for; without one it may."""
    extent = document.get("extent")
    if not isinstance(extent, dict):
        return True
    boxes, times = _listed(extent, "spatial", "bbox"), _listed(extent, "temporal", "interval")
    return (not boxes or any(_meets(box, bounds) for box in boxes)) and (
        not times or any((start or "") <= span[1] and (end or "9") >= span[0] for start, end in times)
    )


def _listed(extent: Mapping[str, Any], part: str, name: str) -> list[Any]:
    """Return the boxes or intervals that are whole; none where one is not, as it may then be anywhere."""
    said = extent.get(part)
    found = said.get(name) if isinstance(said, dict) else None
    if not isinstance(found, list):
        return []
    kinds = (int, float) if name == "bbox" else (str, type(None))
    lengths = (4, 6) if name == "bbox" else (2,)
    whole = all(
        isinstance(one, list) and len(one) in lengths and all(isinstance(value, kinds) for value in one)
        for one in found
    )
    return found if whole else []


def _meets(box: list[float], bounds: tuple[float, float, float, float]) -> bool:
    half = len(box) // 2
    west, south, east, north = box[0], box[1], box[half], box[half + 1]
    across = west > east or (west <= bounds[2] and east >= bounds[0])  # over the 180th meridian: not left out
    return across and south <= bounds[3] and north >= bounds[1]
