"""The one job, from two files to candidates in a project."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import Transformer
from scipy import ndimage

from depotwatch.annotate import Result, Review, Settings, compare
from depotwatch.annotate.area import read_area
from depotwatch.annotate.errors import AnnotateError
from depotwatch.annotate.remember import reopen
from depotwatch.imagery.errors import CancelledError, MethodError, NoOverlapError, UnreadableSceneError
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.scene import View
from depotwatch.labels.project import Project

WEST, NORTH = 500_000.0, 4_700_000.0
SIDE = 200


def ground(seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    parts = [ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), scale) for scale in (1.5, 4, 15)]
    shades = rng.uniform(0.5, 1.5, (4, 3))
    return 2000 + 250 * np.tensordot(shades, np.stack([part / part.std() for part in parts]), axes=1)


def write(
    path: Path, pixels: np.ndarray, west: float = WEST, epsg: int = 32636, date: str = "2023:08:15 08:30:00"
) -> Path:
    profile = {
        "driver": "GTiff",
        "dtype": "uint16",
        "count": len(pixels),
        "height": pixels.shape[1],
        "width": pixels.shape[2],
        "crs": f"EPSG:{epsg}",
        "transform": Affine(10, 0, west, 0, -10, NORTH),
    }
    with rasterio.open(path, "w", **profile) as out:
        out.write(np.clip(pixels, 1, 65535).astype(np.uint16))
        out.update_tags(TIFFTAG_DATETIME=date)
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A date, and another with a new clearing, another gain, half a pixel of shift and noise."""
    before, rng = ground(), np.random.default_rng(9)
    after = before.copy()
    after[:, 60:72, 90:106] += 1800
    moved = np.stack([ndimage.shift(band, (0.4, -0.5), order=3, mode="nearest") for band in after])
    noisy = 1.15 * moved + 80 + rng.normal(0, 20, moved.shape)
    return write(tmp_path / "a.tif", before), write(tmp_path / "b.tif", noisy, date="2023:10:16 08:31:00")


def rows(project: Path) -> dict[str, int]:
    with Project.open(project) as store:
        return {
            "scenes": len(store.scenes()),
            "comparisons": len(store.comparisons()),
            "candidates": len(store.candidates()),
            "annotations": len(store.annotations()),
            "journal": len(store.journal()),
        }


def test_the_clearing_is_found_where_it_is_and_nothing_else(files: tuple[Path, Path], tmp_path: Path) -> None:
    result = compare(*files, tmp_path / "p.gpkg")
    assert result.comparison.refused is None
    assert result.comparison.shift_x_m == pytest.approx(5, abs=0.5)
    assert result.comparison.shift_y_m == pytest.approx(-4, abs=0.5)
    strongest = max(result.candidates, key=lambda one: one.score)
    assert strongest.kind == "disturbed-soil"
    column, row = strongest.shape.pixels.centroid.coords[0]
    assert (column, row) == pytest.approx((98, 66), abs=2)
    assert strongest.shape.area_m2 == pytest.approx(12 * 16 * 100, rel=0.35)
    assert strongest.shape.ground is not None
    assert len(result.candidates) <= 2


def test_kinds_that_ten_metres_cannot_show_say_so_with_numbers(files: tuple[Path, Path], tmp_path: Path) -> None:
    kinds = {one.kind: one for one in compare(*files, tmp_path / "p.gpkg").comparison.kinds}
    assert not kinds["storage-pit"].testable
    assert "4 m" in kinds["storage-pit"].reason and "10" in kinds["storage-pit"].reason
    assert kinds["disturbed-soil"].testable


def test_running_the_same_again_adds_nothing(files: tuple[Path, Path], tmp_path: Path) -> None:
    project = tmp_path / "p.gpkg"
    first = compare(*files, project)
    kept = rows(project)
    second = compare(*files, project)
    assert first.new and not second.new
    assert rows(project) == kept
    assert second.candidates == first.candidates


def test_other_settings_keep_the_verdicts_given(files: tuple[Path, Path], tmp_path: Path) -> None:
    project = tmp_path / "p.gpkg"
    first = compare(*files, project)
    with Project.open(project) as store:
        review = Review(store, "Ada")
        review.select(max(first.candidates, key=lambda one: one.score).annotation)
        review.accept()
    again = compare(*files, project, Settings(kinds=("disturbed-soil", "unknown")))
    assert again.new
    with Project.open(project) as store:
        assert [verdict.value for verdict in store.verdicts()] == ["accepted"]
        assert max(again.candidates, key=lambda one: one.score).annotation == store.verdicts()[0].annotation


def test_a_refused_pair_keeps_both_scenes_and_the_reason(tmp_path: Path) -> None:
    first = write(tmp_path / "a.tif", ground(1))
    second = write(tmp_path / "b.tif", ground(2))
    result = compare(first, second, tmp_path / "p.gpkg")
    assert result.pair is None and result.change is None and result.candidates == ()
    assert result.comparison.refused and "--gcp" in result.comparison.refused
    assert rows(tmp_path / "p.gpkg")["scenes"] == 2


def name_bands(file: Path) -> None:
    with rasterio.open(file, "r+") as out:
        out.descriptions = ("B02", "B03", "B04", "B08")


def screenshot(after: Path, folder: Path) -> tuple[Path, Path]:
    """Return a date as an analyst cuts it from a report, 1.6 times enlarged, and roughly clicked control points."""
    with rasterio.open(after) as dataset:
        pixels, place = dataset.read([3, 2, 1]).astype(float), dataset.transform
    low, high = np.percentile(pixels, (1, 99))
    shown = ndimage.zoom(np.clip((pixels - low) / (high - low), 0, 1) ** 0.8, (1, 1.6, 1.6), order=1)
    picture = folder / "figure.png"
    with rasterio.open(
        picture, "w", driver="PNG", dtype="uint8", count=3, height=shown.shape[1], width=shown.shape[2]
    ) as out:
        out.write((255 * shown).astype(np.uint8))
    to_degrees = Transformer.from_crs(32636, 4326, always_xy=True)
    points = ["column,row,lon,lat"]
    for column, row, off in ((20, 25, 1.5), (180, 30, -1.0), (30, 170, 0.5), (175, 180, -1.5)):
        lon, lat = to_degrees.transform(*(place @ (column, row)))
        points.append(f"{1.6 * column + off},{1.6 * row - off},{lon},{lat}")
    (folder / "points.csv").write_text("\n".join(points))
    return picture, folder / "points.csv"


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_screenshot_is_laid_on_a_scene_by_clicked_points_and_the_image_itself(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    picture, points = screenshot(files[1], tmp_path)
    name_bands(files[0])
    clicked = ReadOptions(gcp=points)
    result = compare(files[0], picture, tmp_path / "p.gpkg", Settings(before=clicked, after=clicked))
    assert result.comparison.refused is None and result.comparison.method == "structure"
    assert result.comparison.residual_p95_px is not None and result.comparison.residual_p95_px < 0.5
    assert result.pair is not None and result.pair.grid == result.before.grid
    before, after = (scene.pixels.mean(axis=0)[20:180, 20:180] for scene in (result.pair.before, result.pair.after))
    assert np.corrcoef(before.ravel(), after.ravel())[0, 1] > 0.9


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_scenes_that_must_not_be_compared_are_laid_on_one_another_all_the_same(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    picture, points = screenshot(files[1], tmp_path)
    settings = Settings(before=ReadOptions(level="L2A"), after=ReadOptions(gcp=points))
    result = compare(files[0], picture, tmp_path / "p.gpkg", settings)
    assert result.comparison.refused and "display-stretched" in result.comparison.refused
    assert result.pair is not None and result.change is None and result.candidates == ()
    assert result.comparison.registration is not None and result.comparison.method is None


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda files, folder: (folder / "none.tif", files[1]), UnreadableSceneError),
        (lambda files, folder: (files[0], write(folder / "far.tif", ground(), west=WEST + 90_000)), NoOverlapError),
    ],
)
def test_bad_input_leaves_no_project(
    files: tuple[Path, Path],
    tmp_path: Path,
    change: Callable[[tuple[Path, Path], Path], tuple[Path, Path]],
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        compare(*change(files, tmp_path), tmp_path / "p.gpkg")
    assert not list(tmp_path.glob("p.gpkg*"))


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        (Settings(kinds=("bunker",)), AnnotateError, "'bunker'.*storage-pit"),
        (Settings(site="rajin"), AnnotateError, "rajin.*site add"),
        (Settings(method="magic"), MethodError, "'magic'.*change-vector"),
    ],
)
def test_wrong_settings_say_what_is_allowed(
    files: tuple[Path, Path], tmp_path: Path, settings: Settings, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        compare(*files, tmp_path / "p.gpkg", settings)
    assert not list(tmp_path.glob("p.gpkg*"))


@pytest.mark.parametrize("text", [None, "not json", '{"type": "Point", "coordinates": [1, 2]}', '{"type": "Feature"}'])
def test_an_area_that_is_no_polygon_is_refused_with_its_name(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "area.geojson"
    if text is not None:
        path.write_text(text)
    with pytest.raises(AnnotateError, match=r"area\.geojson"):
        read_area(path)


def test_cancelling_keeps_nothing_and_progress_names_every_stage(files: tuple[Path, Path], tmp_path: Path) -> None:
    stages: list[str] = []

    def note(done: int, total: int, what: str) -> None:
        stages.append(what)

    with pytest.raises(CancelledError):
        compare(*files, tmp_path / "p.gpkg", progress=note, cancelled=lambda: len(stages) >= 3)
    assert not list(tmp_path.glob("p.gpkg*"))
    compare(*files, tmp_path / "p.gpkg", progress=note)
    last = stages[-stages[::-1].index("read") - 1 :]
    within = slice(last.index("detect") + 1, last.index("save"))
    assert {"other changes", "explanations"} <= set(last[within])
    del last[within]
    assert last == ["read", "register", "normalise", "score", "detect", "save", "done"]


def test_an_area_limits_the_comparison_and_outlines_stay_in_the_coordinates_of_the_file(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    whole = compare(*files, tmp_path / "whole.gpkg")
    with Project.open(tmp_path / "whole.gpkg") as store:
        place = max(store.annotations(), key=lambda one: one.score or 0).shape
    assert place.ground is not None
    area = tmp_path / "area.geojson"
    area.write_text(json.dumps(place.ground.buffer(0.006).envelope.__geo_interface__))
    part = compare(*files, tmp_path / "part.gpkg", Settings(area=read_area(area)))
    assert part.before.grid.shape < whole.before.grid.shape
    found = max(part.candidates, key=lambda one: one.score).shape
    assert found.pixels.intersection(place.pixels).area > 0.6 * place.pixels.area


def test_the_change_map_is_written_on_the_before_grid(files: tuple[Path, Path], tmp_path: Path) -> None:
    result = compare(*files, tmp_path / "p.gpkg", Settings(map_path=tmp_path / "map.tif"))
    with rasterio.open(tmp_path / "map.tif") as out, rasterio.open(files[0]) as before:
        assert (out.shape, out.crs, out.transform) == (before.shape, before.crs, before.transform)
        assert out.dtypes == ("float32",) and np.isnan(out.nodata)
        assert result.change is not None
        written, score = out.read(1), result.change.score
        assert np.array_equal(np.isnan(written), np.isnan(score)) and np.nanmax(np.abs(written - score)) < 1e-3


def test_json_is_what_scripts_were_promised(files: tuple[Path, Path], tmp_path: Path) -> None:
    found = json.loads(json.dumps(compare(*files, tmp_path / "p.gpkg").to_json(), allow_nan=False))
    assert set(found["pair"]) == {"before", "after", "crs", "gsd_m", "shift_m", "residual_px", "valid_fraction"}
    assert found["threshold"] == 0.5 and found["method"] == "change-vector"
    assert found["method_reason"] == "Optical, 4 bands of 10 m: objects are few pixels, so their tone is compared."
    assert {"kind", "testable", "reason", "candidates", "count"} == set(found["kinds"][0])
    assert set(found["seconds"]) == {"read", "register", "normalise", "score", "detect", "save", "total"}
    assert found["candidates"] == sum(one["candidates"] for one in found["kinds"])
    assert sum(found["explained"].values()) <= found["candidates"]


def test_what_is_learnt_later_of_a_scene_is_kept_and_the_scene_opens_again(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    compare(*files, tmp_path / "p.gpkg")
    told = replace(Settings(), before=ReadOptions(credit="somebody", licence="CC-BY-4.0", view=View(21.5, 100)))
    compare(*files, tmp_path / "p.gpkg", told)
    with Project.open(tmp_path / "p.gpkg") as store:
        record = next(scene for scene in store.scenes() if scene.name == "a.tif")
    assert (record.credit, record.licence, record.time) == ("somebody", "CC-BY-4.0", "2023-08-15T08:30:00Z")
    assert not record.sun_computed and record.view_off_nadir_deg == 21.5
    scene = reopen(record, tmp_path)
    assert scene.acquisition.view == View(21.5, 100)
    assert scene.sha256 == record.id and scene.grid.shape == (SIDE, SIDE)
    write(tmp_path / "a.tif", ground(5))
    with pytest.raises(AnnotateError, match="changed since"):
        reopen(record, tmp_path)


def test_two_runs_in_two_projects_give_identical_records(files: tuple[Path, Path], tmp_path: Path) -> None:
    def plain(result: Result) -> object:
        return replace(result.comparison, time=""), result.candidates

    assert plain(compare(*files, tmp_path / "p.gpkg")) == plain(compare(*files, tmp_path / "q.gpkg"))


def test_a_control_makes_the_null_and_is_kept_by_its_hash(files: tuple[Path, Path], tmp_path: Path) -> None:
    before, rng = ground(), np.random.default_rng(12)
    noisy = 0.9 * np.roll(before, 1, axis=2) + 40 + rng.normal(0, 20, before.shape)
    control = write(tmp_path / "c.tif", noisy, date="2023:08:10 08:30:00")
    project = tmp_path / "p.gpkg"
    plain = compare(*files, project)
    first = compare(*files, project, Settings(control=control))
    assert first.change is not None and "control is of 2023-08-10" in first.change.null.explanation
    assert first.comparison.settings["control"] == hashlib.sha256(control.read_bytes()).hexdigest()
    assert first.comparison.id != plain.comparison.id
    assert not compare(*files, project, Settings(control=control)).new
    strongest = max(first.candidates, key=lambda one: one.score)
    column, row = strongest.shape.pixels.centroid.coords[0]
    assert (column, row) == pytest.approx((98, 66), abs=2)


def test_a_control_that_cannot_be_used_is_a_refusal_that_names_it(files: tuple[Path, Path], tmp_path: Path) -> None:
    other = write(tmp_path / "c.tif", np.random.default_rng(77).normal(2000, 300, (4, SIDE, SIDE)))
    refused = compare(*files, tmp_path / "p.gpkg", Settings(control=other)).comparison.refused
    assert refused is not None and refused.startswith("The control cannot be used")
