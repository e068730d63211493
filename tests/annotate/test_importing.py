"""Labels of others come in from their formats, ours come back as they were, and hostile files change nothing."""

import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Polygon, box
from shapely.geometry import mapping

from depotwatch.annotate.errors import AnnotateError
from depotwatch.annotate.exports import FORMATS
from depotwatch.annotate.importing import Wanted, import_labels
from depotwatch.annotate.outline import grid_of, measure
from depotwatch.labels.errors import LabelsError
from depotwatch.labels.export import export
from depotwatch.labels.project import Project
from depotwatch.labels.records import CHANGES, STATES, Annotation, Count

PITS = Wanted(kind="storage-pit", scenes=("before.tif",))
ROUND = {"geojson": "out.geojson", "csv": "out.csv", "gpkg": "out.gpkg", "coco": "out.json"}


@pytest.fixture
def empty(pictured: Project) -> Iterator[Project]:
    """Return a project with the scenes of `pictured` and nothing on them."""
    with Project.create(pictured.path.with_name("empty.gpkg")) as project:
        for scene in pictured.scenes():
            project.add_scene(scene)
        yield project


def on_ground(project: Project, *outlines: Polygon) -> list[Polygon]:
    """Return outlines in (column, row) of the earlier scene in longitude and latitude."""
    scene = next(one for one in project.scenes() if one.name == "before.tif")
    shapes = (measure(one, scene.id, grid_of(scene)).ground for one in outlines)
    return [one for one in shapes if one is not None]


def collection(outlines: list[Polygon], **properties: object) -> dict[str, Any]:
    features = [{"type": "Feature", "geometry": mapping(one), "properties": properties} for one in outlines]
    return {"type": "FeatureCollection", "features": features}


def pixels_of(annotation: Annotation) -> tuple[float, ...]:
    return tuple(round(number, 3) for number in annotation.shape.pixels.bounds)


@pytest.mark.parametrize("name", ROUND)
def test_what_was_exported_comes_back_as_it_was(name: str, pictured: Project, empty: Project) -> None:
    out = pictured.path.with_name(ROUND[name])
    export(pictured, out, FORMATS[name])
    done = import_labels(empty, out, "Bo", Wanted())
    assert (done.added, done.known, done.said) == (3, 0, ())
    assert empty.annotations() == pictured.annotations()
    assert empty.verdicts() == (), "a verdict is its analyst's"
    again = import_labels(empty, out, "Bo", Wanted())
    assert (again.added, again.known) == (0, 3)
    assert [entry.action for entry in empty.journal()] == ["import"]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    note=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30),
    corner=st.tuples(st.floats(0, 100), st.floats(0, 80)),
    size=st.tuples(st.floats(0.5, 40), st.floats(0.5, 40)),
    turn=st.floats(0, 180),
    count=st.none() | st.tuples(st.integers(0, 9), st.none() | st.integers(9, 20), st.none() | st.integers(20, 99)),
    score=st.none() | st.floats(0, 1, exclude_max=True),
    change=st.sampled_from(CHANGES),
    state=st.sampled_from(STATES),
)
@pytest.mark.parametrize("name", ROUND)
def test_any_label_comes_back_as_it_was(
    name: str,
    note: str,
    corner: tuple[float, float],
    size: tuple[float, float],
    turn: float,
    count: tuple[int, int | None, int | None] | None,
    score: float | None,
    change: str,
    state: str,
    pictured: Project,
    empty: Project,
) -> None:
    before = next(one for one in pictured.scenes() if one.name == "before.tif")
    outline = shapely.affinity.rotate(box(*corner, corner[0] + size[0], corner[1] + size[1]), turn)
    shape = measure(outline, before.id, grid_of(before))
    held = None if count is None else Count(*count)
    label = replace(
        pictured.annotation("p0"), note=note, shape=shape, count=held, score=score, change=change, state=state
    )
    label = replace(label, id=f"x{len(empty.journal())}")
    out = pictured.path.with_name(f"one-{ROUND[name]}")
    pictured.put_annotation(label)
    export(pictured, out, FORMATS[name], places=(label.id,))
    import_labels(empty, out, "Bo", Wanted())
    assert empty.annotation(label.id) == label


def test_outlines_of_others_become_labels_that_wait_for_a_verdict(empty: Project) -> None:
    outlines = on_ground(empty, box(10, 10, 30, 20), box(50, 40, 60, 60))
    file = empty.path.with_name("theirs.geojson")
    file.write_text(json.dumps(collection(outlines, name="Crater A", extra=[1])))
    done = import_labels(empty, file, "Bo", PITS)
    assert done.added == 2
    first, second = empty.annotations()
    assert pixels_of(first) == (10, 10, 30, 20) and pixels_of(second) == (50, 40, 60, 60)
    assert (first.kind, first.change, first.origin, first.count) == ("storage-pit", "present", "analyst", None)
    assert first.note == "Imported from theirs.geojson: Crater A"
    assert first.shape.length_m == pytest.approx(40, rel=0.02)
    entry = empty.journal()[-1]
    assert (entry.action, entry.analyst, entry.payload["labels"]) == ("import", "Bo", [first.id, second.id])
    assert import_labels(empty, file, "Bo", PITS).added == 0


def test_the_kind_is_a_property_and_two_scenes_need_a_change(empty: Project) -> None:
    file = empty.path.with_name("theirs.geojson")
    file.write_text(json.dumps(collection(on_ground(empty, box(10, 10, 30, 20)), what="vessel")))
    pair = ("before.tif", "after.tif")
    with pytest.raises(AnnotateError, match="no property 'kind'; give --kind, one of storage-pit"):
        import_labels(empty, file, "Bo", Wanted(scenes=pair, change="vanished"))
    with pytest.raises(AnnotateError, match="no change between the two scenes"):
        import_labels(empty, file, "Bo", Wanted(property="what", scenes=pair))
    import_labels(empty, file, "Bo", Wanted(property="what", scenes=pair, change="vanished"))
    (one,) = empty.annotations()
    assert (one.kind, one.change, one.after is None) == ("vessel", "vanished", False)


def test_a_scene_is_found_where_only_one_can_be_meant(empty: Project) -> None:
    file = empty.path.with_name("theirs.geojson")
    file.write_text(json.dumps(collection(on_ground(empty, box(10, 10, 30, 20)))))
    with pytest.raises(AnnotateError, match=r"may lie on 2 scenes of this project \(before.tif, after.tif\)"):
        import_labels(empty, file, "Bo", Wanted(kind="vessel"))
    file.write_text(json.dumps(collection([box(10, 10, 10.1, 10.1)])))
    with pytest.raises(AnnotateError, match="lies on no scene"):
        import_labels(empty, file, "Bo", Wanted(kind="vessel"))
    assert empty.annotations() == () and empty.journal() == ()


def vector(path: Path, outlines: list[Polygon], driver: str, crs: str, geometry: str = "Polygon") -> Path:
    blobs = np.array([shapely.to_wkb(one) for one in outlines], dtype=object)
    names = np.array(["vessel"] * len(outlines), dtype=object)
    pyogrio.raw.write(path, blobs, [names], ["kind"], geometry_type=geometry, crs=crs, driver=driver)
    return path


@pytest.mark.parametrize(("driver", "ending"), [("ESRI Shapefile", "shp"), ("GPKG", "gpkg"), ("GeoJSON", "geojson")])
def test_files_of_gdal_come_in_from_their_own_coordinates(driver: str, ending: str, empty: Project) -> None:
    metres = box(300_020, 4_699_960, 300_060, 4_699_980)
    crs = "EPSG:32652" if driver != "GeoJSON" else "EPSG:4326"
    outlines = [metres] if driver != "GeoJSON" else on_ground(empty, box(10, 10, 30, 20))
    file = vector(empty.path.with_name(f"theirs.{ending}"), outlines, driver, crs)
    import_labels(empty, file, "Bo", Wanted(scenes=("after.tif",)))
    (one,) = empty.annotations()
    assert one.kind == "vessel" and pixels_of(one) == pytest.approx((10, 10, 30, 20), abs=0.01)


def test_kml_with_heights_and_several_parts_comes_in_flat(empty: Project) -> None:
    rings = []
    for one in on_ground(empty, box(10, 10, 30, 20), box(40, 40, 50, 50)):
        corners = " ".join(f"{x},{y},12.5" for x, y in one.exterior.coords)
        ring = f"<LinearRing><coordinates>{corners}</coordinates></LinearRing>"
        rings.append(f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>")
    point = "<Placemark><Point><coordinates>1,2</coordinates></Point></Placemark>"
    words = "<name>A</name><description>&lt;b&gt;big&lt;/b&gt; pit &amp;amp; more</description>"
    mark = f"<Placemark>{words}<MultiGeometry>{''.join(rings)}</MultiGeometry></Placemark>"
    file = empty.path.with_name("theirs.kml")
    file.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{mark}{point}</Document></kml>')
    done = import_labels(empty, file, "Bo", PITS)
    assert done.added == 2 and done.said == ("1 points, lines or empty ones were left out.",)
    assert {pixels_of(one) for one in empty.annotations()} == {(10, 10, 30, 20), (40, 40, 50, 50)}
    assert {one.note for one in empty.annotations()} == {"Imported from theirs.kml: A; big pit & more"}
    assert not any(one.shape.pixels.has_z for one in empty.annotations())


def test_coco_of_others_lies_on_the_image_it_names(empty: Project) -> None:
    file = empty.path.with_name("theirs.json")
    found = {
        "images": [{"id": 4, "file_name": "after.tif", "width": 160, "height": 120}],
        "categories": [{"id": 9, "name": "vessel"}],
        "annotations": [
            {"id": 1, "image_id": 4, "category_id": 9, "segmentation": [[10, 10, 30, 10, 30, 20, 10, 20]]},
            {"id": 2, "image_id": 4, "category_id": 9, "bbox": [40, 40, 5, 6]},
        ],
    }
    file.write_text(json.dumps(found))
    import_labels(empty, file, "Bo", Wanted())
    assert [pixels_of(one) for one in empty.annotations()] == [(10, 10, 30, 20), (40, 40, 45, 46)]
    assert all(one.kind == "vessel" for one in empty.annotations())


def test_csv_of_others_has_a_column_of_wkt(empty: Project) -> None:
    (outline,) = on_ground(empty, box(10, 10, 30, 20))
    file = empty.path.with_name("theirs.csv")
    file.write_text(f'WKT,note\n"{outline.wkt}",\'=1+1\n')
    import_labels(empty, file, "Bo", PITS)
    assert empty.annotations()[0].note == "Imported from theirs.csv: =1+1"


def nested(path: Path) -> None:
    path.write_text('{"type":' + "[" * 100_000)


def bomb(path: Path) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    path.write_text(f'<!DOCTYPE kml [<!ENTITY a0 "ha">{entities}]><kml>&a8;</kml>')


def outside(path: Path) -> None:
    path.write_text('<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>')


def virtual(path: Path) -> None:
    path.write_text(f"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{path}</SrcDataSource></OGRVRTLayer>")


def words(text: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_text(text)

    return make


def shapefile_alone(path: Path) -> None:
    path.write_bytes(struct.pack(">i", 9994))


def no_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")


HOSTILE: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "deep JSON": ("a.geojson", nested, "nested too deeply|no JSON"),
    "entity bomb": ("a.kml", bomb, "document type or entities"),
    "external entity": ("a.kml", outside, "document type or entities"),
    "VRT as shapefile": ("a.shp", virtual, "no shapefile"),
    "VRT as GeoPackage": ("a.gpkg", virtual, "no GeoPackage"),
    "VRT": ("a.vrt", virtual, "of no format that is read"),
    "shapefile alone": ("a.shp", shapefile_alone, "has no .dbf"),
    "no numbers": ("a.geojson", words('{"type":"FeatureCollection","features":[NaN]}'), "no number"),
    "an address for a system": (
        "a.geojson",
        words('{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":'
              '[[[0,0],[1,0],[1,1],[0,0]]]}}],"crs":{"properties":{"name":"http://127.0.0.1:9/epsg"}}}'),
        "is not known",
    ),
    "metres for degrees": (
        "a.geojson", words(json.dumps(collection([box(300_000, 4e6, 300_010, 4e6 + 9)]))), "no longitude"
    ),
    "crossing itself": (
        "a.geojson", words(json.dumps(collection([Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])]))), "crosses itself"
    ),
    "a mask": (
        "a.json",
        words('{"images":[{"id":1}],"categories":[{"id":1,"name":"vessel"}],"annotations":[{"image_id":1,'
              '"category_id":1,"segmentation":{"counts":"x"}}]}'),
        "is a mask",
    ),
    "no outlines": ("a.csv", words("a,b\n1,2\n"), "no column of outlines"),
    "bytes": ("a.csv", no_text, "no CSV"),
    "an address": ("http:/127.0.0.1:9/a.geojson", lambda path: None, "There is no file"),
    "a virtual file": ("/vsizip/a.zip/a.shp", lambda path: None, "There is no file"),
    "nothing in it": ("a.geojson", words('{"type":"FeatureCollection","features":[]}'), "holds no outline"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_broken_files_are_refused_and_change_nothing(name: str, empty: Project) -> None:
    file, make, told = HOSTILE[name]
    path = empty.path.parent / file
    make(path)
    before = empty.path.read_bytes()
    with pytest.raises((LabelsError, AnnotateError), match=told):
        import_labels(empty, path, "Bo", PITS)
    assert empty.annotations() == () and empty.journal() == () and empty.path.read_bytes() == before


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        ("depotwatch", "after", ["x"]), ("depotwatch", "after", "f" * 64), ("depotwatch", "pixels", 3),
        ("depotwatch", "pixels", "POLYGON EMPTY"), ("depotwatch", "note", "\ud800"), ("properties", "score", "high"),
        ("properties", "count_low", 1e999), ("properties", "count_low", 10**30), ("properties", "kind", ["vessel"]),
        ("properties", "change", {}), ("properties", "state", None), ("properties", "origin", "elsewhere"),
    ],
)  # fmt: skip
def test_a_file_of_ours_that_was_tampered_with_changes_nothing(
    where: str, name: str, value: object, pictured: Project, empty: Project
) -> None:
    file = pictured.path.with_name("ours.geojson")
    export(pictured, file, FORMATS["geojson"])
    found = json.loads(file.read_text(encoding="utf-8"))
    found["features"][1][where][name] = value
    file.write_text(json.dumps(found).replace("Infinity", "1e999"), encoding="utf-8")
    with pytest.raises((LabelsError, AnnotateError)):
        import_labels(empty, file, "Bo", Wanted())
    assert empty.annotations() == () and empty.journal() == ()


def test_one_bad_label_keeps_all_others_out(empty: Project) -> None:
    outlines = [*on_ground(empty, box(10, 10, 30, 20)), box(10, 10, 11, 11)]
    file = empty.path.with_name("theirs.geojson")
    file.write_text(json.dumps(collection(outlines)))
    with pytest.raises(AnnotateError, match="off the image"):
        import_labels(empty, file, "Bo", PITS)
    assert empty.annotations() == () and empty.journal() == ()


def test_a_file_that_is_too_large_is_not_read(empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("depotwatch.labels.importing.reading.MAX_BYTES", 1 << 20)
    file = empty.path.with_name("theirs.csv")
    with open(file, "wb") as big:
        big.truncate((1 << 20) + 1)
    with pytest.raises(LabelsError, match="at most 1 are read"):
        import_labels(empty, file, "Bo", PITS)


def test_a_project_is_merged_and_not_imported(pictured: Project, empty: Project) -> None:
    with pytest.raises(LabelsError, match="depotwatch merge"):
        import_labels(empty, pictured.path, "Bo", PITS)
