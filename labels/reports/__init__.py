"""The cited reports: who published what and when, what each states in our own words, and where. No pixels."""

from dataclasses import dataclass
from importlib.resources import as_file, files

from ..records import Claim, Origin, Site, Source
from ..references import read_claims, read_origins, read_sites, read_sources

__all__ = ["Reports", "load"]


@dataclass(frozen=True, slots=True)
class Reports:
    """The evidence of the cited reports; put sources, origins and sites into a project before the claims."""

    sources: tuple[Source, ...]
    origins: tuple[Origin, ...]
    claims: tuple[Claim, ...]
    sites: tuple[Site, ...]


def load() -> Reports:
    """Return the cited reports that come with depotwatch."""
    with as_file(files(__name__)) as folder:
        return Reports(
            read_sources(folder / "sources.csl.json"),
            read_origins(folder / "origins.json"),
            read_claims(folder / "claims.json"),
            read_sites(folder / "sites.json"),
        )
