"""Cutting windows out of a project's scenes for people to look at: both dates on one grid, under one stretch."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from ...imagery.errors import ImageryError
from ...imagery.register.place import Warp, locate
from ...imagery.scene import Scene
from ...imagery.scene_file import SceneFile, open_scene
from ...labels.project import Project
from ...labels.records import Comparison, SceneRecord
from ..errors import AnnotateError
from ..outline import grid_of
from ..registered import registration_of
from ..remember import options_of, require_unchanged
from ..rerun import area_of
from .licence import withheld
from .stretch import Stretch

_SAMPLE_PX = 1_000_000

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a scene's grid, in whole pixels: first column and row, columns and rows."""

    column: int
    row: int
    columns: int
    rows: int

    @classmethod
    def around(cls, outline: Polygon, margin_px: float, record: SceneRecord) -> "Window":
        """Return the window around an outline with a margin, cut off where the scene ends."""
        left, top, right, bottom = outline.bounds
        first = max(0, int(np.floor(left - margin_px))), max(0, int(np.floor(top - margin_px)))
        last = (
            min(record.width_px, int(np.ceil(right + margin_px))),
            min(record.height_px, int(np.ceil(bottom + margin_px))),
        )
        return cls(*first, max(1, last[0] - first[0]), max(1, last[1] - first[1]))

    def covering(self, other: "Window") -> "Window":
        """Return the least window that holds both."""
        column, row = min(self.column, other.column), min(self.row, other.row)
        right = max(self.column + self.columns, other.column + other.columns)
        bottom = max(self.row + self.rows, other.row + other.rows)
        return Window(column, row, right - column, bottom - row)


class Darkroom:
    """Opens each scene of a project once, where its licence and its file allow, and says why where they do not."""

    def __init__(self, project: Project) -> None:
        self.records = {one.id: one for one in project.scenes()}
        self._comparisons = {(one.before, one.after): one for one in project.latest_comparisons()}
        self._folder = project.path.parent
        self._files: dict[str, SceneFile | str] = {}
        self._coarse: dict[str, Scene] = {}
        self._stretches: dict[tuple[str, str], Stretch] = {}
        self._warps: dict[tuple[str, str], tuple[Warp, NDArray[np.float64]] | None] = {}

    def why_not(self, scene_id: str) -> str | None:
        """Return why there are no pixels of a scene: its licence, or its file; None where there are."""
        found = self._file(scene_id)
        return found if isinstance(found, str) else None

    def cut(self, scene_id: str, base_id: str, window: Window) -> Picture | None:
        """
        Return a window of a scene on the grid of another.

        Parameters
        ----------
        scene_id
            Whose pixels are wanted.
        base_id
            On whose grid: the scene itself, or the before scene of its pair.
        window
            Of that grid.

        Returns
        -------
        ndarray or None
            uint8 (rows, columns, 3), red, green, blue; black where the scene has no data. None where `why_not` says
            why.
        """
        file = self._file(scene_id)
        if isinstance(file, str):
            return None
        stretch = self.stretch(scene_id, base_id)
        if scene_id == base_id:
            return _shown(file, stretch, window)
        size = np.array([window.columns, window.rows])
        corners = np.array([[0, 0], [1, 0], [0, 1], [1, 1]]) * size - 0.5
        there = self._moved(scene_id, base_id, corners + np.array([window.column, window.row]))
        end = np.array(file.grid.shape[::-1])
        low = np.clip(np.floor(there.min(axis=0) - 2), 0, end - 1).astype(int)
        high = np.clip(np.ceil(there.max(axis=0) + 3), low + 1, end).astype(int)
        part = _shown(file, stretch, Window(*low, *(high - low)))
        matrix = cv2.getAffineTransform(corners[:3].astype(np.float32), (there - low)[:3].astype(np.float32))
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(part, matrix, (window.columns, window.rows), flags=how), dtype=np.uint8)

    def stretch(self, scene_id: str, base_id: str) -> Stretch:
        """
        Return the limits between which a scene is shown beside another; only where there are pixels of it.

        They are those of the other, unless that has no pixels or the scene would be black or white in them.
        """
        if (scene_id, base_id) not in self._stretches:
            self._stretches[scene_id, base_id] = self._chosen(scene_id, base_id)
        return self._stretches[scene_id, base_id]

    def _chosen(self, scene_id: str, base_id: str) -> Stretch:
        own = self._sample(scene_id)
        if base_id == scene_id or self.why_not(base_id) is not None:
            return Stretch.of(own)
        base = self.stretch(base_id, base_id)
        return base if base.suits(own) else Stretch.of(own)

    def _file(self, scene_id: str) -> SceneFile | str:
        if scene_id not in self._files:
            self._files[scene_id] = self._opened(self.records[scene_id])
        return self._files[scene_id]

    def _opened(self, record: SceneRecord) -> SceneFile | str:
        sentence = withheld(record)
        if sentence is not None:
            return sentence
        try:
            return open_scene(require_unchanged(record, self._folder), options_of(record))
        except (AnnotateError, ImageryError) as error:
            return f"No pixels of {record.name} are shown: {error}"

    def _sample(self, scene_id: str) -> Scene:
        if scene_id not in self._coarse:
            file = self._file(scene_id)
            assert isinstance(file, SceneFile)
            size = file.grid.shape[0] * file.grid.shape[1]
            step = next((one for one in file.steps if size / one**2 <= _SAMPLE_PX), file.steps[-1])
            self._coarse[scene_id] = file.read(step=step)
        return self._coarse[scene_id]

    def _moved(self, scene_id: str, base_id: str, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where points on the base (column, row; pixel centres at integers) lie on a scene."""
        base, scene = (grid_of(self.records[one]) for one in (base_id, scene_id))
        if (base_id, scene_id) not in self._warps:
            self._warps[base_id, scene_id] = self._warp(base_id, scene_id)
        found = self._warps[base_id, scene_id]
        if found is not None:
            warp, first = found
            points = warp(points - first) + first
        return locate(base, scene, points)

    def _warp(self, base_id: str, scene_id: str) -> tuple[Warp, NDArray[np.float64]] | None:
        """Return how a pair was registered, and the base's column and row at which what was compared begins."""
        comparison = self._comparisons.get((base_id, scene_id))
        if comparison is None or comparison.registration is None:
            return None
        kept = registration_of(comparison.registration)
        return Warp(kept.model, kept.local), self._start(comparison, base_id)

    def _start(self, comparison: Comparison, base_id: str) -> NDArray[np.float64]:
        """Return the column and row at which the part that was compared begins."""
        area, file = area_of(comparison), self._file(base_id)
        if area is None or isinstance(file, str):
            return np.zeros(2)
        record = self.records[base_id]
        part = open_scene(require_unchanged(record, self._folder), options_of(record), area)
        return np.array(part.offset[::-1], dtype=np.float64)


def _shown(file: SceneFile, stretch: Stretch, window: Window) -> Picture:
    row, column = int(window.row), int(window.column)
    scene = file.read(row, row + int(window.rows), column, column + int(window.columns))
    shown = stretch.apply(scene)
    shown[shown[..., 3] == 0] = 0
    return np.ascontiguousarray(shown[..., :3])
