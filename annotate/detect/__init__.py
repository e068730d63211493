"""Detectors, one kind a file: from a registered, normalised pair and its change map to detections."""

from collections.abc import Callable, Mapping

from ...imagery.scene import ChangeMap, ScenePair
from ..kinds import Kind, built_in
from ..testable import Testability
from .arbitration import arbitrate
from .detection import Cancelled, Detection, Progress, calibrated, raise_if
from .explain.explaining import with_explanations
from .pit.storage_pit import storage_pits
from .present import PRESENT, present
from .rail.change import rail_car_changes
from .sized.change import sized_changes
from .soil.disturbed_soil import SOIL, UNKNOWN, remaining
from .stack.container_stack import container_stacks
from .vessel.change import vessel_changes

Finder = Callable[[ScenePair, ChangeMap, Kind, Testability, Cancelled | None], list[Detection]]

__all__ = ["LEFT_OVER", "SEARCHED", "Detection", "calibrated", "detect", "present", "searched"]

DETECTORS: Mapping[str, Finder] = {
    "storage-pit": storage_pits,
    "container-stack": container_stacks,
    "vessel": vessel_changes,
    "rail-car": rail_car_changes,
}
LEFT_OVER = frozenset({SOIL, UNKNOWN})  # by the detectors
SEARCHED = LEFT_OVER | frozenset(DETECTORS)


def searched(kind: str, alone: bool) -> bool:
    """Return True where a detector searches for a kind of this name, in a pair or on one scene alone."""
    return kind in (PRESENT if alone else SEARCHED) or kind not in built_in()


def detect(
    pair: ScenePair,
    change: ChangeMap,
    kinds: Mapping[str, Kind],
    testability: Mapping[str, Testability],
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> list[Detection]:
    """
    Find what appeared, vanished or was altered, one kind a place, strongest first, and say what else may explain it.

    Parameters
    ----------
    pair
        Registered, and the after scene normalised to the before scene's radiometry.
    change
        The change map of the pair.
    kinds
        Kinds asked for.
    testability
        What this pair can show of each; a kind that is missing or not to be detected is left out.
    progress
        Called with steps done, steps in all, and the step's name.
    cancelled
        Asked often; True stops the work.

    Raises
    ------
    GridMismatchError
        If the change map lies on another grid than the pair.
    CancelledError
        If `cancelled` says so.
    """
    pair.grid.require_same(pair.after.grid, change.grid)
    asked = {name: kind for name, kind in kinds.items() if name in testability and testability[name].detect}
    finders = {**DETECTORS, **{name: sized_changes for name in asked if name not in built_in()}}
    steps = [name for name in finders if name in asked]
    specific: list[Detection] = []
    for done, name in enumerate(steps):
        if progress is not None:
            progress(done, len(steps) + 2, name)
        raise_if(cancelled)
        specific.extend(finders[name](pair, change, asked[name], testability[name], cancelled))
    if progress is not None:
        progress(len(steps), len(steps) + 2, "other changes")
    raise_if(cancelled)
    found = arbitrate(specific, remaining(pair, change, asked))
    if progress is not None:
        progress(len(steps) + 1, len(steps) + 2, "explanations")
    found = with_explanations(pair, found, cancelled)
    if progress is not None:
        progress(len(steps) + 2, len(steps) + 2, "detected")
    return sorted(found, key=lambda one: -one.score)
