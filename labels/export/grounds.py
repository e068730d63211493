"""What the labels of an export rest on: version, journal head, scenes with credit and licence, comparisons, claims."""

from collections.abc import Iterable, Sequence

from ... import __version__
from ..journal import Entry
from ..project import Project
from ..records import Comparison, SceneRecord
from .labelled import NOTICE, Labelled

EXPORTED = "export"
UNSTATED = "not stated"


def exported_journal(project: Project) -> tuple[Entry, ...]:
    """
    Return the journal up to its last entry that is no export.

    An export is journalled and changes no record. Its own entry cannot stand in it, and those of exports that follow
    no other step are left aside, so that the same records give the same bytes however often they are exported.
    """
    entries = project.journal()
    last = max((at for at, entry in enumerate(entries, start=1) if entry.action != EXPORTED), default=0)
    return entries[:last]


def head_of(project: Project) -> str:
    """Return number and hash of the last of these, which every export carries and verify takes; "" without any."""
    entries = exported_journal(project)
    return entries[-1].mark if entries else ""


def grounds(project: Project, labels: Sequence[Labelled]) -> dict[str, object]:
    """Return what labels rest on, as JSON values."""
    scenes = project.scenes()
    synthetic = project.synthetic or any(scene.synthetic for scene in scenes)
    entries = exported_journal(project)
    return {
        "version": __version__,
        "project": project.title,
        "journal_head": entries[-1].mark if entries else "",
        "journal_time": entries[-1].time if entries else None,
        "synthetic": synthetic,
        "notice": NOTICE if synthetic else None,
        "scenes": [scene_facts(scene) for scene in scenes],
        "comparisons": [_comparison(comparison) for comparison in project.comparisons()],
        "claims": _claims(project, labels),
    }


def scene_facts(scene: SceneRecord) -> dict[str, object]:
    """Return what a reader may know of a scene; where its file lay on the analyst's disk is not for them."""
    return {
        "id": scene.id,
        "name": scene.name,
        "time": scene.time,
        "sensor": scene.sensor,
        "platform": scene.platform,
        "gsd_m": [scene.gsd_y_m, scene.gsd_x_m],
        "credit": scene.credit,
        "licence": scene.licence,
        "synthetic": scene.synthetic,
    }


def credit_line(scenes: Iterable[SceneRecord]) -> str:
    """Return credit and licence of scenes in one line, each once: "NAME: credit; licence"."""
    lines = (f"{one.name}: credit {one.credit or UNSTATED}; licence {one.licence or UNSTATED}" for one in scenes)
    return " | ".join(dict.fromkeys(lines))


def _claims(project: Project, labels: Sequence[Labelled]) -> list[dict[str, object]]:
    cited = {claim for label in labels for claim, _ in label.relations()}
    sources = {source.id: source for source in project.sources()}
    return [
        {
            "id": claim.id,
            "statement": claim.statement,
            "source": sources[claim.source].title,
            "url": sources[claim.source].csl.get("URL"),
        }
        for claim in project.claims()
        if claim.id in cited
    ]


def _comparison(comparison: Comparison) -> dict[str, object]:
    return {
        "id": comparison.id,
        "before": comparison.before,
        "after": comparison.after,
        "site": comparison.site,
        "version": comparison.version,
        "time": comparison.time,
        "method": comparison.method,
        "settings": dict(comparison.settings),
        "refused": comparison.refused,
        "residual_px": {"median": comparison.residual_median_px, "p95": comparison.residual_p95_px},
        "valid_area_km2": comparison.valid_area_km2,
        "expected_false_alarms_per_km2": comparison.false_alarms_per_km2,
        "kinds": [{"kind": kind.kind, "testable": kind.testable, "reason": kind.reason} for kind in comparison.kinds],
    }
