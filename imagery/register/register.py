"""Registration, start to end: first guesses, the ladder from each, the gates, the one resampling."""

from collections.abc import Callable, Iterator

import numpy as np

from ..errors import CancelledError, NoOverlapError, RegistrationError
from ..grid import Grid
from ..scene import Registration, Residual, Scene, ScenePair
from ..scene_file import SceneFile
from .evidence import objection
from .fit import Fit
from .ladder import GOOD_PX, climb
from .place import FIELD_STEP_PX, Warp, identity, related, require_overlap
from .resampling import resample
from .residual import misregistration, p95
from .sampled import SampledViews, windows_first, windows_only
from .views import Views, WholeViews, sizes_of

MAX_RESIDUAL_PX = 0.5  # p95; above it a pixel difference shows edges, not change


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
        Any grid that shares ground with it; without georeference, of any shift, turned by
        up to 6° and scaled by up to 3 %.
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
    views = WholeViews.of(before, after)
    warp, residual = settled(views, accept_residual, cancelled)
    moved = resample(after, before.grid, warp)
    if not (moved.mask & before.mask).any():
        raise NoOverlapError("After registration the two scenes share no valid pixel; choose scenes of one place.")
    return ScenePair(before, moved, _registration(before.grid, warp, residual))


def register_files(
    before: SceneFile,
    after: SceneFile,
    accept_residual: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Registration:
    """
    Measure how the after scene lies on the before grid, and resample nothing.

    Scenes of up to 4 million pixels are looked at as `register` does, with the same result; larger ones through one
    band of windows spread over the before scene, and, up to 16 million pixels, whole where these leave more than
    `GOOD_PX`: only so a local field is followed, or a far shift without georeference found.

    Parameters
    ----------
    before, after, accept_residual, cancelled
        As for `register`.

    Raises
    ------
    UnreadableSceneError
        If a window cannot be decoded.
    NoOverlapError, RegistrationError, CancelledError
        As `register` does.
    """
    require_overlap(before.grid, after.grid)
    if windows_first(before, after):
        try:
            warp, residual = settled(SampledViews(before, after), accept_residual, cancelled)
        except RegistrationError:
            if windows_only(before, after):
                raise
        else:
            if residual.p95_px <= GOOD_PX or windows_only(before, after):
                return _registration(before.grid, warp, residual)
    views = WholeViews(sizes_of(before.read_whole()), sizes_of(after.read_whole()), before.grid, after.grid)
    return _registration(before.grid, *settled(views, accept_residual, cancelled))


def settled(views: Views, accept_residual: bool, cancelled: Callable[[], bool]) -> tuple[Warp, Residual]:
    """Climb from each first guess until one is good; refuse what cannot be believed."""
    best: tuple[Fit, Warp] | None = None
    reason = "no shift stands out"
    for start in _starts(views):
        if cancelled():
            raise CancelledError("Registration was cancelled; nothing was written.")
        near = views.near(start)
        found = climb(near, start)
        if found is None:
            continue
        doubt = objection(found[0], near.parts(found[1], 0))
        if doubt is not None:
            reason = doubt
        elif best is None or p95(found[0]) < p95(best[0]):
            best = found
        if best is not None and p95(best[0]) <= MAX_RESIDUAL_PX:
            break
    if best is not None:
        return best[1], _residual_left(best[0], views.grid, accept_residual)
    if accept_residual and _placed(views.grid, views.after_grid):
        return Warp(identity()), Residual(np.nan, np.nan, np.nan, np.nan, 0)
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
    yield from views.search()


def _residual_left(fit: Fit, grid: Grid, accept_residual: bool) -> Residual:
    distance = misregistration(fit)
    median, worst = float(np.median(distance)), float(np.percentile(distance, 95))
    if worst > MAX_RESIDUAL_PX and not accept_residual:
        raise RegistrationError(
            f"The misregistration left is {worst:.2f} px (p95 of {len(fit.ties)} held-out points; "
            f"at most {MAX_RESIDUAL_PX} is allowed), so a difference would show edges; "
            "choose a scene of like season and view, or pass --accept-residual."
        )
    return Residual(median, worst, median * grid.mean_gsd_m, worst * grid.mean_gsd_m, len(fit.ties))


def _registration(grid: Grid, warp: Warp, residual: Residual) -> Registration:
    centre = np.array([[grid.shape[1] / 2, grid.shape[0] / 2]]) - 0.5
    across, down = (centre - warp(centre))[0]
    east, north = grid.jacobian_m @ [across, down]
    return Registration(
        model=warp.model,
        shift_px=(float(down), float(across)),
        shift_m=(float(-north), float(east)),
        residual=residual,
        accepted=not residual.p95_px <= MAX_RESIDUAL_PX,
        local=warp.local,
        local_step_px=FIELD_STEP_PX,
    )
