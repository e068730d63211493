"""What one comparison shows: its scenes on one grid, and its change map."""

from dataclasses import dataclass

from ...imagery.change import Choice
from ...imagery.scene import ChangeMap, Scene
from ...labels.records import Annotation, Comparison


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
