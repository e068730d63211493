"""
STAC 1.1 with the label extension 1.0.1: a static collection, an item a scene, an item a pair with its labels.

The extension knows no two dates, no uncertainty and no evidence: a label item has two `source` links, and what else it
has to say stands in properties that begin with "depotwatch:".
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

import shapely
from shapely import Polygon

from ...labels.errors import ExportError
from ...labels.export import Rendered
from ...labels.export.geojson import feature_collection, rings
from ...labels.export.grounds import UNSTATED, credit_line, grounds
from ...labels.export.labelled import Labelled, refuse_unplaced
from ...labels.project import Project
from ...labels.records import SceneRecord
from ..outline import footprint_of

STAC_VERSION = "1.1.0"
LABEL_EXTENSION = "https://stac-extensions.github.io/label/v1.0.1/schema.json"
_OTHER = "other"  # STAC 1.1: a licence that is no SPDX identifier
_SPDX = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.+_")

Json = dict[str, object]


def render_stac(project: Project, labels: Sequence[Labelled], name: str) -> Rendered:
    """
    Return a collection, and beside it in one folder its items and the labels as GeoJSON.

    Raises
    ------
    ExportError
        Labels have no georeference, or a scene that they lie on has no date, which STAC demands.
    """
    refuse_unplaced(labels)
    rest, folder = grounds(project, labels), f"{PurePath(name).stem}_stac"
    pairs: dict[tuple[str, str | None], list[Labelled]] = {}
    for label in labels:
        pairs.setdefault((label.annotation.before, label.annotation.after), []).append(label)
    seen = {scene.id: scene for label in labels for scene in label.scenes}
    files, items = {}, []
    for scene in seen.values():
        items.append(_scene_item(scene, name))
    for number, group in enumerate(pairs.values(), start=1):
        labels_file = f"labels-{number}.geojson"
        items.append(_label_item(project, rest, group, number, labels_file, name))
        files[f"{folder}/{labels_file}"] = feature_collection(project, group).encode()
    for item in items:
        files[f"{folder}/{item['id']}.json"] = _text(item)
    own = re.compile(rf"{re.escape(folder)}/(scene-[0-9a-f]{{16}}\.json|labels-\d+\.(json|geojson))")
    return Rendered(_text(_collection(project, rest, items, folder, list(seen.values()))), files, (), own)


def _scene_item(scene: SceneRecord, root: str) -> Json:
    """Return a scene without its pixels: where it lies, when it was taken, whose it is, and its hash."""
    properties = {
        **_times([scene]),
        "platform": scene.platform,
        "gsd": max(scene.gsd_y_m, scene.gsd_x_m),
        "license": _licence(scene),
        "depotwatch:licence": scene.licence or UNSTATED,
        "depotwatch:credit": scene.credit or UNSTATED,
        "depotwatch:sha256": scene.id,
        "depotwatch:name": scene.name,
        "depotwatch:synthetic": scene.synthetic,
    }
    known = {key: value for key, value in properties.items() if value is not None or key == "datetime"}
    footprint = footprint_of(scene)
    if footprint is None:
        raise ExportError(f"{scene.name} has no georeference, which STAC demands: export CSV or COCO instead.")
    return _item(_scene_id(scene), footprint, known, [], {}, root)


def _label_item(
    project: Project, rest: Mapping[str, object], group: Sequence[Labelled], number: int, file: str, root: str
) -> Json:
    """Return the labels of one pair of scenes, or of one scene."""
    scenes = group[0].scenes
    counts = Counter(label.annotation.kind for label in group)
    what = " and ".join(f"{scene.name} ({scene.time})" for scene in scenes)
    properties = {
        **_times(scenes),
        "license": next(iter({_licence(scene) for scene in scenes})) if len(scenes) == 1 else _OTHER,
        "label:properties": ["kind"],
        "label:classes": [{"name": "kind", "classes": sorted(counts)}],
        "label:description": f"What changed between {what}" if len(scenes) == 2 else f"What is there in {what}",
        "label:type": "vector",
        "label:tasks": ["detection"],
        "label:methods": sorted({"automatic" if one.annotation.origin == "machine" else "manual" for one in group}),
        "label:overviews": [
            {"property_key": "kind", "counts": [{"name": kind, "count": counts[kind]} for kind in sorted(counts)]}
        ],
        "depotwatch:journal_head": rest["journal_head"],
        "depotwatch:version": rest["version"],
        "depotwatch:credits": credit_line(scenes),
        "depotwatch:intervals": [_interval(label) for label in group if label.annotation.count is not None],
        "depotwatch:claims": [
            {"label": label.annotation.id, "claim": claim, "relation": relation}
            for label in group
            for claim, relation in label.relations()
        ],
        "depotwatch:synthetic": any(label.synthetic for label in group),
    }
    grounds_ = [label.annotation.shape.ground for label in group if label.annotation.shape.ground is not None]
    region = shapely.box(*shapely.union_all(grounds_).bounds)
    links = [{"rel": "source", "href": f"./{_scene_id(one)}.json", "type": "application/json"} for one in scenes]
    asset = {"href": f"./{file}", "type": "application/geo+json", "title": "Labels", "roles": ["labels"]}
    return _item(f"labels-{number}", region, properties, links, {"labels": asset}, root) | {
        "stac_extensions": [LABEL_EXTENSION]
    }


def _interval(label: Labelled) -> Json:
    names = ("count_low", "count_best", "count_high", "verdict")
    properties = label.properties()
    return {"label": label.annotation.id, **{name: properties[name] for name in names}}


def _item(
    item_id: str, region: Polygon, properties: Json, links: list[dict[str, str]], assets: Json, root: str
) -> Json:
    up = [{"rel": rel, "href": f"../{root}", "type": "application/json"} for rel in ("root", "parent", "collection")]
    return {
        "type": "Feature",
        "stac_version": STAC_VERSION,
        "stac_extensions": [],
        "id": item_id,
        "geometry": {"type": "Polygon", "coordinates": rings(region)},
        "bbox": list(region.bounds),
        "properties": properties,
        "links": [*up, *links],
        "assets": assets,
        "collection": "labels",
    }


def _collection(
    project: Project, rest: Mapping[str, object], items: Sequence[Json], folder: str, scenes: Sequence[SceneRecord]
) -> Json:
    boxes = [item["bbox"] for item in items] or [[-180.0, -90.0, 180.0, 90.0]]
    around = shapely.union_all([shapely.box(*box) for box in boxes]).bounds  # type: ignore[misc]
    times = sorted(moment for scene in scenes for moment in _bounds(scene))
    credits = dict.fromkeys(scene.credit for scene in scenes if scene.credit)
    return {
        "type": "Collection",
        "stac_version": STAC_VERSION,
        "stac_extensions": [],
        "id": "labels",
        "title": project.title,
        "description": str(rest["notice"] or f"Labels of {project.title}, made with depotwatch."),
        "license": _OTHER,
        "providers": [{"name": credit, "roles": ["licensor"]} for credit in credits],
        "extent": {
            "spatial": {"bbox": [list(around)]},
            "temporal": {"interval": [[times[0], times[-1]] if times else [None, None]]},
        },
        "depotwatch:journal_head": rest["journal_head"],
        "depotwatch:credits": credit_line(scenes),
        "links": [
            {"rel": "item", "href": f"./{folder}/{item['id']}.json", "type": "application/geo+json"} for item in items
        ],
    }


def _times(scenes: Sequence[SceneRecord]) -> Json:
    """Return one moment where there is one, else the first and the last that are meant."""
    moments = sorted(moment for scene in scenes for moment in _bounds(scene))
    if moments[0] == moments[-1]:
        return {"datetime": moments[0]}
    return {"datetime": None, "start_datetime": moments[0], "end_datetime": moments[-1]}


def _bounds(scene: SceneRecord) -> tuple[str, str]:
    """Return the first and last second at which a scene may have been taken: a day where the time is not known."""
    if scene.time is None:
        raise ExportError(f"{scene.name} has no date, which STAC demands: compare again with its date, or export CSV.")
    moment = datetime.fromisoformat(scene.time)
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    last = moment if "T" in scene.time else moment + timedelta(days=1, seconds=-1)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ"), last.strftime("%Y-%m-%dT%H:%M:%SZ")


def _licence(scene: SceneRecord) -> str:
    return scene.licence if scene.licence and scene.licence != "closed" and set(scene.licence) <= _SPDX else _OTHER


def _scene_id(scene: SceneRecord) -> str:
    return f"scene-{scene.id[:16]}"


def _text(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()
