"""What one comparison shows: its scenes on one grid, and its change map."""

from dataclasses import dataclass, replace

import numpy as np
from shapely import Polygon

from ...imagery.change import Choice
from ...imagery.scene import ChangeMap, Mask, Scene
from ...imagery.scene_file import SceneFile
from ...labels.records import Annotation, Comparison

LEAST_REACH_PX = 128  # read around a place of a large scene, for what looks at the ground beside it


@dataclass(frozen=True, eq=False)
class Shown:
    """
    Pixels behind one comparison, or one scene.

    Parameters
    ----------
    before, before_id
        The reference scene, or the only one.
    after, after_id
        On the before grid where the pair is registered, else on its own; None for a single scene.
    change
        None until it is worked out, where the comparison was refused, and for a single scene.
    comparison
        None for a single scene that nothing searched.
    choice
        Which change method suits the pair, and why, whichever was used; None where there is no map.
    planted
        True where things that are not there were planted in both dates, to measure their reader.
    note
        What could not be shown, for the analyst; empty where all is there.
    large
        The file of a single scene too large to be held, of which `before` is then an overview; None for others.
    """

    before: Scene
    before_id: str
    after: Scene | None = None
    after_id: str | None = None
    change: ChangeMap | None = None
    comparison: Comparison | None = None
    note: str = ""
    choice: Choice | None = None
    planted: bool = False
    large: SceneFile | None = None

    @property
    def mask(self) -> Mask:
        """Data on every date: bool over the part of the before scene's file that is shown."""
        mask = self.before.mask
        if self.large is not None:
            rows, columns = (
                np.arange(size) * held // size for size, held in zip(self.large.grid.shape, mask.shape, strict=True)
            )
            return np.broadcast_to(True, self.large.grid.shape) if mask.all() else mask[np.ix_(rows, columns)]
        if self.after is not None and self.after.grid == self.before.grid:
            return mask & self.after.mask
        return mask

    def before_at(self, outline: Polygon) -> Scene:
        """Return the before scene at its own pixel size, at least around an outline, (column, row) of its file."""
        if self.large is None:
            return self.before
        left, top, right, foot = outline.bounds
        reach = max(right - left, foot - top, LEAST_REACH_PX)
        rows, columns = (
            (int(np.clip(low - reach - first, 0, size - 1)), int(np.clip(high + reach - first, 1, size)))
            for low, high, first, size in zip(
                (top, left), (foot, right), self.large.offset, self.large.grid.shape, strict=True
            )
        )
        return replace(self.large.read(*rows, *columns), sha256=self.before_id)

    @property
    def awaits_map(self) -> bool:
        """True where there will be a change map, and it is not there yet."""
        run = self.comparison
        made = run is not None and run.refused is None and None not in (run.after, run.threshold, run.registration)
        return made and self.change is None and not self.note

    def holds(self, annotation: Annotation) -> bool:
        """Return True for a place of this pair, or of one of its two scenes alone."""
        mine = {self.before_id, self.after_id}
        return annotation.before in mine and (annotation.after is None or annotation.after in mine)
