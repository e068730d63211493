"""What whoever opens a project in a GIS sees: our views as we make them, and what others put into the file."""

from ...labels.plural import plural
from ...labels.project import Project
from .finding import DIFFERS, OK, UNCHECKED, Finding

CHECK = "layers"


def check_layers(project: Project) -> Finding:
    """Check the views that a GIS shows, and name the tables that depotwatch did not make."""
    told = [f"The view {name} is not the one that depotwatch makes." for name in project.altered_views()]
    if told:
        return Finding(CHECK, DIFFERS, "A GIS shows something else than the records.", tuple(told))
    others = project.tables_of_others()
    if others:
        tables = f"{plural(len(others), 'table')} that depotwatch did not make ({', '.join(others)})"
        return Finding(
            CHECK, UNCHECKED, f"The file holds {tables}: no part of the record, and nobody vouches for them."
        )
    return Finding(CHECK, OK, "A GIS shows what the records say: the views are those that depotwatch makes.")
