"""Drawings that were not ended: kept with the project at every click, so that Escape and a crash lose none."""

import json
from dataclasses import asdict, dataclass

from ...labels.project import Project

KEPT = 9  # drawings of one analyst; older ones make room


@dataclass(frozen=True)
class Left:
    """
    A drawing as it was left.

    Parameters
    ----------
    purpose
        As `Drawing.start` knows it.
    scene
        Id of the scene it was drawn on.
    rings
        (column, row) of that scene: the clicks, or the outline and the holes of a place that is edited.
    redrawn
        Id of the place that gets the outline; None for a new one.
    """

    purpose: str
    scene: str
    rings: tuple[tuple[tuple[float, float], ...], ...]
    redrawn: str | None = None


class Shelf:
    """
    What one analyst left unended in a project.

    Parameters
    ----------
    project
        Open for writing.
    analyst
        Whose drawings.
    """

    def __init__(self, project: Project, analyst: str) -> None:
        self._project = project
        self._key = f"unended drawings of {analyst}"

    def hold(self, drawing_id: str, left: Left) -> None:
        """Keep a drawing as it is now, as the latest one."""
        kept = self._read()
        kept.pop(drawing_id, None)
        kept[drawing_id] = left
        self._write(dict(list(kept.items())[-KEPT:]))

    def drop(self, drawing_id: str) -> None:
        """Forget a drawing: it was ended, or everything was taken back."""
        kept = self._read()
        if kept.pop(drawing_id, None) is not None:
            self._write(kept)

    def latest(self, scene: str) -> tuple[str, Left] | None:
        """Return the drawing on a scene that was left last, with its id, or None."""
        mine = [(drawing_id, left) for drawing_id, left in self._read().items() if left.scene == scene]
        return mine[-1] if mine else None

    def _read(self) -> dict[str, Left]:
        kept = json.loads(self._project.preference(self._key) or "{}")
        return {
            drawing_id: Left(
                one["purpose"],
                one["scene"],
                tuple(tuple((x, y) for x, y in ring) for ring in one["rings"]),
                one["redrawn"],
            )
            for drawing_id, one in kept.items()
        }

    def _write(self, kept: dict[str, Left]) -> None:
        self._project.set_preference(self._key, json.dumps({one: asdict(left) for one, left in kept.items()}))
