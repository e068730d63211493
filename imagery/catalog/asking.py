"""Documents of catalogues: asked for through the door, kept, and read again where there is no door."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from ..errors import OfflineError, RemoteError
from ..remote.answer import plain
from ..remote.cache import BlockCache
from ..remote.door import Door

Json = dict[str, Any]


@dataclass(frozen=True)
class Asking:
    """
    How catalogues are asked.

    Parameters
    ----------
    door
        The way there; None reads only what the cache holds.
    cache
        Keeps every answer.
    """

    door: Door | None
    cache: BlockCache

    def get(self, url: str, keep: bool = False) -> Json:
        """
        Return a JSON object.

        Parameters
        ----------
        url
            Its address.
        keep
            Whether a kept answer will do: for what does not change, as an item.

        Raises
        ------
        RemoteError
            If it cannot be had or is no JSON object; `OfflineError` where it is not kept and there is no door.
        """
        kept = self.cache.document(url) if keep or self.door is None else None
        if kept is None:
            kept = self._door(url).get(url, {"Accept": "application/geo+json, application/json"}).body
            said = _object(kept, url)
            self.cache.keep_document(url, kept)
            return said
        return _object(kept, url)

    def post(self, url: str, query: Json) -> Json:
        """Return the answer to a query sent as JSON; the rest as `get`."""
        body = json.dumps(query, sort_keys=True, separators=(",", ":")).encode()
        key = f"{url}#{hashlib.sha256(body).hexdigest()}"
        kept = self.cache.document(key) if self.door is None else None
        if kept is None:
            headers = {"Content-Type": "application/json", "Accept": "application/geo+json, application/json"}
            kept = self._door(url).post(url, body, headers).body
            said = _object(kept, url)
            self.cache.keep_document(key, kept)
            return said
        return _object(kept, url)

    def _door(self, url: str) -> Door:
        if self.door is None:
            raise OfflineError(f"{plain(url)} was not asked this before; ask it once with a connection.")
        return self.door


def _object(body: bytes, url: str) -> Json:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise RemoteError(f"{plain(url)} does not answer with JSON; check that it is the address of a STAC catalogue.")
    return said
