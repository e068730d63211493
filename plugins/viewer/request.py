"""Two images that someone wants compared, as the window and the reader ask for it."""

from dataclasses import dataclass
from pathlib import Path

from shapely import Polygon

from ...labels.records import Site


@dataclass(frozen=True)
class PairRequest:
    """
    Two images to compare.

    Parameters
    ----------
    before, after
        Paths.
    before_date, after_date
        ISO 8601; empty leaves it to the file.
    gsd_m
        Pixel size of images without georeference, metres; None where they have one.
    gcp
        CSV of control points that place an image without georeference; None where there is none.
    area
        Compare only inside this polygon, longitude and latitude; None for all.
    site
        Whose area it is; it comes into a project that does not know it. None for no site.
    project
        To compare in; None for one beside the images.
    """

    before: Path
    after: Path
    before_date: str = ""
    after_date: str = ""
    gsd_m: float | None = None
    gcp: Path | None = None
    area: Polygon | None = None
    site: Site | None = None
    project: Path | None = None
