"""Signatures that a store wants on every address, fetched through the door like everything else."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from urllib.parse import urlsplit

from ..errors import RemoteError
from .door import Door

PLANETARY_COMPUTER = "planetary-computer"
LEAST_S = 60  # that a signature has to be good for yet


def signed(door: Door | None, wanted: Iterable[str | None]) -> Door | None:
    """
    Return a door that signs addresses as some catalogues want it, right before each request.

    Parameters
    ----------
    door
        The way there; None asks nobody and signs nothing.
    wanted
        Whose signatures; None wants none.

    Raises
    ------
    RemoteError
        If what signs them is not installed.
    """
    names = set(wanted) - {None}
    if door is None or not names:
        return door
    if names != {PLANETARY_COMPUTER}:
        unknown = ", ".join(sorted(map(str, names - {PLANETARY_COMPUTER})))
        raise RemoteError(f"Signatures of {unknown} are not known; choose another catalogue.")
    if find_spec("planetary_computer") is None:
        raise RemoteError(
            "Assets of planetary-computer need signatures; install them with pip install 'depotwatch[pc]', or search "
            "earth-search."
        )
    return replace(door, sign=_planetary_computer(door))


def _planetary_computer(door: Door) -> Callable[[str], str]:
    """Return what signs addresses in Azure's stores; the token of a container is kept as long as it is good."""
    from planetary_computer.sas import BLOB_STORAGE_DOMAIN, TOKEN_CACHE, SASToken, sign_url
    from planetary_computer.settings import Settings
    from planetary_computer.utils import parse_blob_url

    def sign(url: str) -> str:
        parts = urlsplit(url)
        if not (parts.hostname or "").endswith(BLOB_STORAGE_DOMAIN):
            return url
        settings = Settings.get()
        asked = "/".join((settings.sas_url, *parse_blob_url(parts)))
        token = TOKEN_CACHE.get(asked)
        if token is None or token.ttl() < LEAST_S:
            key = {"Ocp-Apim-Subscription-Key": settings.subscription_key} if settings.subscription_key else {}
            TOKEN_CACHE[asked] = SASToken(**_token(door, asked, key))
        return str(sign_url(url))  # finds the token there, so that it asks nobody

    return sign


def _token(door: Door, asked: str, headers: Mapping[str, str]) -> dict[str, str]:
    try:
        found = json.loads(door.get(asked, headers).body)
        return {name: str(found[name]) for name in ("msft:expiry", "token")}
    except (ValueError, KeyError, TypeError) as error:
        raise RemoteError(f"{asked} gives no signature; try again later, or choose another catalogue.") from error
