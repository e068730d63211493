"""What of a project can be put on the canvas: its pairs and searched scenes, and the scenes in none of them. No Qt."""

from dataclasses import dataclass

from ...labels.project import Project
from ...labels.records import Annotation, Comparison, SceneRecord
from .caption import date_words


@dataclass(frozen=True)
class Offer:
    """
    What there is to show.

    Parameters
    ----------
    comparisons
        The newest of each pair of scenes, the newest of all first.
    scenes
        All of the project.
    """

    comparisons: tuple[Comparison, ...]
    scenes: tuple[SceneRecord, ...]

    @classmethod
    def of(cls, project: Project) -> "Offer":
        """Return what a project offers now."""
        latest = sorted(project.latest_comparisons(), key=lambda one: one.time, reverse=True)
        return cls(tuple(latest), tuple(project.scenes()))

    @property
    def alone(self) -> tuple[SceneRecord, ...]:
        """Scenes that no comparison holds."""
        compared = {scene for one in self.comparisons for scene in (one.before, one.after)}
        return tuple(scene for scene in self.scenes if scene.id not in compared)

    def titles(self) -> tuple[tuple[str, str], ...]:
        """Return words and id of each comparison, then of each scene alone."""
        scenes = {scene.id: scene for scene in self.scenes}
        pairs = [(_pair_words(one, scenes), one.id) for one in self.comparisons]
        return (*pairs, *((_scene_words(scene), scene.id) for scene in self.alone))

    def first(self, seen_last: str | None) -> str | None:
        """Return what was seen last, if it is still offered, else the newest comparison; None where there is none."""
        if seen_last in {shown for _, shown in self.titles()}:
            return seen_last
        return self.comparisons[0].id if self.comparisons else None

    def holding(self, annotation: Annotation) -> str:
        """Return the newest comparison that holds a place, else its scene."""
        mine = {annotation.before, annotation.after or annotation.before}
        found = (one.id for one in self.comparisons if mine <= {one.before, one.after})
        return next(found, annotation.before)


def _pair_words(comparison: Comparison, scenes: dict[str, SceneRecord]) -> str:
    before = scenes[comparison.before]
    if comparison.after is None:
        return _scene_words(before)
    return f"{date_words(before.time)} → {date_words(scenes[comparison.after].time)}"


def _scene_words(scene: SceneRecord) -> str:
    return f"{scene.name}, {date_words(scene.time)}"
