"""What part of the queue is worked through, and in what order."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from ..labels.records import Annotation
from .errors import ReviewError

OPEN = "open"
ORDERS = ("score", "place", "kind")
BAND_PX = 256  # rows that are read together, from left to right, in the order of place


@dataclass(frozen=True, slots=True)
class Sift:
    """
    A part of the queue.

    Parameters
    ----------
    kind, verdict, site
        Only this kind, only what stands as this (unreviewed, accepted, rejected, unsure, disputed) or, where it is
        `OPEN`, what the analyst has not decided, only this site; None for all.
    order
        score: as the detectors rank; place: in bands of rows as one reads; kind: by kind, then as ranked.

    Raises
    ------
    ReviewError
        If the order is not one of `ORDERS`.
    """

    kind: str | None = None
    verdict: str | None = None
    site: str | None = None
    order: str = "score"

    def __post_init__(self) -> None:
        """Refuse an order that is none."""
        if self.order not in ORDERS:
            raise ReviewError(f"{self.order!r} is no order; choose one of {', '.join(ORDERS)}.")

    def takes(self, one: Annotation, verdict: str, undecided: bool = False) -> bool:
        """Return True for an annotation of this part, with what stands for it and whether the analyst is to decide."""
        stands = OPEN if self.verdict == OPEN and undecided else verdict
        wanted = ((self.kind, one.kind), (self.verdict, stands), (self.site, one.site))
        return all(asked in (None, has) for asked, has in wanted)

    def first(self, one: Annotation) -> tuple[str | int, ...]:
        """Return what it is sorted by before the detectors' rank."""
        if self.order == "kind":
            return (one.kind,)
        if self.order == "place":
            centre = one.shape.pixels.centroid
            return one.shape.scene, int(centre.y // BAND_PX), int(centre.x)
        return ()

    def to_json(self) -> dict[str, str | None]:
        """Return it as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Sift":
        """Read what `to_json` gave; what is not known is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})
