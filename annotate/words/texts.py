"""All that analysts wrote in a project, with what is to be written otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass

from ...labels.project import Project
from .finding import Finding
from .linting import ASSESSMENT, NOTE, OBSERVATION, lint


@dataclass(frozen=True, slots=True)
class Remarked:
    """
    A text with what was found in it.

    Parameters
    ----------
    where
        What it was written about: "remark on annotation …", "observation on claim …".
    id
        Of that annotation or claim.
    analyst
        Who wrote it; empty where that is not known.
    text
        The text.
    findings
        What is to be written otherwise.
    """

    where: str
    id: str
    analyst: str
    text: str
    findings: tuple[Finding, ...]


def lint_project(project: Project) -> tuple[Remarked, ...]:
    """Return every text of a project in which something was found; what sources state is not the analysts' and left."""
    found = []
    for where, name, analyst, text, part in _texts(project):
        findings = lint(text, part)
        if findings:
            found.append(Remarked(where, name, analyst, text, findings))
    return tuple(found)


def _texts(project: Project) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield where each text stands, of which record, who wrote it, the text, and what part it is."""
    remarks = project.remarks()
    written = {(one.annotation, one.text) for one in remarks}
    for remark in remarks:
        yield "remark", remark.annotation, remark.analyst, remark.text, NOTE
    for annotation in project.annotations():
        if annotation.note and (annotation.id, annotation.note) not in written:
            yield "note", annotation.id, "", annotation.note, NOTE
    for verdict in project.verdicts():
        if verdict.note:
            yield "verdict", verdict.annotation, verdict.analyst, verdict.note, NOTE
    for citation in project.citations():
        if citation.note:
            yield f"citation of {citation.claim}", citation.annotation, citation.analyst, citation.note, NOTE
    for one in project.judgements():
        yield OBSERVATION, one.claim, one.analyst, one.observation, OBSERVATION
        yield ASSESSMENT, one.claim, one.analyst, one.assessment, ASSESSMENT
