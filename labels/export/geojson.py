"""GeoJSON as RFC 7946 has it: longitude and latitude on WGS 84, rings by the right-hand rule, no crs member."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import shapely
from shapely import Polygon

from ..project import Project
from ..project.values import exact_wkt
from .format import Rendered
from .grounds import grounds
from .labelled import Labelled, refuse_unplaced

_DECIMALS = 7  # of a degree: about a centimetre


def render_geojson(project: Project, labels: Sequence[Labelled], name: str) -> Rendered:
    """
    Return the labels as one FeatureCollection.

    The foreign member "depotwatch" of the collection carries what the features rest on; that of a feature its exact
    outline in pixels and the ids of its scenes, by which `depotwatch import` finds the place again.

    Raises
    ------
    ExportError
        Labels have no georeference.
    """
    refuse_unplaced(labels)
    return Rendered.text(feature_collection(project, labels))


def feature_collection(project: Project, labels: Sequence[Labelled]) -> str:
    """Return the text of labels that all have a place on the ground."""
    collection = {
        "type": "FeatureCollection",
        "depotwatch": grounds(project, labels),
        "features": [_feature(label) for label in labels],
    }
    return json.dumps(collection, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def rings(polygon: Polygon) -> list[list[list[float]]]:
    """Return the rings of a polygon in degrees, the outer one counter-clockwise, holes clockwise, to a centimetre."""
    rounded = shapely.transform(shapely.force_2d(polygon), lambda corners: corners.round(_DECIMALS))
    placed = shapely.geometry.polygon.orient(rounded, sign=1.0)
    return [shapely.get_coordinates(ring).tolist() for ring in (placed.exterior, *placed.interiors)]


def _feature(label: Labelled) -> dict[str, object]:
    properties = label.properties()
    if label.synthetic:
        properties["synthetic"] = True
    ground, own = label.annotation.shape.ground, label.annotation
    return {
        "type": "Feature",
        "id": own.id,
        "geometry": {"type": "Polygon", "coordinates": [] if ground is None else rings(ground)},
        "properties": properties,
        "depotwatch": {
            "before": own.before,
            "after": own.after,
            "scene": own.shape.scene,
            "site": own.site,
            "pixels": exact_wkt(own.shape.pixels),
            "note": own.note,
            "dissent": [asdict(one) for one in label.dissent],
        },
    }
