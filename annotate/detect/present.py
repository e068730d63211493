"""What is there on one date: detectors of one scene, one kind a file."""

from collections.abc import Callable, Mapping

from ...imagery.scene import Scene
from ..kinds import Kind, built_in
from ..testable import Testability
from .arbitration import arbitrate
from .detection import Cancelled, Detection, Progress, raise_if
from .rail.present import rail_cars
from .sized.present import sized_present
from .stack.standing_stack import standing_stacks
from .vessel.vessel import vessels

Finder = Callable[[Scene, Kind, Testability, Cancelled | None], list[Detection]]

PRESENT: Mapping[str, Finder] = {"vessel": vessels, "container-stack": standing_stacks, "rail-car": rail_cars}


def present(
    scene: Scene,
    kinds: Mapping[str, Kind],
    testability: Mapping[str, Testability],
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> list[Detection]:
    """
    Find what is there on one date, one kind a place, strongest first.

    Parameters
    ----------
    scene
        As read.
    kinds
        Kinds asked for; only those of `PRESENT` and the user's own are searched.
    testability
        What this scene can show of each; a kind that is missing or not to be detected is left out.
    progress
        Called with steps done, steps in all, and the step's name.
    cancelled
        Asked often; True stops the work.

    Raises
    ------
    CancelledError
        If `cancelled` says so.
    """
    finders = {**PRESENT, **{name: sized_present for name in kinds if name not in built_in()}}
    steps = [name for name in finders if name in kinds and name in testability and testability[name].detect]
    found: list[Detection] = []
    for done, name in enumerate(steps):
        if progress is not None:
            progress(done, len(steps), name)
        raise_if(cancelled)
        found.extend(finders[name](scene, kinds[name], testability[name], cancelled))
    if progress is not None:
        progress(len(steps), len(steps), "detected")
    return arbitrate(found, [])
