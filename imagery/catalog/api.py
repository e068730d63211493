"""Asking a STAC API, by the part of the standard that every server has: collections, a box, a span of time.

Reference: STAC API 1.0.0, Item Search. Filters and orders of servers are not used: several ignore them or answer with
nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import CancelledError, RemoteError
from .asking import Asking, Json

PAGE = 100
MAX_ITEMS = 2000


def collections_of(url: str, asking: Asking) -> tuple[str, ...]:
    """
    Return the ids of a server's collections.

    Raises
    ------
    RemoteError
        If it does not answer as a STAC API.
    """
    listed = asking.get(f"{url.rstrip('/')}/collections").get("collections")
    if not isinstance(listed, list):
        raise RemoteError(f"{url} lists no collections; check that it is the address of a STAC API.")
    return tuple(str(one.get("id", "")) for one in listed if isinstance(one, dict))


def asked(
    url: str,
    bounds: Sequence[float],
    span: tuple[str, str],
    collections: Sequence[str],
    asking: Asking,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Json]:
    """
    Yield the items that a server finds.

    Parameters
    ----------
    url
        Its root.
    bounds
        West, south, east, north in degrees.
    span
        First and last moment, ISO 8601.
    collections
        Ids.
    asking
        How it is asked.
    cancelled
        Asked before every page.

    Raises
    ------
    CannotSearchError
        If the server searches nothing.
    RemoteError
        If it finds more than `MAX_ITEMS` items, or cannot be asked.
    """
    root = asking.get(url)
    link = _search_link(root)
    if link is None:
        raise CannotSearchError(f"{url} cannot search: it names no search of items.")
    query = {
        "bbox": [round(float(one), 7) for one in bounds],
        "datetime": f"{span[0]}/{span[1]}",
        "collections": list(collections),
        "limit": PAGE,
    }
    page, number = asking.post(link, query), 0
    while True:
        if cancelled():
            raise CancelledError("The search was cancelled.")
        items = page.get("features")
        for item in items if isinstance(items, list) else []:
            number += 1
            if number > MAX_ITEMS:
                raise RemoteError(f"{url} finds more than {MAX_ITEMS:,} items; ask for fewer days or collections.")
            if isinstance(item, dict):
                yield item
        following = _next(page)
        if following is None or not items:
            return
        page = _followed(following, query, asking)


class CannotSearchError(RemoteError):
    """A server has no search of items; its catalogue may still be walked."""


def _search_link(root: Json) -> str | None:
    links = [link for link in root.get("links") or [] if isinstance(link, dict) and link.get("rel") == "search"]
    posts = [link for link in links if str(link.get("method", "GET")).upper() == "POST"]
    return next((str(link["href"]) for link in posts + links if isinstance(link.get("href"), str)), None)


def _next(page: Json) -> Mapping[str, Any] | None:
    links = page.get("links")
    found = [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []
    return next((link for link in found if link.get("rel") == "next" and isinstance(link.get("href"), str)), None)


def _followed(link: Mapping[str, Any], query: Json, asking: Asking) -> Json:
    """Ask for the next page as the server says: by an address, or by a body that may be a change of the last one."""
    if str(link.get("method", "GET")).upper() != "POST":
        return asking.get(str(link["href"]))
    body = link.get("body")
    said = json.loads(json.dumps(body)) if isinstance(body, dict) else {}
    return asking.post(str(link["href"]), {**query, **said} if link.get("merge") else said)
