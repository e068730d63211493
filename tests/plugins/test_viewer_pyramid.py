"""A large image in napari: read where it is looked at, and in no other place."""

from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Layer

from depotwatch.imagery.scene_file import SceneFile, open_scene
from depotwatch.imagery.synthetic.noise import write_cog
from depotwatch.plugins.viewer import reader
from depotwatch.plugins.viewer.pyramid import pyramid


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
