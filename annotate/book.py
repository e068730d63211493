"""What claims are set beside: what stands in a project, with what is worked out once for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..labels.records import Annotation, Citation, Claim, Site
from .kinds import Kind
from .looks import Look, bearing_on
from .places import Place, places
from .series import Series, series_of
from .standing import Standing


@dataclass(frozen=True, slots=True)
class Book:
    """
    What claims are set beside.

    Parameters
    ----------
    standing, kinds
        What stands in the project, and the kinds by name.
    sites
        By id.
    synthetic
        For each source id, whether it is invented.
    citations
        By claim id.
    known, grouped
        What was worked out already: series by site and kind, places by the annotations that they are made of.
    """

    standing: Standing
    kinds: Mapping[str, Kind]
    sites: Mapping[str, Site]
    synthetic: Mapping[str, bool]
    citations: Mapping[str, Sequence[Citation]]
    known: dict[tuple[str, str], Series] = field(default_factory=dict)
    grouped: dict[tuple[str, ...], Sequence[Place]] = field(default_factory=dict)

    def series(self, site: Site, kind: Kind) -> Series:
        """Return the series of one kind at a site."""
        if (site.id, kind.name) not in self.known:
            self.known[site.id, kind.name] = series_of(self.standing, site, {kind.name: kind})
        return self.known[site.id, kind.name]

    def places(self, members: Sequence[Annotation]) -> Sequence[Place]:
        """Return the places that some annotations are."""
        ids = tuple(one.id for one in members)
        if ids not in self.grouped:
            self.grouped[ids] = places(self.standing, members)
        return self.grouped[ids]


def looks_of(book: Book, claim: Claim, kind: Kind, sites: Sequence[Site]) -> list[Look]:
    """Return the looks that bear on a claim, or raise a NotTestableError."""
    return bearing_on(claim, kind, sites, book.synthetic[claim.source], book.standing)


def sites_of(book: Book, claim: Claim, *roles: str) -> list[Site]:
    """Return the claim's sites in some roles, in all if none is named."""
    return [book.sites[one.site] for one in claim.sites if not roles or one.role in roles]


def cited(book: Book, claim: Claim, relation: str) -> tuple[str, ...]:
    """Return the annotations tied to a claim in one way that are not withdrawn, accepted ones first."""
    standing = book.standing
    cited = [one.annotation for one in book.citations.get(claim.id, ()) if one.relation == relation]
    there = [one for one in dict.fromkeys(cited) if one in standing.annotations]
    return tuple(sorted(there, key=lambda one: standing.verdict_of(one) != "accepted"))
