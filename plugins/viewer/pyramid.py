"""An image too large to be held, as napari shows it: at falling sizes, each read where it is looked at."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...annotate.pictures.stretch import Stretch
from ...imagery.scene import Scene
from ...imagery.scene_file import SceneFile
from . import layers
from .frame import Frame

Index = slice | int


class Level:
    """
    One size of an image, read by window and stretched as it is asked for: what napari takes for an array.

    Parameters
    ----------
    file
        Opened; stays open.
    step
        How many times coarser than the file it is.
    stretch
        Of every window.
    """

    dtype = np.dtype(np.uint8)
    ndim = 3

    def __init__(self, file: SceneFile, step: int, stretch: Stretch) -> None:
        self._file, self._step = file, step
        self._names = tuple(file.bands[band] for band in stretch.bands)
        self._stretch = replace(stretch, bands=tuple(range(len(self._names))))
        self.shape = (*file.grid.coarser(step).shape, 4)

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return int(np.prod(self.shape))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: ANN401 (numpy's)
        """Read all of it."""
        return np.asarray(self[:, :], dtype=dtype)

    def __getitem__(self, key: Index | tuple[Index, ...]) -> NDArray[np.uint8]:
        """Read a part of it: red, green, blue, alpha."""
        rows, columns, levels = (*(key if isinstance(key, tuple) else (key,)), slice(None), slice(None))[:3]
        (row0, row1), (column0, column1) = (
            _ends(part, size, self._step, whole)
            for part, size, whole in zip((rows, columns), self.shape, self._file.grid.shape, strict=False)
        )
        scene = self._file.read(row0, row1, column0, column1, self._names, self._step)
        within = (slice(None, None, part.step) if isinstance(part, slice) else 0 for part in (rows, columns))
        return np.asarray(self._stretch.apply(scene)[(*within, levels)])


def pyramid(file: SceneFile, title: str) -> layers.LayerData:
    """Return a large image as napari layer data, in metres with the usual stretch; little of it is read now."""
    file.__enter__()  # it is read for as long as it is shown
    coarsest = file.read(step=file.steps[-1])
    return stretched(file, coarsest, Stretch.of(coarsest), Frame(file.grid), title)


def stretched(file: SceneFile, overview: Scene, stretch: Stretch, frame: Frame, title: str) -> layers.LayerData:
    """Return an open file as napari layer data on a canvas, in a stretch that was taken from an overview of it."""
    _, kwargs, kind = layers.picture(overview, stretch, frame, title)
    kwargs |= {"affine": frame.placement(file.grid), "multiscale": True}
    return levels(file, stretch), kwargs, kind


def levels(file: SceneFile, stretch: Stretch) -> list[Level]:
    """Return the sizes that an open file has, finest first."""
    return [Level(file, step, stretch) for step in file.steps]


def _ends(part: Index, size: int, step: int, whole: int) -> tuple[int, int]:
    """Return where a slice, or one row or column, of a level starts and ends in pixels of the file."""
    start, stop, _ = (part if isinstance(part, slice) else slice(part, part + 1)).indices(size)
    return start * step, min(max(stop, start + 1) * step, whole)
