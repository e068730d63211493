"""The embedded case, the whole way: render, compare, tie to invented reports, export; and the cited reports."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..imagery.synthetic import Case, render_case, write_case
from ..labels.export import CSV, GEOJSON, export
from ..labels.project import Project
from ..labels.reports import load
from .bench.beside import Beside, beside_truth
from .compare import Result, Settings, compare
from .count import CountRow, count
from .errors import AnnotateError
from .invented import CONTAINERS, DENIAL, MANY_PITS, NEW_PITS, SITE, Evidence, invent
from .ledger import LedgerRow, ledger
from .review import Review

ANALYST = "demo"
SIMULATED = "demo (simulated)"
NOTE = "Simulated: decided from the known truth, not by looking."
DEFAULT_SEED = 1
CITED = "Cited reports, without imagery"


@dataclass(frozen=True, eq=False)
class Demo:
    """
    What the demo made.

    Parameters
    ----------
    project, reports
        Project of the case; project of the cited reports, without pixels.
    files
        Before image, after image, truth.
    case
        What was rendered, with its truth.
    result
        Of the comparison.
    beside
        Candidates beside the truth, a kind each.
    """

    project: Path
    reports: Path
    files: tuple[Path, ...]
    case: Case
    result: Result
    beside: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What stands in the demo's projects now: counts and ledger of the case, ledger of the cited reports, exports."""

    counts: tuple[CountRow, ...]
    ledger: tuple[LedgerRow, ...]
    reports_ledger: tuple[LedgerRow, ...]
    exports: tuple[Path, ...]


def make_demo(
    folder: Path,
    seed: int = DEFAULT_SEED,
    name: str = "demo.gpkg",
    progress: Callable[[float, float, str], None] | None = None,
) -> Demo:
    """
    Go the whole way on the embedded case; doing it again adds nothing.

    Parameters
    ----------
    folder
        Where everything goes; made if it does not exist.
    seed
        Of the case.
    name
        File name of the project.
    progress
        Called with (done, total, what).

    Raises
    ------
    AnnotateError
        If the project is there and holds another case.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _project(folder / name, seed) as project:
        case = render_case(seed)
        files = write_case(case, folder)
        _keep_evidence(project, invent(case), "the embedded case")
        result = compare(files[0], files[1], project, Settings(site=SITE, analyst=ANALYST), progress=progress)
        beside = beside_truth(result.candidates, case.truth)
        _review_some(project, beside)
    reports = folder / "cited-reports.gpkg"
    _keep_cited_reports(reports)
    return Demo(folder / name, reports, files, case, result, beside)


def summarise(demo: Demo) -> Summary:
    """Count, draw up the ledgers and write the exports, as the demo's projects stand now."""
    with Project.open(demo.project) as project:
        exports = tuple(demo.project.with_suffix(format.endings[0]) for format in (GEOJSON, CSV))
        for format, out in zip((GEOJSON, CSV), exports, strict=True):
            export(project, out, format, ANALYST)
        counts, rows = count(project), ledger(project)
    with Project.open(demo.reports, read_only=True) as cited:
        return Summary(counts, rows, ledger(cited), exports)


def _project(path: Path, seed: int) -> Project:
    title = f"Embedded case {seed} (synthetic)"
    if not path.exists():
        return Project.create(path, title=title, synthetic=True)
    project = Project.open(path)
    if project.title != title:
        project.close()
        raise AnnotateError(f"{path} holds {project.title!r}, not this case; give --project another name or remove it.")
    return project


def _keep_evidence(project: Project, evidence: Evidence, what: str) -> None:
    if {claim.id for claim in evidence.claims} <= {claim.id for claim in project.claims()}:
        return
    with project.transaction():
        for site in evidence.sites:
            project.put_site(site)
        for origin in evidence.origins:
            project.put_origin(origin)
        for source in evidence.sources:
            project.put_source(source)
        for claim in evidence.claims:
            project.put_claim(claim)
        project.append(ANALYST, "claim import", {"file": what, "claims": [claim.id for claim in evidence.claims]})


def _review_some(project: Project, beside: tuple[Beside, ...]) -> None:
    """Decide the stronger half of the queue from the truth, which the verdicts say; the rest is the newcomer's."""
    if project.verdicts():
        return
    real = {one.annotation: thing.kind for kind in beside for one, thing in (*kind.found, *kind.noticed)}
    false = {one.annotation for kind in beside for one in kind.false_alarms}
    review = Review(project, SIMULATED)
    queue = review.queue()
    for annotation in queue[: len(queue) // 2]:
        review.select(annotation.id)
        if annotation.id in real:
            review.set_kind(real[annotation.id])
            review.accept(NOTE)
            if annotation.change == "appeared":
                _cite(review, annotation.id, real[annotation.id])
        elif annotation.id in false:
            review.reject("other", NOTE)


def _cite(review: Review, annotation_id: str, kind: str) -> None:
    links = {
        "storage-pit": ((NEW_PITS, "supports"), (MANY_PITS, "context")),
        "container-stack": ((CONTAINERS, "supports"), (DENIAL, "opposes")),
    }
    review.select(annotation_id)
    for claim, relation in links.get(kind, ()):
        review.cite(claim, relation, NOTE)


def _keep_cited_reports(path: Path) -> None:
    facts = load()
    evidence = Evidence(facts.sites, facts.origins, facts.sources, facts.claims)
    with Project.open(path) if path.exists() else Project.create(path, title=CITED) as project:
        _keep_evidence(project, evidence, "the cited reports")
