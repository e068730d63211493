"""Whether comparisons and candidates bear the ids that their content gives, which needs no journal."""

from ...labels.plural import plural
from ...labels.project import Project
from ..identity import candidate_id, comparison_id
from .finding import DIFFERS, OK, Finding


def check_identities(project: Project) -> Finding:
    """Work out the id of each comparison and each candidate anew."""
    comparisons, candidates = project.comparisons(), project.candidates()
    wrong = [
        f"Comparison {one.id[:8]} does not bear the id that its scenes, settings and version give: one of them was "
        "altered."
        for one in comparisons
        if one.id != comparison_id(one.before, one.after, one.settings, one.version)
    ]
    wrong += [
        f"Candidate {one.id[:8]} does not bear the id that its outline, kind and change give: one of them was altered."
        for one in candidates
        if one.id != candidate_id(one.comparison, one.kind, one.change, one.shape.pixels)
    ]
    runs, proposals = plural(len(comparisons), "comparison"), plural(len(candidates), "candidate")
    if wrong:
        return Finding("ids", DIFFERS, "What bears an id that its content gives has other content.", tuple(wrong))
    return Finding("ids", OK, f"{runs} and {proposals} bear the ids that their content gives.")
