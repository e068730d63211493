"""Registration, start to end: first guesses, the ladder from each, the gates, the one resampling."""

from collections.abc import Callable, Iterator

import numpy as np

from ..errors import CancelledError, NoOverlapError, RegistrationError
from ..grid import Grid
from ..scene import Registration, Residual, Scene, ScenePair
from .coarse import coarse_shift
from .evidence import objection
from .fit import Fit
from .ladder import Views, climb
from .place import FIELD_STEP_PX, Warp, identity, related, require_overlap
from .resampling import moved_image, resample
from .residual import misregistration, p95
from .structure import Image, structure

MAX_RESIDUAL_PX = 0.5  # p95; above it a pixel difference shows edges, not change
COARSE_SIDE_PX = 512


def register(
    before: Scene,
    after: Scene,
    accept_residual: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> ScenePair:
    """
    Bring the after scene onto the before grid.

    Parameters
    ----------
    before
        The reference; never resampled.
    after
        Any grid that shares ground with it; without georeference, of any shift and about the same orientation.
    accept_residual
        Go on although the residual is above `MAX_RESIDUAL_PX`, or although nothing could be measured but the two are
        georeferenced or of one shape (then as their publisher placed them, residual NaN); the result says so.
    cancelled
        Asked between the rungs.

    Raises
    ------
    NoOverlapError
        If the scenes share no ground.
    RegistrationError
        If no rung finds a shift that can be believed, or the held-out residual is too large.
    CancelledError
        If `cancelled` said so.
    """
    require_overlap(before.grid, after.grid)
    views = Views.of(before, after)
    best: tuple[Fit, Warp] | None = None
    reason = "no shift stands out"
    for start in _starts(views):
        if cancelled():
            raise CancelledError("Registration was cancelled; nothing was written.")
        found = climb(views, start)
        if found is None:
            continue
        doubt = objection(found[0], *views.structures(found[1], 0)[:2])
        if doubt is not None:
            reason = doubt
        elif best is None or p95(found[0]) < p95(best[0]):
            best = found
        if best is not None and p95(best[0]) <= MAX_RESIDUAL_PX:
            break
    if best is not None:
        return _pair(before, after, best[1], _residual(best[0], before.grid), accept_residual)
    if accept_residual and _placed(before.grid, after.grid):
        unknown = Residual(np.nan, np.nan, np.nan, np.nan, 0)
        return _pair(before, after, Warp(identity()), unknown, accept_residual)
    raise RegistrationError(
        f"The two scenes could not be registered ({reason}), so a difference would show misregistration; "
        "choose scenes that look more alike, or place them with --gcp."
    )


def registered(before: Scene, after: Scene, registration: Registration) -> ScenePair:
    """Lay the after scene on the before grid as it was laid before; both must be the windows that were registered."""
    return ScenePair(before, resample(after, before.grid, Warp(registration.model, registration.local)), registration)


def _placed(before: Grid, after: Grid) -> bool:
    """Whether the publisher says where the two lie: by georeference, or by handing out two images of one shape."""
    return related(before, after) or before.shape == after.shape


def _starts(views: Views) -> Iterator[Warp]:
    """First guesses, from the cheapest."""
    if _placed(views.grid, views.after_grid):
        yield Warp(identity())
    searched = _from_image_search(views)
    if searched is not None:
        yield searched


def _from_image_search(views: Views) -> Warp | None:
    """Search the whole after image, at reduced size, both at one pixel size."""
    halvings = max(0, int(np.ceil(np.log2(max(*views.grid.shape, *views.after_grid.shape) / COARSE_SIDE_PX))))
    halvings = min(halvings, len(views.before) - 1, len(views.after) - 1)
    target = views.grid if related(views.grid, views.after_grid) else _at_pixel_of(views.grid, views.after_grid)
    moved, row, column = moved_image(views.after, views.after_grid, target, Warp(identity()), halvings)
    shift = coarse_shift(*(Image(structure(image), image.mask) for image in (views.before[halvings], moved)))
    if shift is None:
        return None
    model = identity()
    model[:, 2] = (np.array(shift) + np.array([column, row])) * 2**halvings
    return Warp(model)


def _at_pixel_of(before: Grid, after: Grid) -> Grid:
    """Return the whole after image at the before scene's pixel size."""
    rows, columns = (int(size * a / b) for size, a, b in zip(after.shape, after.gsd_m, before.gsd_m, strict=True))
    return Grid.without_crs((rows, columns), *before.gsd_m)


def _residual(fit: Fit, grid: Grid) -> Residual:
    distance = misregistration(fit)
    median, worst = float(np.median(distance)), float(np.percentile(distance, 95))
    return Residual(median, worst, median * grid.mean_gsd_m, worst * grid.mean_gsd_m, len(fit.ties))


def _pair(before: Scene, after: Scene, warp: Warp, residual: Residual, accept_residual: bool) -> ScenePair:
    good = residual.p95_px <= MAX_RESIDUAL_PX
    if not good and not accept_residual:
        raise RegistrationError(
            f"The misregistration left is {residual.p95_px:.2f} px (p95 of {residual.points} held-out points; "
            f"at most {MAX_RESIDUAL_PX} is allowed), so a difference would show edges; "
            "choose a scene of like season and view, or pass --accept-residual."
        )
    moved = resample(after, before.grid, warp)
    if not (moved.mask & before.mask).any():
        raise NoOverlapError("After registration the two scenes share no valid pixel; choose scenes of one place.")
    centre = np.array([[before.grid.shape[1] / 2, before.grid.shape[0] / 2]]) - 0.5
    across, down = (centre - warp(centre))[0]
    east, north = before.grid.jacobian_m @ [across, down]
    registration = Registration(
        model=warp.model,
        shift_px=(float(down), float(across)),
        shift_m=(float(-north), float(east)),
        residual=residual,
        accepted=not good,
        local=warp.local,
        local_step_px=FIELD_STEP_PX,
    )
    return ScenePair(before, moved, registration)
