"""The area of a site, drawn anew."""

from dataclasses import replace

from shapely import Polygon

from ..labels.project import Project
from ..labels.records import Site
from .errors import AnnotateError
from .finding import sites_of


def keep_area(project: Project, site: str, area: Polygon, analyst: str) -> Site:
    """
    Keep an area as a site's own; a site of the cited reports comes into the project by it.

    Parameters
    ----------
    project
        Open for writing.
    site
        Its id.
    area
        Longitude and latitude.
    analyst
        Who drew it.

    Raises
    ------
    AnnotateError
        If there is no such site, or the area is none.
    """
    known = sites_of(project)
    if site not in known:
        raise AnnotateError(f"There is no site {site}; known are {', '.join(known)}.")
    if not area.is_valid or area.is_empty:
        raise AnnotateError("The area crosses itself or is empty; draw it as one plain outline.")
    kept = replace(known[site], area=area, accuracy=f"drawn by {analyst}")
    with project.transaction():
        project.put_site(kept)
        project.append(analyst, "site area", {"sites": [site]})
    return kept
