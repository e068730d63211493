"""The dock that finds imagery: a search on a server of this machine, choosing, fetching, an area drawn anew."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from rasterio.crs import CRS
from shapely import Polygon

from depotwatch.annotate.errors import AnnotateError
from depotwatch.annotate.finding import sites_of
from depotwatch.annotate.review import Review
from depotwatch.annotate.site_area import keep_area
from depotwatch.imagery.remote.reach import Terms
from depotwatch.imagery.scene import Scene
from depotwatch.labels.project import Project
from depotwatch.labels.records import Site
from depotwatch.plugins.viewer.finding.dock import FindingDock
from depotwatch.plugins.viewer.finding.form import SHAPE, VIEW
from depotwatch.plugins.viewer.opening import comparing
from depotwatch.plugins.viewer.request import PairRequest
from depotwatch.plugins.viewer.session import Session
from depotwatch.plugins.viewer.shown import Shown

from ..imagery.stac_server import AREA, Api, add_item, stac_api

BANDS = ("blue", "green", "red", "nir")
pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    folder = tmp_path / "served"
    folder.mkdir()
    with stac_api(folder) as api:
        for id, time, cloudy in (
            ("b1", "2023-08-04T02:30:00Z", 0.05),
            ("b2", "2023-08-14T02:30:00Z", 0.9),
            ("a1", "2023-10-21T02:30:00Z", 0.0),
            ("a2", "2023-11-05T02:30:00Z", 0.4),
        ):
            add_item(api, id, time, cloudy)
            _write_bands(folder, id)
        yield api


def _write_bands(folder: Path, id: str) -> None:
    rng = np.random.default_rng(5)
    ground = 1500 + 400 * rng.standard_normal((200, 200)).repeat(4, axis=0).repeat(4, axis=1)
    profile = {"width": 800, "height": 800, "count": 1, "dtype": "uint16", "compress": "deflate"}
    place = {"crs": CRS.from_epsg(32652), "transform": Affine(10, 0, 604_000, 0, -10, 4_680_000)}
    noise = np.random.default_rng(sum(map(ord, id)))
    for name in BANDS:
        pixels = np.clip(ground + 30 * noise.standard_normal((800, 800)), 1, 9000).astype(np.uint16)
        with rasterio.open(folder / f"{id}_{name}.tif", "w", driver="COG", **profile, **place) as dataset:
            dataset.write(pixels, 1)


@pytest.fixture
def dock(qtbot: QtBot, api: Api, tmp_path: Path) -> Iterator[FindingDock]:
    terms = Terms(local=True, cache=tmp_path / "cache", resolve=lambda host, port: ["127.0.0.1"])
    made = FindingDock(ViewerModel(), terms=terms)
    qtbot.addWidget(made)
    made.show()
    made.form.offer({"rajin": Site("rajin", "Rajin (Rason) port", AREA)}, False)
    made.form.before.setText("2023-08-15")
    made.form.after.setText("2023-10-16")
    made.form.catalogue.setEditText(api.url)
    yield made
    qtbot.waitUntil(lambda: not made.busy, timeout=20_000)


def _search(qtbot: QtBot, dock: FindingDock) -> None:
    dock.form.search.click()
    qtbot.waitUntil(lambda: not dock.busy, timeout=20_000)


def test_dates_are_shown_with_their_sky_and_the_best_pair_is_chosen(qtbot: QtBot, dock: FindingDock) -> None:
    _search(qtbot, dock)
    assert [dock.befores.item(n).text().splitlines()[::2] for n in range(2)] == [
        ["2023-08-04", "96% clear"],
        ["2023-08-14", "10% clear"],
    ]
    assert (dock.befores.currentRow(), dock.afters.currentRow()) == (0, 0)
    assert dock.pairs.count() == 4
    assert "same orbit" in dock.words.text()
    assert dock.fetch.isEnabled()
    picture = dock.befores.item(0).icon().pixmap(96, 96).toImage()
    assert len({picture.pixel(x, 48) for x in range(96)}) > 10


def test_a_date_or_a_pair_can_be_taken_instead(qtbot: QtBot, dock: FindingDock) -> None:
    _search(qtbot, dock)
    dock.afters.setCurrentRow(1)
    assert dock.choice is not None and dock.choice.after is not None
    assert dock.choice.after.found.id == "a2"
    assert dock.pairs.currentText().startswith(f"{dock.pairs.currentIndex() + 1}.")
    dock.pairs.activated.emit(0)
    assert dock.choice.after.found.id == "a1"
    assert dock.afters.currentRow() == 0


def test_fetching_asks_for_the_comparison_of_what_came(
    qtbot: QtBot, dock: FindingDock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dock, "_folder", lambda project: tmp_path / "images")
    _search(qtbot, dock)
    with qtbot.waitSignal(dock.compare_wanted, timeout=20_000) as asked:
        dock.fetch.click()
    assert asked.args is not None
    request = asked.args[0]
    assert isinstance(request, PairRequest)
    assert request.area is not None and request.area.equals(AREA)
    path = comparing(request)(lambda done, total, what: None, lambda: False)
    with Project.open(path, read_only=True) as project:
        (run,) = project.comparisons()
        assert run.refused is None
        assert {scene.time for scene in project.scenes()} == {"2023-08-04T02:30:00Z", "2023-10-21T02:30:00Z"}
        assert [site.id for site in project.sites()] == ["rajin"]


def test_a_server_that_is_gone_is_told_and_the_dock_stays_usable(qtbot: QtBot, dock: FindingDock) -> None:
    dock.form.catalogue.setEditText("http://stac.example:9/v1")
    dock.form.search.click()
    dock.stop.click()
    qtbot.waitUntil(lambda: not dock.busy, timeout=20_000)
    assert dock.words.text() == "Stopped."
    assert dock.form.search.isEnabled()


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [("soon", "2023-10-16", "'soon' is no day"), ("2023-10-16", "2023-08-15", "swap them")],
)
def test_days_that_make_no_sense_are_told_at_once(dock: FindingDock, before: str, after: str, says: str) -> None:
    dock.form.before.setText(before)
    dock.form.after.setText(after)
    dock.form.search.click()
    assert says in dock.form.message.text()
    assert not dock.busy


def test_an_area_is_kept_as_a_sites_own_and_journalled(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.gpkg") as project:
        before = sites_of(project)["rajin"].area
        kept = keep_area(project, "rajin", AREA, "Ada")
        assert kept.area is not None and kept.area != before
        (own,) = project.sites()
        assert (own.id, own.accuracy) == ("rajin", "drawn by Ada")
        assert project.journal()[-1].action == "site area"
        with pytest.raises(AnnotateError, match="There is no site nowhere"):
            keep_area(project, "nowhere", AREA, "Ada")
        with pytest.raises(AnnotateError, match="crosses itself"):
            keep_area(project, "rajin", Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "Ada")


@pytest.fixture
def session(review_project: Path, before: Scene, after: Scene) -> Iterator[Session]:
    project = Project.open(review_project)
    made = Session(ViewerModel(), project, Review(project, "Ada"))
    with project:
        made.show(Shown(before, before.sha256, after, after.sha256, None, project.comparisons()[0]))
        yield made
        made.close()


def test_a_shape_drawn_on_the_map_becomes_the_area_of_a_site(qtbot: QtBot, session: Session, before: Scene) -> None:
    dock = FindingDock(session.viewer, lambda: session)
    qtbot.addWidget(dock)
    form = dock.form
    form.site.setCurrentIndex(form.site.findData("rajin"))
    form.keep.click()
    assert "Choose first" in form.message.text()
    form.where.setCurrentIndex(form.where.findData(SHAPE))
    form.keep.click()
    assert "Select one polygon" in form.message.text()
    drawn = session.viewer.add_shapes([np.array([[10, 20], [10, 60], [50, 60], [50, 20]])], shape_type="polygon")
    drawn.selected_data = {0}
    session.viewer.layers.selection.active = drawn
    form.keep.click()
    assert "The area is now that of Rajin" in form.message.text()
    area = next(site.area for site in session.project.sites() if site.id == "rajin")
    assert area is not None
    columns, rows = before.grid.pixel_of(*area.exterior.xy)
    assert (columns.min(), columns.max()) == (pytest.approx(20, abs=0.1), pytest.approx(60, abs=0.1))
    assert (rows.min(), rows.max()) == (pytest.approx(10, abs=0.1), pytest.approx(50, abs=0.1))


def test_what_the_window_shows_can_be_the_area(qtbot: QtBot, session: Session, before: Scene) -> None:
    dock = FindingDock(session.viewer, lambda: session)
    qtbot.addWidget(dock)
    dock.form.where.setCurrentIndex(dock.form.where.findData(VIEW))
    camera = session.viewer.scene.camera
    camera.center, camera.zoom = (0.0, 40.0, 60.0), 10.0
    columns, rows = before.grid.pixel_of(*dock.form.area().exterior.xy)
    height, width = (side / 10 for side in session.viewer.canvas.size)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(60, abs=0.1)
    assert (rows.min() + rows.max()) / 2 == pytest.approx(40, abs=0.1)
    assert float(np.ptp(columns)) == pytest.approx(width, abs=0.2)
    assert float(np.ptp(rows)) == pytest.approx(height, abs=0.2)
