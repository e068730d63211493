"""One scene alone, from a file to candidates, counts and export."""

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from shapely import box

from depotwatch.annotate.count import count
from depotwatch.annotate.errors import AnnotateError, KindError
from depotwatch.annotate.ledger import ledger
from depotwatch.annotate.review import Review
from depotwatch.annotate.single import Settings, search_single
from depotwatch.labels.export import GEOJSON, export
from depotwatch.labels.project import Project
from depotwatch.labels.records import Claim, Quantity, Site, SiteRole, Source, Window
from depotwatch.plugins.viewer.opening import loading

GSD = 5.0


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """Return the file of a harbour with three vessels at anchor, in four named bands."""
    pixels = np.empty((4, 120, 160))
    pixels[:] = np.reshape([600, 500, 350, 150], (4, 1, 1))
    pixels[:, :20] = np.reshape([1500, 1600, 1700, 2000], (4, 1, 1))
    for column in (30, 80, 130):
        pixels[:, 60:84, column : column + 4] = np.reshape([1100, 1200, 1900, 1800], (4, 1, 1))
    pixels *= 1 + 0.01 * np.random.default_rng(1).normal(size=pixels.shape)
    path = tmp_path / "harbour.tif"
    profile = {"driver": "GTiff", "height": 120, "width": 160, "count": 4, "dtype": "uint16", "crs": "EPSG:32652"}
    with rasterio.open(path, "w", transform=Affine(GSD, 0, 500_000, 0, -GSD, 3_900_000), **profile) as file:
        file.write(pixels.astype(np.uint16))
        file.descriptions = ("B02", "B03", "B04", "B08")
    return path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "p.gpkg")


def test_the_same_search_again_adds_nothing(harbour: Path, project: Project) -> None:
    first, again = search_single(harbour, project), search_single(harbour, project)
    assert [one.kind for one in first.candidates] == ["vessel"] * 3
    assert (first.new, again.new) == (True, False)
    assert again.candidates == first.candidates and again.comparison == first.comparison
    assert first.comparison.after is None and first.comparison.valid_fraction == 1.0
    assert len(project.annotations()) == 3 and len(project.comparisons()) == 1 and len(project.journal()) == 1


def test_verdicts_stay_when_it_is_searched_in_another_way(harbour: Path, project: Project) -> None:
    search_single(harbour, project)
    review = Review(project, "Ann")
    review.accept()
    other = search_single(harbour, project, Settings(kinds=("vessel",)))
    assert len(project.comparisons()) == 2 and len(project.annotations()) == 3
    assert {one.annotation for one in other.candidates} == {one.id for one in project.annotations()}
    (row,) = [one for one in count(project) if one.kind == "vessel"]
    assert row.objects == 3 and row.estimate is not None
    assert row.estimate.low >= 1 and (row.estimate.high or 0) >= 3


def test_every_kind_has_a_count_or_a_reason(harbour: Path, project: Project) -> None:
    found = search_single(harbour, project)
    reasons = {one.kind: one.reason for one in found.comparison.kinds}
    assert all("this scene" in reason for reason in reasons.values() if "pixel" in reason)
    assert "no detector searches for it on one scene alone" in reasons["unknown"].lower()
    assert found.counts["vessel"] is not None and found.counts["unknown"] is None
    assert all(found.counts[kind] is None for kind, seen in found.testability.items() if not seen.detect)


def test_what_is_present_is_exported_and_opened_like_any_place(harbour: Path, project: Project, tmp_path: Path) -> None:
    found = search_single(harbour, project)
    assert export(project, tmp_path / "out.geojson", GEOJSON).labels == 3
    features = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))["features"]
    properties = [feature["properties"] for feature in features]
    assert {(one["change"], one["after"]) for one in properties} == {("present", None)}
    assert all(one["length_m"] == pytest.approx(120, abs=10) for one in properties)
    shown = loading(project.path, found.comparison.id)(lambda *_: None, lambda: False)
    assert shown.after is None and shown.comparison == found.comparison
    assert all(shown.holds(one) for one in project.annotations())


def test_two_days_of_one_place_are_counted_each_by_itself(harbour: Path, project: Project, tmp_path: Path) -> None:
    search_single(harbour, project)
    later = tmp_path / "later.tif"
    with rasterio.open(harbour) as file:
        pixels, profile, names = file.read(), file.profile, file.descriptions
    with rasterio.open(later, "w", **profile) as file:
        file.write(pixels + 1)
        file.descriptions = names
    search_single(later, project)
    assert sorted(one.before for one in project.annotations()) == sorted([one.id for one in project.scenes()] * 3)


def test_unknown_kinds_and_sites_are_refused_before_anything_is_kept(harbour: Path, project: Project) -> None:
    with pytest.raises(KindError, match="submarine"):
        search_single(harbour, project, Settings(kinds=("submarine",)))
    with pytest.raises(AnnotateError, match="nowhere"):
        search_single(harbour, project, Settings(site="nowhere"))
    assert project.scenes() == ()


def test_one_date_says_nothing_of_what_came_or_went(harbour: Path, project: Project) -> None:
    project.put_site(Site("port", "Port", area=box(126.9, 35.1, 127.1, 35.3)))
    search_single(harbour, project, Settings(site="port"))
    project.put_source(Source("report", {"title": "Report"}))
    for measure in ("new", "present"):
        roles, window = (SiteRole("port", "at"),), Window()
        claim = Claim(measure, "report", "Ships.", "vessel", measure, Quantity(3, 3), roles, window, "asserts", None)
        project.put_claim(claim)
    rows = {row.claim.id: row for row in ledger(project)}
    assert "needs two dates" in rows["new"].explanation
    assert "needs two dates" not in rows["present"].explanation
