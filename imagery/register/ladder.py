"""The rungs between a first guess and a fit at full resolution: ties on ever larger images, on ever freer models."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..grid import Grid
from ..scene import Scene
from .basis import TREND_SPREAD_PX, Rung
from .fit import Fit, collocate
from .place import Warp
from .resampling import moved_image
from .residual import p95
from .structure import Image, brightness, pyramid, structure
from .ties import Ties, measure

WINDOWS_PX = (64, 32, 24, 48)  # in the order they are tried at full resolution
WINDOWS_ACROSS = 3.5  # at least so many of a size must stand side by side, or nothing could be held out
COARSE_WINDOW_PX = 32
COARSE_WINDOWS = 150
SMALLEST_PX = 64  # a smaller image holds no windows
MIN_TIES = 6
MIN_AFFINE_TIES = 24
MIN_FIELD_TIES = 40
GOOD_PX = 0.25  # p95; below it no further window size and no local field is tried
AFFINE_BETTER = 0.9  # a freer rung must lower the held-out residual at least so far
FIELD_BETTER = 0.8
MAX_DEFORMATION = 0.02  # scale, shear or rotation beyond this is a wrong match, not a sensor


@dataclass(frozen=True, eq=False)
class Views:
    """Brightness of both scenes at all sizes, and their grids."""

    before: tuple[Image, ...]
    after: tuple[Image, ...]
    grid: Grid
    after_grid: Grid

    @classmethod
    def of(cls, before: Scene, after: Scene) -> "Views":
        """Look at two scenes."""
        looks = [pyramid(brightness(scene), SMALLEST_PX) for scene in (before, after)]
        return cls(looks[0], looks[1], before.grid, after.grid)

    def structures(self, warp: Warp, halvings: int) -> tuple[Image, Image, int, int]:
        """Return both structures where the after scene falls on the before grid, and their first row and column."""
        moved, row, column = moved_image(self.after, self.after_grid, self.grid, warp, halvings)
        whole = self.before[halvings]
        part = (slice(row, row + moved.shape[0]), slice(column, column + moved.shape[1]))
        both = whole.mask[part] & moved.mask
        fixed, moving = (structure(Image(values, both)) for values in (whole.values[part], moved.values))
        return Image(fixed, both), Image(moving, both), row, column

    def ties(self, warp: Warp, halvings: int, sizes: tuple[int, ...], limit: int = 400) -> Iterator[Ties]:
        """Measure ties after a warp; their shifts are those of the whole way, warp included."""
        fixed, moving, row, column = self.structures(warp, halvings)
        for size in sizes:
            if size > COARSE_WINDOW_PX and size * WINDOWS_ACROSS > min(fixed.shape):
                continue
            ties = measure(fixed, moving, size, limit).enlarged(2.0**halvings, column, row)
            if len(ties) >= MIN_TIES:
                yield ties.after(warp)


def climb(views: Views, warp: Warp) -> tuple[Fit, Warp] | None:
    """
    Follow ties from the smallest image to the largest.

    Returns
    -------
    (fit, warp) or None
        The fit at full resolution and its warp; None where too few windows agree.
    """
    shape = views.grid.shape
    for halvings in range(min(len(views.before), 4) - 1, 0, -1):
        for ties in views.ties(warp, halvings, (COARSE_WINDOW_PX,), COARSE_WINDOWS):
            warp = _rigid(ties).warp(shape)
    for ties in views.ties(warp, 0, (64, 32), COARSE_WINDOWS):
        warp = _rigid(ties).warp(shape)
        break
    best = _best_fit(views, warp)
    if best is not None and best.rung.range_px:
        best = _best_fit(views, best.warp(shape), best) or best
    return None if best is None else (best, best.warp(shape))


def _best_fit(views: Views, warp: Warp, known: Fit | None = None) -> Fit | None:
    """Fit at full resolution with the windows, and the rung, that leave least; with a known fit's, measured again."""
    best: Fit | None = None
    if known is not None:
        for ties in views.ties(warp, 0, (int(known.ties.window_px),)):
            again = collocate(ties, known.rung)
            best = again if p95(again) < p95(known) else known
        return best
    for ties in views.ties(warp, 0, WINDOWS_PX):
        fit = _rigid(ties)
        if p95(fit) > GOOD_PX and len(ties) >= MIN_FIELD_TIES:
            fit = _bent(fit)
        if best is None or p95(fit) < p95(best):
            best = fit
        if p95(best) <= GOOD_PX:
            break
    return best


def _rigid(ties: Ties) -> Fit:
    """Fit a translation, or an affine where that is better on held-out ties and no wild deformation."""
    rigid = collocate(ties, Rung(0))
    if len(ties) < MIN_AFFINE_TIES:
        return rigid
    free = collocate(ties, Rung(1))
    bend = abs(free.coefficients[1:3]).max() * TREND_SPREAD_PX / free.basis.scale_px
    return free if bend < MAX_DEFORMATION and free.usual < AFFINE_BETTER * rigid.usual else rigid


def _bent(fit: Fit) -> Fit:
    """Add a local field where that is better on held-out ties; its range is the one that leaves least."""
    ranges = [fit.ties.window_px * times for times in (2.0, 4.0, 8.0)]
    fields = [collocate(fit.ties, Rung(1, range_px)) for range_px in ranges]
    field = min(fields, key=p95)
    return field if p95(field) < FIELD_BETTER * p95(fit) else fit
