"""Evidence that comes as files: sources in the forms of reference managers; claims, origins and sites from JSON."""

from .claims import read_claims, read_origins, read_sites
from .sources import read_sources

__all__ = ["read_claims", "read_origins", "read_sites", "read_sources"]
