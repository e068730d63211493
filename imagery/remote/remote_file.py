"""A file on a server, read by blocks: what is kept from the cache, the rest in as few requests as there are gaps."""

import re
from collections.abc import Callable, Iterable, Sequence

from ..errors import OfflineError, RemoteError
from .answer import Answer, TransientError, plain
from .cache import BLOCK, BlockCache, Known
from .door import Door

Progress = Callable[[int, int, str], None]  # told how many bytes of how many came, and of what

READS = 3  # another process may let go of a block between its coming and its reading
HEAD_BLOCKS = 1  # asked for first: the directory of a tiled image, and with it the file's size
MAX_RUN = 64 * 2**20  # bytes of one request


class RemoteFile:
    """
    A read-only file on a server.

    Parameters
    ----------
    url
        Its address.
    door
        The way there; None reads only what the cache holds.
    cache
        What is kept, and keeps what comes.
    known
        What another `RemoteFile` learnt of it a moment ago, so that the server is not asked again; None asks.

    Raises
    ------
    OfflineError
        If there is no door and the cache does not know the file.
    RemoteError
        If the server does not give it, or serves no ranges.
    """

    def __init__(self, url: str, door: Door | None, cache: BlockCache, known: Known | None = None) -> None:
        self.url = url
        self.requests = 0
        self.fetched = 0
        self._door, self._cache = door, cache
        self.known = self._opened() if known is None else known

    @property
    def size(self) -> int:
        """Bytes in all."""
        return self.known.size

    @property
    def validator(self) -> str:
        """ETag, else when it was last modified, else ""."""
        return self.known.validator

    def prefetch(self, ranges: Iterable[tuple[int, int]], progress: Progress = lambda done, total, what: None) -> None:
        """
        Fetch what is missing of several ranges, each gap in one request.

        Parameters
        ----------
        ranges
            First byte and the one after the last of each.
        progress
            Told after every request.
        """
        runs = self.gaps(ranges)
        total, done = sum(self._length(run) for run in runs), 0
        for run in runs:
            self._fetch(run)
            done += self._length(run)
            progress(done, total, plain(self.url).rsplit("/", 1)[-1])

    def gaps(self, ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return first and last block of each run that would have to be fetched for some ranges of bytes."""
        wanted = {
            block for start, stop in ranges if stop > start for block in range(start // BLOCK, (stop - 1) // BLOCK + 1)
        }
        runs = list[tuple[int, int]]()
        for block in self._cache.missing(self.known, wanted):
            if runs and block == runs[-1][1] + 1 and (block - runs[-1][0]) * BLOCK < MAX_RUN:
                runs[-1] = runs[-1][0], block
            else:
                runs.append((block, block))
        return runs

    def bytes_of(self, ranges: Iterable[tuple[int, int]]) -> int:
        """Return how many bytes would be fetched for some ranges."""
        return sum(map(self._length, self.gaps(ranges)))

    def read(self, start: int, stop: int) -> bytes:
        """Return the bytes from `start` to before `stop`, as far as there are any."""
        stop = min(stop, self.size)
        if stop <= start:
            return b""
        first, last = start // BLOCK, (stop - 1) // BLOCK
        parts = dict[int, bytes]()
        for _ in range(READS):
            self.prefetch([(start, stop)])
            parts = self._cache.blocks(self.known, first, last)
            if len(parts) == last + 1 - first:
                break
        else:
            raise RemoteError(f"The cache has no room for what is read of {plain(self.url)}; allow it more.")
        joined = b"".join(parts[number] for number in range(first, last + 1))
        return joined[start - first * BLOCK : stop - first * BLOCK]

    def _opened(self) -> Known:
        """Ask whether the version that is kept is still the server's; what is new comes with its first blocks."""
        key = plain(self.url)
        known = self._cache.known(key)
        if self._door is None:
            if known is None:
                raise OfflineError(f"{key} is not kept on this machine; fetch it once with a connection.")
            return known
        stop = HEAD_BLOCKS * BLOCK if known is None or self._cache.missing(known, range(HEAD_BLOCKS)) else 1
        answer, size = self._range(0, stop)
        new = self._cache.keep_object(key, size, _validator(answer))
        if len(answer.body) > 1 or size == 1:
            self._cache.keep_blocks(new, _cut(answer.body, 0))
        return new

    def _fetch(self, run: tuple[int, int]) -> None:
        start, stop = run[0] * BLOCK, min((run[1] + 1) * BLOCK, self.size)
        answer, size = self._range(start, stop)
        if (size, _validator(answer)) != (self.size, self.validator):
            raise RemoteError(f"{plain(self.url)} was changed while it was read; fetch it again.")
        self._cache.keep_blocks(self.known, _cut(answer.body, run[0]))

    def _range(self, start: int, stop: int) -> tuple[Answer, int]:
        """Return bytes from `start` to before `stop`, fewer at the file's end, and the file's size."""
        if self._door is None:
            raise OfflineError(
                f"{plain(self.url)} is kept on this machine only in part; fetch the rest with a connection."
            )
        wanted = {"Range": f"bytes={start}-{stop - 1}"}
        answer = self._door.get(self.url, wanted, stop - start, lambda answer: _check(answer, start, stop))
        self.requests += 1
        self.fetched += len(answer.body)
        return answer, _said(answer)[2]

    def _length(self, run: tuple[int, int]) -> int:
        return min((run[1] + 1) * BLOCK, self.size) - run[0] * BLOCK


def _check(answer: Answer, start: int, stop: int) -> None:
    first, last, size = _said(answer)
    if first != start or last + 1 != min(stop, size) or len(answer.body) != last + 1 - first:
        raise TransientError(f"{plain(answer.url)} gives other bytes than those asked for.")


def _said(answer: Answer) -> Sequence[int]:
    """Return first byte, last byte and size that an answer says it has."""
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", answer.headers.get("content-range", ""))
    if found is None:
        raise TransientError(f"{plain(answer.url)} does not say which bytes it gives.")
    return [int(number) for number in found.groups()]


def _validator(answer: Answer) -> str:
    return answer.headers.get("etag") or answer.headers.get("last-modified") or ""


def _cut(body: bytes, first: int) -> dict[int, bytes]:
    return {first + n: body[at : at + BLOCK] for n, at in enumerate(range(0, len(body), BLOCK))}
