"""Windows of a pair straight from its files: the after scene resampled once, nothing held but the window."""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .errors import CancelledError
from .grid import Grid
from .normalise import Normalisation
from .register.place import Warp
from .register.placing import Placing, Window
from .sample import sampled
from .scene import Registration, Scene, ScenePair
from .scene_file import SceneFile


@dataclass(frozen=True, eq=False)
class FilePair:
    """
    Two opened scenes and how the after one lies on the before grid.

    Parameters
    ----------
    before, after
        Opened.
    registration
        From whole grid to whole grid.
    normalisation
        Applied to what is resampled, on the way; None leaves the after scene in its own units.
    """

    before: SceneFile
    after: SceneFile
    registration: Registration
    normalisation: Normalisation | None = None

    @property
    def grid(self) -> Grid:
        """The before grid."""
        return self.before.grid

    def window(self, window: Window) -> ScenePair:
        """Read and resample rows and columns of the before grid; slices with start and stop."""
        return self._resampled(window, *self._read(window))

    def normalised(self, windows: Sequence[ScenePair]) -> list[ScenePair]:
        """Return windows that were read before there was a normalisation, normalised."""
        return [window if self.normalisation is None else self.normalisation(window) for window in windows]

    def sample(self) -> list[ScenePair]:
        """Return what there is to learn from: the whole, or windows spread evenly over a large scene."""
        return sampled(self.grid.shape, self.window)

    def bands(
        self, rows: int, margin_px: int, cancelled: Callable[[], bool] = lambda: False
    ) -> Generator[tuple[slice, ScenePair, slice]]:
        """
        Go through the before grid in bands of rows, the next of which is read while one is worked on.

        Parameters
        ----------
        rows
            Rows a band.
        margin_px
            Rows more above and below, as far as there are any.
        cancelled
            Asked before each band.

        Yields
        ------
        (rows, pair, inside)
            Rows of the before grid, the window with its margin, and the rows of the window that they are.

        Raises
        ------
        CancelledError
            If `cancelled` said so.
        """
        height, width = self.grid.shape
        spans = [slice(top, min(top + rows, height)) for top in range(0, height, rows)]
        wide = [slice(max(0, span.start - margin_px), min(height, span.stop + margin_px)) for span in spans]
        with ThreadPoolExecutor(1) as reader:
            coming = reader.submit(self._read, (wide[0], slice(0, width)))
            for at, span in enumerate(spans):
                if cancelled():
                    raise CancelledError("The change map was cancelled; nothing was written.")
                read = coming.result()
                if at + 1 < len(spans):
                    coming = reader.submit(self._read, (wide[at + 1], slice(0, width)))
                pair = self._resampled((wide[at], slice(0, width)), *read)
                del read  # what is held while the band is worked on counts
                yield span, pair, slice(span.start - wide[at].start, span.stop - wide[at].start)
                del pair

    @cached_property
    def _placing(self) -> Placing:
        warp = Warp(self.registration.model, self.registration.local)
        return Placing(self.before.grid, self.after.grid, warp)

    def _read(self, window: Window) -> tuple[Scene, Scene | None, Window | None]:
        rows, columns = window
        before = self.before.read(rows.start, rows.stop, columns.start, columns.stop)
        needed = self._placing.needed(window)
        if needed is None:
            return before, None, None
        down, across = needed
        return before, self.after.read(down.start, down.stop, across.start, across.stop), needed

    def _resampled(self, window: Window, before: Scene, after: Scene | None, needed: Window | None) -> ScenePair:
        if after is None or needed is None:
            shape = (len(self.after.bands), *before.grid.shape)
            pixels, mask = np.zeros(shape, dtype=np.float32), np.zeros(before.grid.shape, dtype=bool)
            empty = replace(before, pixels=pixels, mask=mask, bands=self.after.bands)
            return ScenePair(before, replace(empty, acquisition=self.after.acquisition), self.registration)
        origin = needed[0].start, needed[1].start
        line = None if self.normalisation is None else (self.normalisation.gain, self.normalisation.offset)
        pixels, mask = self._placing.resampled(after.pixels, after.mask, origin, window, line)
        return ScenePair(before, replace(after, grid=before.grid, pixels=pixels, mask=mask), self.registration)
