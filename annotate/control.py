"""A third date with no event before it, as the control of a comparison."""

from collections.abc import Callable

from ..imagery.bands import same_bands
from ..imagery.errors import RegistrationError, UnlikeScenesError
from ..imagery.levels import require_alike
from ..imagery.metadata import ReadOptions
from ..imagery.normalise import normalise
from ..imagery.register import register
from ..imagery.scene import Scene, ScenePair


def control_options(before: ReadOptions) -> ReadOptions:
    """Return how to read a control, of the same sensor as the before scene: date, sun and view are its own."""
    return ReadOptions(gsd_m=before.gsd_m, sensor=before.sensor, level=before.level)


def control_pair(
    before: Scene, control: Scene, accept_residual: bool = False, cancelled: Callable[[], bool] = lambda: False
) -> ScenePair:
    """
    Return the before scene and its control, registered and normalised as the pair is.

    Raises
    ------
    NoOverlapError
        If the two share no ground.
    UnlikeScenesError, RegistrationError
        If they cannot be compared.
    """
    try:
        require_alike(before.acquisition, control.acquisition)
        return normalise(register(*same_bands(before, control), accept_residual, cancelled))
    except (UnlikeScenesError, RegistrationError) as error:
        raise type(error)(f"The control cannot be used: {error}") from error
