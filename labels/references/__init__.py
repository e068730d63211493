"""Evidence that comes as files: sources from CSL-JSON; claims, origins and sites from JSON."""

from .claims import read_claims, read_origins, read_sites
from .csl import read_sources

__all__ = ["read_claims", "read_origins", "read_sites", "read_sources"]
