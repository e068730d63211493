"""What looks like what was marked: rendered sites with boxes of known size and colour, in two lights."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import Polygon, box

from depotwatch.annotate.alike import find_alike
from depotwatch.annotate.errors import AnnotateError
from depotwatch.annotate.remember import record_of
from depotwatch.annotate.review import Review
from depotwatch.annotate.signature import Model, Signature, rate
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene
from depotwatch.labels.project import Project
from depotwatch.labels.records import Site
from depotwatch.plugins.cli import main

BLUE, RUST, GREY = (300, 500, 1400), (1500, 600, 400), (1300, 1300, 1300)
LONG, SHORT = (24, 5), (12, 5)  # pixels of half a metre: 12.2 and 6.1 m
Thing = tuple[tuple[int, int, int], tuple[int, int]]


def write_site(path: Path, things: list[Thing], light: tuple[float, float, float], seed: int) -> list[Polygon]:
    """Draw boxes in rows on grey ground under a light, and return their outlines."""
    rng = np.random.default_rng(seed)
    pixels = np.full((3, 260, 240), 800.0) * (1 + 0.02 * rng.normal(size=(1, 260, 240)))
    outlines = []
    for number, (colour, (length, width)) in enumerate(things):
        column, row = 15 + 40 * (number % 5), 15 + 40 * (number // 5)
        pixels[:, row : row + width, column : column + length] = np.array(colour)[:, None, None]
        outlines.append(box(column, row, column + length, row + width))
    pixels = pixels * np.array(light)[:, None, None] + 40 + rng.normal(0, 6, pixels.shape)
    place = Affine(0.5, 0, 500_000 + 5_000 * seed, 0, -0.5, 4_000_000)
    profile = {"driver": "GTiff", "dtype": "uint16", "count": 3, "height": 260, "width": 240, "transform": place}
    with rasterio.open(path, "w", crs="EPSG:32636", **profile) as out:
        out.write(pixels.astype(np.uint16))
        out.descriptions = ("red", "green", "blue")
    return outlines


@pytest.fixture
def port(tmp_path: Path) -> Iterator[tuple[Project, list[str], dict[str, Thing]]]:
    """Return a project in which the blue long boxes of the quay are marked, their ids, and what stands at the yard."""
    quay = [(BLUE, LONG)] * 3
    yard = [(BLUE, LONG)] * 4 + [(RUST, LONG)] * 4 + [(BLUE, SHORT)] * 4
    unmarked = [(GREY, (20, 7)), (RUST, (30, 9)), (BLUE, (26, 14))] * 5
    with Project.create(tmp_path / "port.gpkg", synthetic=True) as project:
        review, ids, there = Review(project, "Ann"), list[str](), dict[str, Thing]()
        for name, things, light, seed in (
            ("quay", quay, (1.0, 1.0, 1.0), 1),
            ("yard", yard + unmarked, (0.7, 0.75, 0.9), 2),
        ):
            outlines = write_site(tmp_path / f"{name}.tif", things, light, seed)
            scene = read_scene(tmp_path / f"{name}.tif", ReadOptions(time=f"2023-0{seed}-01"))
            project.add_scene(record_of(scene, tmp_path))
            longitude, latitude = scene.grid.lonlat([0, 240], [0, 260])
            area = box(min(longitude), min(latitude), max(longitude), max(latitude))
            project.put_site(Site(name, name.title(), area, synthetic=True))
            review.refresh()
            for thing, outline in zip(things, outlines, strict=True):
                if name == "yard" and len(there) == len(yard):
                    break
                drawn = review.draw("container-stack", outline, scene.sha256, "present").id
                ids += [drawn] if name == "quay" else []
                if name == "yard":
                    there[drawn] = thing
        yield project, ids, there


def test_the_same_size_and_colour_under_another_light_comes_first(
    port: tuple[Project, list[str], dict[str, Thing]],
) -> None:
    project, ids, there = port
    found = find_alike(project, ids)
    assert [there[one.one.id] for one in found.ranked[:4]] == [(BLUE, LONG)] * 4
    assert {there[one.one.id] for one in found.ranked if one.alike} == {(BLUE, LONG)}
    assert found.alike >= 3
    low, best, high = found.background or (1.0, 1.0, 1.0)
    assert best == 0.0 and low == 0.0 < high < 0.25
    assert f"{found.alike} of 12 look alike" in found.sentence
    assert "no image shows that" in found.sentence


def test_what_all_that_stands_there_looks_like_is_said_to_be_common(
    port: tuple[Project, list[str], dict[str, Thing]],
) -> None:
    project, _, there = port
    review = Review(project, "Ann")
    grey = write_site(Path(project.path).parent / "more.tif", [(GREY, (20, 7))], (1.0, 1.0, 1.0), 3)
    scene = read_scene(Path(project.path).parent / "more.tif", ReadOptions(time="2023-03-01"))
    project.add_scene(record_of(scene, Path(project.path).parent))
    review.refresh()
    marked = review.draw("container-stack", grey[0], scene.sha256, "present").id
    found = find_alike(project, [marked], among="yard")
    assert len(found.ranked) == len(there)
    assert found.background is not None and 0.2 < found.background[1] < 0.5


def test_files_that_are_gone_leave_sizes_alone_and_say_so(port: tuple[Project, list[str], dict[str, Thing]]) -> None:
    project, ids, there = port
    (Path(project.path).parent / "yard.tif").unlink()
    found = find_alike(project, ids)
    assert {there[one.one.id] for one in found.ranked[:8]} == {(BLUE, LONG), (RUST, LONG)}
    assert any("yard.tif is not there" in note for note in found.notes)
    assert "too few to say" in found.sentence


@pytest.mark.parametrize(
    ("like", "among", "words"),
    [
        (["nothing"], None, "No annotation has an id that begins with 'nothing'"),
        ([], None, "Nothing is marked"),
        (None, "elsewhere", "No other container-stack stands at site 'elsewhere'"),
    ],
)
def test_what_cannot_be_asked_is_said(
    port: tuple[Project, list[str], dict[str, Thing]], like: list[str] | None, among: str | None, words: str
) -> None:
    project, ids, _ = port
    with pytest.raises(AnnotateError, match=words):
        find_alike(project, ids if like is None else like, among)


def test_only_what_was_accepted_can_be_looked_for(port: tuple[Project, list[str], dict[str, Thing]]) -> None:
    project, ids, _ = port
    review = Review(project, "Ann")
    review.select(ids[0])
    review.unsure()
    with pytest.raises(AnnotateError, match="is not accepted"):
        find_alike(project, ids)


def test_the_command_prints_the_ranking_or_one_json_object(
    port: tuple[Project, list[str], dict[str, Thing]], capsys: pytest.CaptureFixture[str]
) -> None:
    project, ids, _ = port
    words = ["match", str(project.path), "--like", ",".join(one[:12] for one in ids)]
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert "look alike" in printed and "distance" in printed
    assert main([*words, "--among", "yard", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["of"] == 12 and found["alike"] >= 3 and found["false_match_rate"]["best"] == 0
    assert [one["distance"] for one in found["ranked"]] == sorted(one["distance"] for one in found["ranked"])
    assert main(["match", str(project.path), "--like", "none"]) == 1


def thing(length: float, width: float, colour: NDArray[np.float64] | None = None) -> Signature:
    error = None if colour is None else np.eye(len(colour)) * 0.01
    return Signature("x", "container-stack", None, length, width, None, 0.5, 0.02, colour, error)


@given(st.floats(4, 40), st.floats(2, 20))
def test_a_thing_is_at_no_distance_from_itself_and_further_the_more_it_differs(length: float, width: float) -> None:
    model = Model.of([thing(length, width, np.array([0.1, -0.2]))])
    near, far = (thing(length * factor, width * factor, np.array([0.1, -0.2])) for factor in (1.1, 1.5))
    assert model.distance(thing(length, width, np.array([0.1, -0.2]))) == pytest.approx(0, abs=1e-9)
    assert 0 < model.distance(near) < model.distance(far)
    assert model.distance(thing(length, width, None)) == pytest.approx(0, abs=1e-9)


def test_distances_of_pictures_of_one_thing_are_within_the_limit_as_often_as_said() -> None:
    rng = np.random.default_rng(4)

    def picture() -> Signature:
        scale, ends = 1 + 0.02 * rng.normal(), rng.normal(0, 0.5 * np.sqrt(2), 2)
        return thing(12.19 * scale + ends[0], 6.0 * scale + ends[1], np.array([0.1, -0.2]) + rng.normal(0, 0.1, 2))

    held = [(model := Model.of([picture()])).distance(picture()) <= model.limit for _ in range(600)]
    low, _, high = rate(sum(held), len(held))
    assert low <= 0.91 and high >= 0.88


@pytest.mark.parametrize(("hits", "trials"), [(0, 20), (3, 20), (20, 20)])
def test_a_rate_lies_in_its_interval(hits: int, trials: int) -> None:
    low, best, high = rate(hits, trials)
    assert 0 <= low <= best == hits / trials <= high <= 1 and high - low > 0.05
