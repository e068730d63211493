"""The rungs between a first guess and a fit at full resolution: ties on ever larger images, on ever freer models."""

from collections.abc import Iterator

from .basis import Rung
from .fit import Fit, collocate
from .place import Model, Warp
from .residual import p95
from .ties import Ties, joined, measure
from .views import Views

WINDOWS_PX = (64, 32, 24, 48)  # in the order they are tried at full resolution
WINDOWS_ACROSS = 3.5  # at least so many of a size must stand side by side, or nothing could be held out
COARSE_WINDOW_PX = 32
COARSE_WINDOWS = 150
MIN_TIES = 6
MIN_AFFINE_TIES = 24
MIN_FIELD_TIES = 40
GOOD_PX = 0.25  # p95; below it no further window size and no local field is tried
AFFINE_BETTER = 0.9  # a freer rung must lower the held-out residual at least so far
FIELD_BETTER = 0.8
MAX_DEFORMATION = 0.02  # scale, shear or rotation this far from the first guess is a wrong match, not a sensor


def ties_of(views: Views, warp: Warp, halvings: int, sizes: tuple[int, ...], limit: int = 400) -> Iterator[Ties]:
    """Measure ties after a warp, with windows of each size; their shifts are those of the whole way, warp included."""
    parts = views.parts(warp, halvings)
    for size in sizes:
        found = [
            measure(part.before, part.after, size, limit // len(parts)).enlarged(2.0**halvings, part.column, part.row)
            for part in parts
            if size <= COARSE_WINDOW_PX or size * WINDOWS_ACROSS <= min(part.before.shape)
        ]
        ties = joined(found)
        if ties is not None and len(ties) >= MIN_TIES:
            yield ties.after(warp)


def climb(views: Views, warp: Warp) -> tuple[Fit, Warp] | None:
    """
    Follow ties from the smallest image to the largest.

    Returns
    -------
    (fit, warp) or None
        The fit at full resolution and its warp; None where too few windows agree.
    """
    shape, base = views.grid.shape, warp.model
    for halvings in range(min(views.halvings, 3), 0, -1):
        for ties in ties_of(views, warp, halvings, (COARSE_WINDOW_PX,), COARSE_WINDOWS):
            warp = _rigid(ties, base).warp(shape)
    for ties in ties_of(views, warp, 0, (64, 32), COARSE_WINDOWS):
        warp = _rigid(ties, base).warp(shape)
        break
    best = _best_fit(views, warp, base)
    if best is not None and best.rung.range_px:
        best = _measured_again(views, best)
    return None if best is None else (best, best.warp(shape))


def _best_fit(views: Views, warp: Warp, base: Model) -> Fit | None:
    """Fit at full resolution with the windows, and the rung, that leave least."""
    best: Fit | None = None
    for ties in ties_of(views, warp, 0, WINDOWS_PX):
        fit = _rigid(ties, base)
        if views.dense and p95(fit) > GOOD_PX and len(ties) >= MIN_FIELD_TIES:
            fit = _bent(fit)
        if best is None or p95(fit) < p95(best):
            best = fit
        if p95(best) <= GOOD_PX:
            break
    return best


def _measured_again(views: Views, known: Fit) -> Fit:
    """Repeat a bent fit on images that it has brought together, if that leaves less."""
    for ties in ties_of(views, known.warp(views.grid.shape), 0, (int(known.ties.window_px),)):
        again = collocate(ties, known.rung, known.basis.base)
        return again if p95(again) < p95(known) else known
    return known


def _rigid(ties: Ties, base: Model) -> Fit:
    """Fit a translation, or an affine where that is better on held-out ties and no wild deformation."""
    rigid = collocate(ties, Rung(0), base)
    if len(ties) < MIN_AFFINE_TIES:
        return rigid
    free = collocate(ties, Rung(1), base)
    bend = float(abs(free.basis.bend(free.coefficients)).max())
    return free if bend < MAX_DEFORMATION and free.usual < AFFINE_BETTER * rigid.usual else rigid


def _bent(fit: Fit) -> Fit:
    """Add a local field where that is better on held-out ties; its range is the one that leaves least."""
    ranges = [fit.ties.window_px * times for times in (2.0, 4.0, 8.0)]
    fields = [collocate(fit.ties, Rung(1, range_px), fit.basis.base) for range_px in ranges]
    field = min(fields, key=p95)
    return field if p95(field) < FIELD_BETTER * p95(fit) else fit
