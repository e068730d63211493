"""The door and the cache of one piece of work, opened together and closed together."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from .cache import DEFAULT_LIMIT, BlockCache
from .door import Door
from .patience import Patience
from .policy import Policy, Resolve, resolve

CACHE_VARIABLE = "DEPOTWATCH_CACHE"


@dataclass(frozen=True, slots=True)
class Terms:
    """
    On which terms servers are reached.

    Parameters
    ----------
    hosts
        Names allowed besides those of the catalogues in use.
    local
        Whether http, loopback and private addresses are allowed.
    offline
        Whether only what the cache holds is read.
    cache
        Folder of the cache; None takes `cache_folder`.
    limit
        Bytes that the cache may hold.
    patience
        How long to wait.
    resolve
        Addresses of a host.
    """

    hosts: frozenset[str] = frozenset()
    local: bool = False
    offline: bool = False
    cache: Path | None = None
    limit: int = DEFAULT_LIMIT
    patience: Patience = field(default_factory=Patience)
    resolve: Resolve = resolve


@dataclass(frozen=True, slots=True)
class Reach:
    """The door, None where nothing may be asked, and the cache."""

    door: Door | None
    cache: BlockCache


@contextmanager
def reaching(
    terms: Terms,
    hosts: Iterable[str] = (),
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Reach]:
    """
    Open door and cache.

    Parameters
    ----------
    terms
        On which terms.
    hosts
        Names of the servers of the catalogues in use.
    cancelled
        As for `Door`.

    Raises
    ------
    RemoteError
        If the cache cannot be used.
    """
    policy = Policy(terms.hosts, terms.local).and_hosts(hosts)
    with BlockCache(terms.cache or cache_folder(), terms.limit) as cache:
        if terms.offline:
            yield Reach(None, cache)
            return
        with Door(policy, terms.patience, terms.resolve, cancelled=cancelled) as door:
            yield Reach(door, cache)


def cache_folder() -> Path:
    """Return the folder of the cache: the environment's DEPOTWATCH_CACHE, else where this system keeps caches."""
    return Path(os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_dir("depotwatch", appauthor=False))
