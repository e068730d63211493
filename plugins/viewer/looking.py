"""What of the scenes is on the screen now, told to a watch from time to time; never with every frame. No Qt."""

import functools

import numpy as np
from napari.components import ViewerModel
from numpy.typing import NDArray

from ...annotate.reading.ground import Looked, ground_of, looked
from ...annotate.reading.watch import View, Watch
from ...annotate.review import Review
from ...labels.records import Ground
from .comparing import Comparing
from .stage import Stage

KEEP_S = 30.0  # so much looking is lost at most when the program is killed
FINE, MOST_PX = 8, 2048  # pixels of the hatching across a tile, and across all of them
LINE, BETWEEN = (255, 120, 90, 170), (20, 20, 20, 60)


class Looking:
    """
    Keeps what one analyst looks at while a stage is up.

    Parameters
    ----------
    viewer
        A napari viewer, or a ViewerModel.
    stage, comparing
        What stands on it, and how the dates are seen.
    review
        Takes the batches.
    """

    def __init__(self, viewer: ViewerModel, stage: Stage, comparing: Comparing, review: Review) -> None:
        self._viewer, self._stage, self._comparing, self._review = viewer, stage, comparing, review
        self._watch = Watch(review.analyst, stage.shown.before_id, stage.shown.after_id)
        self._kept: float | None = None

    @functools.cached_property
    def _ground(self) -> Ground:
        shown = self._stage.shown
        pair = shown.before_id, shown.after_id
        return ground_of(pair, shown.mask, shown.before.offset, shown.before.file_grid.shape)

    def look(self, now: float, visible: bool = True) -> None:
        """
        Take note of what is on the screen, and keep it from time to time.

        Parameters
        ----------
        now
            Seconds of a clock that never goes back.
        visible
            False where the window cannot be seen.
        """
        sign = (self._viewer.cursor.position, self._review.progress)
        self._watch.see(self.views() if visible else (), now, sign)
        if self._kept is None:
            self._kept = now
        elif now - self._kept >= KEEP_S:
            self._kept = now
            self.keep()

    def keep(self) -> None:
        """Put what was looked at since the last time into the project."""
        glances = self._watch.take()
        if glances:
            self._review.keep_glances(self._ground, glances)
            if self._stage.hatched:
                self._stage.hatch(self.hatching())

    def views(self) -> tuple[View, ...]:
        """Return the parts of the canvas: one, or two where a curtain hangs between the dates."""
        (height, width), camera = self._viewer.canvas.size, self._viewer.scene.camera
        stage, mode = self._stage, self._comparing.mode
        if stage.other is not None:  # neither date of the pair alone
            return ()
        if mode == "side":
            width /= 2
        centre = np.asarray(camera.center[-2:])
        half = np.array([height, width]) / 2 / camera.zoom
        (top, left), (bottom, right) = centre - half, centre + half
        if mode == "swipe":
            edge = float(np.clip(self._comparing.edge_m, left, right))
            return (self._view("before", top, left, bottom, edge), self._view("after", top, edge, bottom, right))
        after = stage.after is not None and stage.after.visible
        if mode == "one" and not (after or stage.before.visible):
            return ()
        return (self._view("both" if mode != "one" else "after" if after else "before", top, left, bottom, right),)

    def looked(self) -> Looked:
        """Return what was looked at of this pair, by all whose work the analyst may see."""
        glances = self._review.project.glances(self._ground.before, self._ground.after)
        mine = self._review.analyst
        return looked(self._ground, [one for one in glances if not self._review.blind or one.analyst == mine])

    def toggle(self) -> None:
        """Hatch the ground that was not looked at, or take the hatching away."""
        if self._stage.hatched:
            self._stage.hatch(None)
            return
        self.keep()
        self._stage.hatch(self.hatching())

    def hatching(self) -> tuple[NDArray[np.uint8], float]:
        """Return (rows, columns, 4), lines where the ground was not looked at, and a pixel's side in scene pixels."""
        found = self.looked()
        fine = max(1, min(FINE, MOST_PX // max(found.valid.shape)))
        hidden = np.kron(found.tiles() | ~found.valid, np.ones((fine, fine), dtype=bool))
        rows, columns = np.ogrid[: hidden.shape[0], : hidden.shape[1]]
        lines = (rows + columns) % (2 * fine) < max(1, fine // 4)
        image = np.where(lines[..., None], np.array(LINE, dtype=np.uint8), np.array(BETWEEN, dtype=np.uint8))
        image[hidden] = 0
        return image, found.tile_px / fine

    def words(self) -> str:
        """Return how much of the area was looked at, in a sentence."""
        found, mine = self.looked(), self._review.analyst
        both, one = found.share({mine}), found.share_on_one(mine)
        dates = "" if self._stage.shown.after is None else " on both dates"
        words = f"You looked at {both:.0%} of the area{dates}, at native zoom or closer"
        half = f"; at {one - both:.0%} more on one date alone" if one - both >= 0.005 else ""
        others = "" if set(found.by) <= {mine} else f"; all analysts together at {found.share():.0%}"
        return f"{words}{half}{others}."

    def _view(self, shown: str, top: float, left: float, bottom: float, right: float) -> View:
        (x0, y0), (x1, y1) = self._stage.frame.pixels([(top, left), (bottom, right)]).round(1).tolist()
        scale = float(self._viewer.scene.camera.zoom * min(self._stage.frame.grid.gsd_m))
        return View(shown, x0, y0, x1, y1, round(scale, 4))
