"""The catalogues of public imagery that are known, and any other that a user names."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from ..errors import RemoteError

API, STATIC = "api", "static"
ANY = "*"


@dataclass(frozen=True, slots=True)
class MaskAsset:
    """Asset keys of a quality mask, and how its numbers are read: "scl" (Sentinel-2) or "qa_pixel" (Landsat)."""

    assets: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Collection:
    """
    What a collection holds.

    Parameters
    ----------
    id
        As the catalogue has it; "*" for every one of a catalogue.
    sensor
        "optical" or "sar".
    gsd_m
        Nominal ground sample distance; an item's own goes before it.
    bands
        Asset keys by band name, in the order in which bands are fetched; a key may end or begin with "*".
    mask
        None where there is none.
    credit
        Credit line; "{year}" stands for the year of acquisition.
    licence
        SPDX identifier; a LicenseRef for terms of the owner's own, which `terms` then names.
    terms
        Address of the owner's terms; None where the licence says all.
    caution
        What a user has to know before choosing it; None where there is nothing.
    fetchable
        False where its assets need a login or payment.
    """

    id: str
    sensor: str
    gsd_m: float
    bands: Mapping[str, tuple[str, ...]]
    mask: MaskAsset | None
    credit: str | None
    licence: str | None
    terms: str | None
    caution: str | None
    fetchable: bool = True


@dataclass(frozen=True, slots=True)
class Catalogue:
    """
    A STAC API or a static STAC catalogue.

    Parameters
    ----------
    name
        Short name; the address of one that a user added.
    title
        For people.
    url
        Of its root.
    kind
        `API` or `STATIC`.
    hosts
        Names of the servers that its documents and assets lie on; ".example.org" means all below it.
    collections
        Known ones, by id.
    signed
        Whose signatures its assets need; None where they are free.
    rewrite
        Beginnings of asset addresses and what stands for them.
    """

    name: str
    title: str
    url: str
    kind: str
    hosts: frozenset[str]
    collections: Mapping[str, Collection] = field(default_factory=lambda: MappingProxyType({}))
    signed: str | None = None
    rewrite: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def collection(self, id: str) -> Collection:
        """Return what is known of a collection; of an unknown one, what its items themselves say is taken."""
        known = self.collections.get(id) or self.collections.get(ANY)
        return known or Collection(id, "", 0.0, {}, None, None, None, None, None)


@cache
def known_catalogues() -> Mapping[str, Catalogue]:
    """Return the catalogues that come with depotwatch, by name, the one to be asked first at the front."""
    text = files(__package__).joinpath("catalogues.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: _catalogue(name, said) for name, said in tomllib.loads(text).items()})


def catalogue(name: str) -> Catalogue:
    """
    Return a catalogue by its name or its address.

    An address that ends in ".json" is a static catalogue, every other a STAC API.

    Raises
    ------
    RemoteError
        If it is neither a known name nor an address.
    """
    known = known_catalogues()
    if name in known:
        return known[name]
    parts = urlsplit(name)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise RemoteError(
            f"{name!r} is no catalogue that depotwatch knows; it knows {', '.join(known)}, or give an address like "
            "https://host/path."
        )
    kind = STATIC if parts.path.endswith(".json") else API
    return Catalogue(name, parts.hostname, name, kind, frozenset({parts.hostname.lower()}))


def _catalogue(name: str, said: Mapping[str, Any]) -> Catalogue:
    return Catalogue(
        name=name,
        title=said["title"],
        url=said["url"],
        kind=said["kind"],
        hosts=frozenset(said["hosts"]),
        collections={id: _collection(id, one) for id, one in said["collections"].items()},
        signed=said.get("signed"),
        rewrite=said.get("rewrite", {}),
    )


def _collection(id: str, said: Mapping[str, Any]) -> Collection:
    mask = said.get("mask")
    return Collection(
        id=id,
        sensor=said["sensor"],
        gsd_m=float(said["gsd_m"]),
        bands={band: tuple(keys) for band, keys in said["bands"].items()},
        mask=None if mask is None else MaskAsset(tuple(mask["assets"]), mask["kind"]),
        credit=said.get("credit"),
        licence=said.get("licence"),
        terms=said.get("terms"),
        caution=said.get("caution"),
        fetchable=said.get("fetchable", True),
    )
