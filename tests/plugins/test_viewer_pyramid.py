"""A large image in napari: read where it is looked at, and in no other place."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from shapely import box

from depotwatch.annotate.remember import record_of
from depotwatch.annotate.review import Review
from depotwatch.imagery.scene_file import SceneFile, open_scene
from depotwatch.imagery.synthetic.noise import write_cog
from depotwatch.labels.project import Project
from depotwatch.plugins.viewer import opening, reader
from depotwatch.plugins.viewer.chips import cut_out
from depotwatch.plugins.viewer.pyramid import pyramid
from depotwatch.plugins.viewer.session import Session


@pytest.fixture(scope="module")
def cog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cog(tmp_path_factory.mktemp("cog"), 4000)


def test_levels_are_what_they_are_read_from(cog: Path) -> None:
    levels, kwargs, kind = pyramid(open_scene(cog), "large")
    assert kind == "image" and kwargs["multiscale"] and kwargs["rgb"]
    assert [level.shape for level in levels] == [(4000, 4000, 4), (2000, 2000, 4), (1000, 1000, 4), (500, 500, 4)]
    whole = np.asarray(levels[1])
    assert whole.shape == levels[1].shape and (whole[..., 3] == 255).all()
    assert np.array_equal(levels[1][100:300, 50:90], whole[100:300, 50:90])
    assert np.array_equal(levels[1][7, 9], whole[7, 9])
    assert np.array_equal(levels[1][100:300:5, 50, :3], whole[100:300:5, 50, :3])


def test_opening_and_looking_reads_a_small_part(cog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    plain = SceneFile.read

    def counted(self: SceneFile, *args: object, **named: object) -> object:
        scene = plain(self, *args, **named)  # type: ignore[arg-type]
        read.append(scene.mask.size)
        return scene

    monkeypatch.setattr(SceneFile, "read", counted)
    monkeypatch.setattr(reader, "MOST_PX", 2000**2)
    ((data, kwargs, kind),) = reader.read_image(str(cog))
    viewer = ViewerModel()
    layer = viewer.add_layer(Layer.create(data, kwargs, kind))
    assert layer.multiscale
    assert layer.extent.world[1] == pytest.approx([3999.5, 3999.5], rel=1e-3)
    assert sum(read) < 0.2 * 4000**2


@pytest.fixture
def project(cog: Path, tmp_path: Path) -> Path:
    path = tmp_path / "large.gpkg"
    file = open_scene(cog)
    scene = replace(file.read(step=file.steps[-1]), sha256=file.sha256)
    with Project.create(path, title="Synthetic", synthetic=True) as made:
        made.add_scene(record_of(scene, tmp_path))
    return path


def test_a_large_scene_of_a_project_is_read_where_it_is_looked_at(
    project: Path, cog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    plain = SceneFile.read

    def counted(self: SceneFile, *args: object, **named: object) -> object:
        scene = plain(self, *args, **named)  # type: ignore[arg-type]
        read.append(scene.mask.size)
        return scene

    monkeypatch.setattr(opening, "MOST_PX", 2000**2)
    monkeypatch.setattr(SceneFile, "read", counted)
    shown = opening.loading(project, None)(lambda *_: None, lambda: False)
    with Project.open(project) as kept:
        session = Session(ViewerModel(), kept, Review(kept, "Ada"))
        session.show(shown)
        stage = session.stage
        assert stage is not None
        assert stage.before.multiscale
        assert stage.frame.grid.shape == (4000, 4000)
        assert stage.before.extent.world[1] == pytest.approx([4000, 4000], rel=1e-2)
        assert "1 m" in stage.caption.origin()
        assert sum(read) < 0.2 * 4000**2
        place = box(1000, 2000, 1040, 2030)
        near, whole = shown.before_at(place), plain(open_scene(cog), 1900, 2100, 900, 1100)
        row, column = near.offset
        beside = near.window(slice(1900 - row, 2100 - row), slice(900 - column, 1100 - column))
        assert np.array_equal(beside.pixels, whole.pixels)
        assert shown.mask.shape == (4000, 4000)
        outline = stage.frame.world(np.asarray(place.exterior.coords)[:-1])
        (chip,) = cut_out(stage, outline, "#FFFFFF", 64)
        assert chip.std() > 10  # of its own pixels: an overview would average the texture away
        stage.restretch(5, 60)
        assert stage.before.multiscale
        assert sum(read) < 0.3 * 4000**2
        session.close()


def test_a_scene_that_can_be_held_is_held_against_the_hash_that_is_kept(project: Path) -> None:
    shown = opening.loading(project, None)(lambda *_: None, lambda: False)
    assert shown.large is None
    assert shown.before.grid.shape == (4000, 4000)
