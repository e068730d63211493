"""Whether the series that a project keeps for a GIS to show is what the rest of it gives."""

from ...labels.plural import plural
from ...labels.project import Project
from ..kept_series import is_kept
from ..series import series_of, site_named
from ..standing import what_stands
from .finding import DIFFERS, OK, Finding


def check_series(project: Project) -> tuple[Finding, ...]:
    """
    Work out again each kept series that claims to be current; nothing where none is kept.

    One that was worked out at an earlier entry of the journal says so itself, and is out of date, not wrong.
    """
    kept = {row.site: row.head for row in project.series()} | {row.site: row.head for row in project.stays()}
    current = sorted(site for site, head in kept.items() if head == project.head)
    if not current:
        return ()
    standing = what_stands(project)
    told = [
        f"The series of {site} is not what the records give; depotwatch series works it out anew."
        for site in current
        if not is_kept(project, series_of(standing, site_named(project, site), standing.kinds), project.head)
    ]
    if told:
        return (Finding("series", DIFFERS, "What is kept for a GIS to show was altered.", tuple(told)),)
    return (Finding("series", OK, f"The series of {plural(len(current), 'site')} is what the records give."),)
