"""GeoJSON as RFC 7946 has it: longitude and latitude on WGS 84, rings by the right-hand rule, no crs member."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path

import shapely
from shapely import Polygon

from ... import __version__
from ..errors import ExportError
from ..project import Project
from ..records import Comparison, SceneRecord
from .labelled import NOTICE, Labelled, labelled
from .writing import write_whole

_DECIMALS = 7  # of a degree: about a centimetre
_NAMED = 5


def write_geojson(
    project: Project,
    path: str | Path,
    verdicts: Collection[str] | None = None,
    places: Collection[str] | None = None,
) -> int:
    """
    Write the labels, or those of some places by annotation id, as one FeatureCollection; return how many there are.

    The foreign member "depotwatch" carries what the features rest on: version, project, journal head, scenes with
    credits and licences, comparisons, and the claims that are cited.

    Raises
    ------
    ExportError
        Labels have no georeference, a verdict is unknown, or the file cannot be written.
    """
    labels = labelled(project, verdicts, None if places is None else frozenset(places))
    _refuse_unplaced(labels)
    collection = {
        "type": "FeatureCollection",
        "depotwatch": _provenance(project, labels),
        "features": [_feature(label) for label in labels],
    }
    write_whole(project, path, json.dumps(collection, ensure_ascii=False, allow_nan=False, indent=1) + "\n")
    return len(labels)


def _refuse_unplaced(labels: Sequence[Labelled]) -> None:
    """Raise ExportError naming the labels that have no place on the ground; dropping them silently would mislead."""
    unplaced = [label.annotation.id for label in labels if label.annotation.shape.ground is None]
    if not unplaced:
        return
    named = ", ".join(unplaced[:_NAMED]) + (", …" if len(unplaced) > _NAMED else "")
    subject = "1 label has" if len(unplaced) == 1 else f"{len(unplaced)} labels have"
    raise ExportError(f"{subject} no georeference ({named}): export CSV instead, or place the image with --gcp.")


def _feature(label: Labelled) -> dict[str, object]:
    properties = label.properties()
    if label.synthetic:
        properties["synthetic"] = True
    ground = label.annotation.shape.ground
    geometry = {"type": "Polygon", "coordinates": [] if ground is None else _rings(ground)}
    return {"type": "Feature", "id": label.annotation.id, "geometry": geometry, "properties": properties}


def _rings(polygon: Polygon) -> list[list[list[float]]]:
    rounded = shapely.transform(shapely.force_2d(polygon), lambda corners: corners.round(_DECIMALS))
    placed = shapely.geometry.polygon.orient(rounded, sign=1.0)
    return [shapely.get_coordinates(ring).tolist() for ring in (placed.exterior, *placed.interiors)]


def _provenance(project: Project, labels: Sequence[Labelled]) -> dict[str, object]:
    scenes = project.scenes()
    synthetic = project.synthetic or any(scene.synthetic for scene in scenes)
    cited = {claim for label in labels for claim, _ in label.relations()}
    titles = {source.id: source for source in project.sources()}
    return {
        "version": __version__,
        "project": project.title,
        "journal_head": project.head,
        "synthetic": synthetic,
        "notice": NOTICE if synthetic else None,
        "scenes": [_scene(scene) for scene in scenes],
        "comparisons": [_comparison(comparison) for comparison in project.comparisons()],
        "claims": [
            {
                "id": claim.id,
                "statement": claim.statement,
                "source": titles[claim.source].title,
                "url": titles[claim.source].csl.get("URL"),
            }
            for claim in project.claims()
            if claim.id in cited
        ],
    }


def _scene(scene: SceneRecord) -> dict[str, object]:
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
