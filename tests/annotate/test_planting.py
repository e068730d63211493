"""Things planted in a pair: where nothing is, on both dates, the same again from their record, and in no file."""

from pathlib import Path

import numpy as np
import pytest
from shapely import Polygon

from depotwatch.annotate import Result, Settings, compare
from depotwatch.annotate.errors import ReviewError
from depotwatch.annotate.reading.planting import Bed, blended, plant, proposals
from depotwatch.annotate.reading.planting_round import bed_of, begun, planting_of, running_on
from depotwatch.annotate.review import Review
from depotwatch.annotate.standing import what_stands
from depotwatch.annotate.visibility import within
from depotwatch.imagery.bands import same_bands
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.synthetic import render_case, write_case
from depotwatch.labels.project import Project

ASKED, SEED = 3, 5


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("scenes")
    before, after, _ = write_case(render_case(23, gsd_m=1.0, extent_m=300.0), folder)
    return compare(before, after, folder / "p.gpkg", Settings(analyst="Ann"))


@pytest.fixture(scope="module")
def bed(done: Result) -> Bed:
    assert done.pair is not None and done.change is not None
    with Project.open(done.project, read_only=True) as project:
        standing = what_stands(project)
    scenes = same_bands(read_scene(done.before.path), read_scene(done.after.path))
    return bed_of(standing, done.comparison, *scenes, done.pair.registration, done.change)


def test_things_stand_on_free_ground_and_the_same_seed_plants_the_same(bed: Bed) -> None:
    planting = plant(bed, ASKED, SEED)
    outlines = [Polygon(one["outline"]) for one in planting.things]
    assert 2 <= len(outlines) <= 2 * ASKED
    assert all(not outline.intersects(taken) for outline in outlines for taken in bed.taken)
    assert all(not one.intersects(other) for one in outlines for other in outlines if one is not other)
    assert plant(bed, ASKED, SEED) == planting and plant(bed, ASKED, SEED + 1) != planting


def test_they_are_in_the_picture_where_they_are_said_to_be_and_nowhere_else(bed: Bed, done: Result) -> None:
    assert done.pair is not None
    planting = plant(bed, ASKED, SEED)
    pair = blended(bed, planting)
    assert pair.before.acquisition.synthetic and pair.after.acquisition.synthetic
    differs = np.abs(pair.after.pixels - done.pair.after.pixels).max(axis=0) > 0
    near = np.zeros_like(differs)
    for one in planting.things:
        outline = Polygon(one["outline"])
        where, inside = within(outline, differs.shape)
        assert differs[where][inside].mean() > 0.9
        where, around = within(outline.buffer(60), differs.shape)
        near[where] |= around
    assert not differs[~near].any()
    again = blended(bed, planting)
    assert np.array_equal(again.after.pixels, pair.after.pixels)


def test_what_a_comparison_would_propose_of_them_lies_on_them(bed: Bed) -> None:
    planting = plant(bed, ASKED, SEED)
    found = proposals(bed, blended(bed, planting), planting)
    assert len({thing for thing, _ in found}) == len(found) > 0
    for thing, one in found:
        assert one.kind == planting.things[thing]["kind"]
        assert one.polygon.intersects(Polygon(planting.things[thing]["outline"]))


def test_a_round_is_kept_as_numbers_and_shown_again_from_them(bed: Bed, done: Result, tmp_path: Path) -> None:
    round_ = begun(bed, done.comparison, "Ada", ASKED, SEED)
    before = {path.name: path.stat().st_size for path in done.project.parent.iterdir() if path.suffix == ".tif"}
    with Project.open(done.project) as project:
        review = Review(project, "Ada")
        known = len(review.queue())
        review.begin_round(round_.round, round_.shown)
        assert len(review.queue()) == known + len(round_.shown)
        kept = running_on(project, done.comparison, "Ada")
        assert kept is not None and running_on(project, done.comparison, "Bo") is None
        again, first = planting_of(kept), plant(bed, ASKED, SEED)
        assert np.array_equal(blended(bed, again).after.pixels, blended(bed, first).after.pixels)
        review.end_round(kept.id)
        assert running_on(project, done.comparison, "Ada") is None and len(review.queue()) == known
    after = {path.name: path.stat().st_size for path in done.project.parent.iterdir() if path.suffix == ".tif"}
    assert after == before


def test_where_nothing_can_be_planted_is_said(bed: Bed) -> None:
    rows, columns = bed.before.grid.shape
    full = Polygon([(0, 0), (columns, 0), (columns, rows), (0, rows)])
    with pytest.raises(ReviewError, match="no free ground"):
        plant(Bed(bed.before, bed.after, bed.registration, bed.change, bed.kinds, bed.testability, [full]), 1, SEED)
    with pytest.raises(ReviewError, match="optical pairs"):
        plant(Bed(bed.before, bed.after, bed.registration, bed.change, {}, {}), 1, SEED)
