"""A candidate: what a comparison proposes."""

from collections.abc import Mapping
from dataclasses import dataclass

from shapely import Polygon

CHANGES = ("appeared", "vanished", "altered", "present")
STATES = ("empty", "filled", "unknown")


@dataclass(frozen=True, slots=True)
class Shape:
    """
    Where a thing is and how large.

    Parameters
    ----------
    pixels
        Outline in (column, row) of `scene`'s grid, pixel corners at integers, row downwards.
    scene
        Id of the scene on whose grid `pixels` lies: the before scene of a comparison, or the only one.
    ground
        The same outline in EPSG:4326 (longitude, latitude); None where the scene has no georeference.
    length_m, width_m, area_m2
        Of the least rotated rectangle around it, length >= width; area of the outline itself.
    heading_deg
        Of the long axis, degrees clockwise from north (from image up without georeference), in [0, 180).
    """

    pixels: Polygon
    scene: str
    ground: Polygon | None
    length_m: float
    width_m: float
    area_m2: float
    heading_deg: float


@dataclass(frozen=True, slots=True)
class Count:
    """How many things one outline holds; best is None where only bounds can be said. Tiers are None where not seen."""

    low: int
    best: int | None
    high: int | None
    tiers_low: int | None = None
    tiers_high: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    One proposal of one comparison.

    Parameters
    ----------
    id
        SHA-256 of the comparison id, kind and outline.
    comparison
        Comparison id.
    annotation
        Id of the annotation it is, by birth or by the matching rule.
    kind, change, state
        Words of DESIGN: kind from kinds.toml; `CHANGES`; `STATES`.
    shape
        Outline and size.
    score
        d / (d + t) for its strongest statistic d and threshold t: in [0, 1), .5 is the threshold.
    count
        None where the kind cannot be counted at this GSD.
    terms
        What the score is made of, and flags for the analyst; JSON values only.
    """

    id: str
    comparison: str
    annotation: str
    kind: str
    change: str
    state: str
    shape: Shape
    score: float
    count: Count | None
    terms: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a candidate says of its annotation: as which change it is proposed, and on what terms; see `Candidate`."""

    annotation: str
    change: str
    terms: Mapping[str, object]
