"""STAC: a collection that pystac walks and holds to the schemas, label items with two sources."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pystac
import pytest
from pystac.validation import JsonSchemaSTACValidator
from pystac.validation.stac_validator import STACValidator
from shapely.geometry import shape

from depotwatch.annotate.exports import FORMATS
from depotwatch.labels.errors import ExportError
from depotwatch.labels.export import export
from depotwatch.labels.project import Project

LABEL = "https://stac-extensions.github.io/label/v1.0.1/schema.json"
LABEL_FIELDS = [
    f"label:{name}" for name in ("properties", "classes", "description", "type", "tasks", "methods", "overviews")
]
TEXTS = {"type": "array", "items": {"type": "string"}}
# What the label extension 1.0.1 demands of an item, in our own words: its schema is not a part of pystac.
LABEL_RULES: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "$id": LABEL,
    "type": "object",
    "required": ["properties", "assets", "links", "stac_extensions"],
    "properties": {
        "stac_extensions": {"contains": {"const": LABEL}},
        "assets": {"required": ["labels"]},
        "properties": {
            "required": ["label:properties", "label:description", "label:type"],
            "propertyNames": {"anyOf": [{"not": {"pattern": "^label:"}}, {"enum": LABEL_FIELDS}]},
            "properties": {
                "label:properties": {"oneOf": [{**TEXTS, "minItems": 1}, {"type": "null"}]},
                "label:type": {"enum": ["raster", "vector"]},
                "label:description": {"type": "string", "minLength": 1},
                "label:tasks": TEXTS,
                "label:methods": TEXTS,
                "label:classes": {
                    "type": "array",
                    "items": {"required": ["name", "classes"], "properties": {"classes": TEXTS}},
                },
                "label:overviews": {
                    "type": "array",
                    "items": {
                        "properties": {
                            "property_key": {"type": "string"},
                            "counts": {"type": "array", "items": {"properties": {"count": {"type": "integer"}}}},
                        }
                    },
                },
            },
        },
    },
}


@pytest.fixture
def collection(pictured: Project) -> pystac.Collection:
    out = pictured.path.with_name("labels.json")
    export(pictured, out, FORMATS["stac"])
    return pystac.Collection.from_file(str(out))


def validator() -> STACValidator:
    found = JsonSchemaSTACValidator()
    found.schema_cache[LABEL] = LABEL_RULES
    return found


def test_every_part_holds_to_the_schemas_without_a_network(collection: pystac.Collection) -> None:
    items = list(collection.get_items())
    assert len(items) == 4
    for part in (collection, *items):
        pystac.validation.validate_dict(
            part.to_dict(include_self_link=False), stac_version="1.1.0", validator=validator()
        )
    broken = next(item for item in items if item.stac_extensions).to_dict()
    del broken["properties"]["label:type"]
    with pytest.raises(pystac.STACValidationError):
        pystac.validation.validate_dict(broken, stac_version="1.1.0", validator=validator())


def test_a_pair_has_two_sources_and_one_scene_has_one(collection: pystac.Collection) -> None:
    pair, alone = (item for item in collection.get_items() if item.stac_extensions)
    sources = [pystac.Item.from_file(str(link.get_absolute_href())) for link in pair.get_links("source")]
    assert [one.properties["depotwatch:name"] for one in sources] == ["before.tif", "after.tif"]
    assert [link.get_absolute_href() for link in alone.get_links("source")] == [
        pair.get_links("source")[1].get_absolute_href()
    ]
    assert pair.datetime is None
    assert str(pair.common_metadata.start_datetime) == "2024-05-01 10:11:12+00:00"
    assert str(pair.common_metadata.end_datetime) == "2024-06-01 23:59:59+00:00"
    labels = json.loads(Path(str(pair.assets["labels"].get_absolute_href())).read_text(encoding="utf-8"))
    assert [feature["id"] for feature in labels["features"]] == ["p0", "p1"]
    region = shape(pair.geometry).buffer(1e-6)
    assert all(region.contains(shape(feature["geometry"])) for feature in labels["features"])


def test_what_the_extension_has_no_room_for_stands_in_properties_of_ours(
    collection: pystac.Collection, pictured: Project
) -> None:
    pair = next(item for item in collection.get_items() if item.id == "labels-1")
    assert pair.properties["depotwatch:claims"] == [{"label": "p0", "claim": "two", "relation": "supports"}]
    (interval,) = pair.properties["depotwatch:intervals"]
    assert (interval["count_low"], interval["count_best"], interval["count_high"]) == (2, 3, 4)
    assert pair.properties["depotwatch:journal_head"] == pictured.journal()[0].mark
    assert "Credit of before; licence CC-BY-4.0" in pair.properties["depotwatch:credits"]
    scene = next(item for item in collection.get_items() if item.properties.get("depotwatch:name") == "before.tif")
    assert scene.properties["license"] == "CC-BY-4.0"


def test_a_scene_without_a_date_is_refused_by_name(pictured: Project) -> None:
    scene = next(one for one in pictured.scenes() if one.name == "after.tif")
    pictured.put_scene(replace(scene, time=None))
    with pytest.raises(ExportError, match=r"after\.tif has no date"):
        export(pictured, pictured.path.with_name("labels.json"), FORMATS["stac"])
