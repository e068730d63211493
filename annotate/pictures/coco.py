"""
COCO (https://cocodataset.org/#format-data): labels in windows of their scenes, with the windows as PNG files beside.

An image is a window of one scene on the before grid of its pair, so that both dates of a window have the same pixels.
What COCO has no room for stands in members called "depotwatch". Windows of a scene whose licence does not let its
pixels appear are described and not written.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import PurePath

import cv2
import numpy as np
import shapely
from affine import Affine
from shapely import Polygon

from ...labels.export import Rendered
from ...labels.export.grounds import UNSTATED, grounds
from ...labels.export.labelled import Labelled
from ...labels.project import Project
from ...labels.project.values import exact_wkt
from ...labels.records import SceneRecord
from .darkroom import Darkroom, Window

TILE_PX = 512
MARGIN_PX = 32

Json = dict[str, object]


def render_coco(project: Project, labels: Sequence[Labelled], name: str) -> Rendered:
    """Return the labels as COCO JSON, and the windows that hold them."""
    darkroom, folder = Darkroom(project), f"{PurePath(name).stem}_images"
    kinds = sorted({label.annotation.kind for label in labels})
    licences = sorted({one.licence or UNSTATED for one in darkroom.records.values()})
    images: list[Json] = []
    annotations: list[Json] = []
    files: dict[str, bytes] = {}
    for group in _groups(labels).values():
        window = _window(group)
        shown: dict[str, int] = {}
        for scene in group[0].scenes:
            image = _image(scene, group[0], window, darkroom, licences, len(images) + 1)
            picture = darkroom.cut(scene.id, group[0].annotation.shape.scene, window)
            if picture is not None:
                image["file_name"] = f"{folder}/{image['file_name']}"
                files[str(image["file_name"])] = _png(picture)
            images.append(image)
            shown[scene.id] = len(images)
        for label in group:
            on = shown[_shows(label).id]
            annotations.append(_annotation(label, window, kinds, on, len(annotations) + 1))
    document = {
        "info": {"description": project.title, **grounds(project, labels)},
        "licenses": [{"id": at, "name": licence, "url": ""} for at, licence in enumerate(licences, start=1)],
        "categories": [{"id": at, "name": kind, "supercategory": ""} for at, kind in enumerate(kinds, start=1)],
        "images": images,
        "annotations": annotations,
    }
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    used = dict.fromkeys(scene.id for label in labels for scene in label.scenes)
    said = (why for one in used if (why := darkroom.why_not(one)) is not None)
    own = re.compile(rf"{re.escape(folder)}/[0-9a-f]{{16}}-\d+-\d+-\d+x\d+\.png")
    return Rendered(text.encode(), files, tuple(said), own)


def _groups(labels: Sequence[Labelled]) -> Mapping[tuple[str, str | None, int, int], list[Labelled]]:
    """Return labels by pair and by the tile that holds their centre; each lies whole in the window of its group."""
    groups: dict[tuple[str, str | None, int, int], list[Labelled]] = {}
    for label in labels:
        own = label.annotation
        centre = own.shape.pixels.centroid
        tile = int(centre.x // TILE_PX), int(centre.y // TILE_PX)
        groups.setdefault((own.before, own.after, *tile), []).append(label)
    return groups


def _window(group: Sequence[Labelled]) -> Window:
    windows = [Window.around(label.annotation.shape.pixels, MARGIN_PX, _base(label)) for label in group]
    found = windows[0]
    for one in windows[1:]:
        found = found.covering(one)
    return found


def _base(label: Labelled) -> SceneRecord:
    return next(scene for scene in label.scenes if scene.id == label.annotation.shape.scene)


def _shows(label: Labelled) -> SceneRecord:
    """Return the scene on which a label is seen: what vanished on the earlier one, all else on the later."""
    return label.before if label.annotation.change == "vanished" or label.after is None else label.after


def _image(
    scene: SceneRecord, label: Labelled, window: Window, darkroom: Darkroom, licences: Sequence[str], number: int
) -> Json:
    base = _base(label)
    transform = Affine(*base.transform) @ Affine.translation(window.column, window.row)
    why = darkroom.why_not(scene.id)
    limits = None if why is not None else darkroom.stretch(scene.id, base.id)
    part = f"{window.column}-{window.row}-{window.columns}x{window.rows}"
    return {
        "id": number,
        "width": window.columns,
        "height": window.rows,
        "file_name": scene.name if why is not None else f"{scene.id[:16]}-{part}.png",
        "license": licences.index(scene.licence or UNSTATED) + 1,
        "date_captured": scene.time or "",
        "depotwatch": {
            "scene": scene.id,
            "name": scene.name,
            "before": label.annotation.before,
            "after": label.annotation.after,
            "grid_scene": base.id,
            "window": [window.column, window.row, window.columns, window.rows],
            "transform": list(transform)[:6],
            "crs": base.crs,
            "credit": scene.credit,
            "licence": scene.licence,
            "pixels": why or "written",
            "stretch": None if limits is None else {"bands": limits.bands, "low": limits.low, "high": limits.high},
        },
    }


def _annotation(label: Labelled, window: Window, kinds: Sequence[str], image: int, number: int) -> Json:
    own = label.annotation
    here = shapely.transform(own.shape.pixels, lambda corners: corners - (window.column, window.row))
    left, top, right, bottom = here.bounds
    return {
        "id": number,
        "image_id": image,
        "category_id": kinds.index(own.kind) + 1,
        "segmentation": [_ring(here)],
        "area": here.area,
        "bbox": [left, top, right - left, bottom - top],
        "iscrowd": 0,
        "attributes": label.properties(),
        "depotwatch": {
            "before": own.before,
            "after": own.after,
            "scene": own.shape.scene,
            "site": own.site,
            "pixels": exact_wkt(own.shape.pixels),
            "note": own.note,
            "dissent": [asdict(one) for one in label.dissent],
            "synthetic": label.synthetic,
        },
    }


def _ring(polygon: Polygon) -> list[float]:
    """Return the outer ring as COCO has it, without the last corner that is the first; it knows no holes."""
    return [float(number) for corner in polygon.exterior.coords[:-1] for number in corner]


def _png(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    return cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tobytes()
