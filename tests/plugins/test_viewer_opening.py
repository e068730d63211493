"""Reading, ordering and opening again, and what the dock says in words. Without Qt or a display."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shapely import Polygon, box

from depotwatch.annotate.compare import Settings, compare
from depotwatch.annotate.count import CountRow
from depotwatch.annotate.errors import AnnotateError, ReviewError
from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.registered import registration_of
from depotwatch.imagery.change import score_change
from depotwatch.imagery.errors import CancelledError
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.normalise import normalise
from depotwatch.imagery.register import registered
from depotwatch.imagery.scene import Scene
from depotwatch.labels.project import Project
from depotwatch.labels.records import Count, Estimate
from depotwatch.plugins.errors import ViewerError
from depotwatch.plugins.viewer import opening, pages, reader
from depotwatch.plugins.viewer.caption import Caption, date_words
from depotwatch.plugins.viewer.launch import open_review
from depotwatch.plugins.viewer.place import count_words, parse_count
from depotwatch.plugins.viewer.record_rows import GREY, count_rows
from depotwatch.plugins.viewer.shown import Shown


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("work/P.GPKG", reader.read_project),
        (["a.gpkg"], reader.read_project),
        ("scene.tif", reader.read_image),
        (["before.TIF", "after.png"], reader.read_pair),
        (["a.tif", "b.tif", "c.tif"], None),
        (["a.gpkg", "b.gpkg"], None),
        (["a.gpkg", "b.tif"], None),
        ("notes.txt", None),
        ("no suffix", None),
        ("", None),
        ([], None),
    ],
)
def test_the_reader_is_chosen_by_name_alone_and_never_fails(path: str | list[str], read: object) -> None:
    assert reader.get_reader(path) is read


def test_a_project_needs_a_window() -> None:
    with pytest.raises(ViewerError, match="napari window"):
        reader.read_project("P.gpkg")


def test_opening_a_project_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ViewerError, match="There is no project"):
        open_review(tmp_path / "missing.gpkg")


def test_an_image_is_placed_in_metres(rendered: tuple[Path, Path], before: Scene) -> None:
    ((data, kwargs, kind),) = reader.read_image(str(rendered[0]))
    assert kind == "image" and data.shape == (150, 150, 4)
    assert kwargs["affine"][0, 0] == pytest.approx(before.grid.gsd_m[0])


def test_the_earlier_image_comes_first_whatever_the_names_say(rendered: tuple[Path, Path], tmp_path: Path) -> None:
    later, earlier = tmp_path / "a.tif", tmp_path / "b.tif"
    shutil.copy(rendered[1], later)
    shutil.copy(rendered[0], earlier)
    assert sorted((later, earlier), key=reader.order) == [earlier, later]
    missing = tmp_path / "site_before.tif", tmp_path / "site_after.tif"
    assert sorted(missing, key=reader.order) == list(missing)


def test_a_scene_that_is_gone_ends_the_opening_with_one_sentence(review_project: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "deeper" / "pair.gpkg"
    moved.parent.mkdir(parents=True)
    shutil.copy(review_project, moved)
    with pytest.raises(AnnotateError, match="is not there"):
        opening.loading(moved, "comparison")(lambda *_: None, lambda: False)


def mapped(shown: Shown) -> Shown:
    assert shown.awaits_map
    return opening.mapping(shown)(lambda *_: None, lambda: False)


@pytest.mark.parametrize("part", [None, (0.1, 0.1, 0.9, 0.8)], ids=["whole", "area"])
def test_a_comparison_is_shown_as_it_was_made(
    rendered: tuple[Path, Path], before: Scene, tmp_path: Path, part: tuple[float, ...] | None
) -> None:
    rows, columns = before.grid.shape
    area = None
    if part is not None:
        corners = np.array(box(*part).exterior.coords) * (columns, rows)
        area = Polygon(np.column_stack(before.grid.lonlat(*corners.T)))
    made = compare(*rendered, tmp_path / "p.gpkg", Settings(area=area))
    shown = mapped(opening.loading(tmp_path / "p.gpkg", made.comparison.id)(lambda *_: None, lambda: False))
    assert made.change is not None and shown.change is not None
    assert shown.change.grid == made.change.grid and shown.before.offset == made.before.offset
    assert np.nanmax(np.abs(shown.change.score - made.change.score)) < 0.02


def test_the_map_is_shown_with_the_threshold_of_the_comparison(
    review_project: Path, before: Scene, after: Scene, registration: dict[str, object]
) -> None:
    shown = mapped(opening.loading(review_project, "comparison")(lambda *_: None, lambda: False))
    assert shown.change is not None and shown.comparison is not None
    assert shown.change.threshold == shown.comparison.threshold
    own = score_change(normalise(registered(before, after, registration_of(registration))), "change-vector")
    at = own.statistic > shown.change.threshold
    assert np.array_equal(shown.change.score[at] > 0.5, np.ones(at.sum(), dtype=bool))
    assert shown.change.expected_false_alarms_per_km2 == shown.comparison.false_alarms_per_km2


def test_scenes_that_must_not_be_compared_are_shown_on_one_another(rendered: tuple[Path, Path], tmp_path: Path) -> None:
    unlike = Settings(before=ReadOptions(level="L1C"), after=ReadOptions(level="L2A"))
    made = compare(*rendered, tmp_path / "p.gpkg", unlike)
    assert made.comparison.refused is not None
    shown = opening.loading(tmp_path / "p.gpkg", made.comparison.id)(lambda *_: None, lambda: False)
    assert shown.change is None and shown.after is not None
    assert shown.after.grid == shown.before.grid


def test_opening_can_be_cancelled(review_project: Path) -> None:
    with pytest.raises(CancelledError):
        opening.loading(review_project, "comparison")(lambda *_: None, lambda: True)


def test_a_project_without_scenes_says_so(tmp_path: Path) -> None:
    with Project.create(tmp_path / "empty.gpkg"):
        pass
    with pytest.raises(ViewerError, match="holds no scene"):
        opening.loading(tmp_path / "empty.gpkg", None)(lambda *_: None, lambda: False)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", None),
        ("3", Count(3, 3, 3)),
        (" 2 - 5 ", Count(2, None, 5)),
        ("2-3–5", Count(2, 3, 5)),
        ("2-3-?", Count(2, 3, None)),
    ],
)
def test_counts_are_typed_as_people_write_them(text: str, count: Count | None) -> None:
    assert parse_count(text) == count
    assert parse_count(count_words(count)) == count


@pytest.mark.parametrize("text", ["many", "3-", "1-2-3-4", "-3", "2.5"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(ReviewError, match="no count"):
        parse_count(text)


def test_counts_are_intervals_with_units_and_reasons_where_there_is_none() -> None:
    kinds = load_kinds()
    estimate = Estimate(3, 4, None, 0.9, "pits", "Low rule.", "Best rule.", "High rule.", {})
    rows = [
        CountRow(None, "storage-pit", None, 4, estimate, ""),
        CountRow(None, "rail-car", None, 0, None, "A pixel of 10 m is too coarse."),
    ]
    counted, greyed = count_rows(rows, kinds)
    assert counted.cells[4] == "4 (3 or more) pits" and "Low rule." in counted.tip
    assert counted.colour == kinds["storage-pit"].colour
    assert greyed.cells[4:] == ("no number", "A pixel of 10 m is too coarse.") and greyed.colour == GREY


def test_words_from_files_are_never_taken_for_markup(before: Scene) -> None:
    caption = replace(Caption.of(before, None), credit="<img src=x>")
    words = pages.pair_words("<b>title", caption, None, "<i>Ada")
    assert "<img" not in words and "<i>Ada" not in words and "&lt;b&gt;title" in words


@pytest.mark.parametrize(
    ("time", "words"),
    [(None, "date unknown"), ("2017-10-03", "2017-10-03"), ("2017-10-03T08:25:10Z", "2017-10-03 08:25 UTC")],
)
def test_times_are_written_for_people(time: str | None, words: str) -> None:
    assert date_words(time) == words


def test_a_pair_that_no_longer_registers_is_still_shown_and_the_analyst_told(review_project: Path) -> None:
    with Project.open(review_project) as project:
        (comparison,) = project.comparisons()
        later = replace(comparison, id="later", method="a method of another version", time="2033-01-01T00:00:00Z")
        project.add_comparison(later, (), ())
    shown = mapped(opening.loading(review_project, "later")(lambda *_: None, lambda: False))
    assert shown.after is not None and shown.change is None
    assert "another version" in shown.note and not shown.awaits_map
    refused = replace(comparison, id="refused", refused="No registration.", method=None)
    with Project.open(review_project) as project:
        project.add_comparison(refused, (), ())
    never = opening.loading(review_project, "refused")(lambda *_: None, lambda: False)
    assert never.note == "" and not never.awaits_map
