"""Stepping through the dates of a site: another date in the place of the after one, under the same stretch. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass

from ...imagery.scene import Scene
from ...labels.records import SceneRecord
from ..errors import ViewerError
from .caption import date_words
from .stage import Stage

HELD = 6  # scenes kept in memory


@dataclass(frozen=True, eq=False)
class Dated:
    """A scene of the series as it is shown; `laid` is True where a comparison laid it on the before scene."""

    record: SceneRecord
    scene: Scene
    laid: bool


class Dates:
    """
    The dates of a stage's site.

    Parameters
    ----------
    stage
        With its scenes on the canvas.
    records
        Dated scenes, oldest first; the stage's own are among them where they are dated.
    say
        Called with a sentence, and whether something is wrong.

    Notes
    -----
    The session sets `fetch(record)`, which reads a scene and gives it to `put`, and `seen()`, called when another date
    is on the canvas.
    """

    def __init__(self, stage: Stage, records: tuple[SceneRecord, ...], say: Callable[[str, bool], None]) -> None:
        self._stage, self.records, self._say = stage, records, say
        self._held: dict[str, Dated] = {}
        self._wanted: str | None = None
        self._other: str | None = None
        self.fetch: Callable[[SceneRecord], None] = lambda _record: None
        self.seen: Callable[[], None] = lambda: None

    @property
    def current(self) -> str:
        """Id of the scene that is seen, the after one where both are."""
        shown, after = self._stage.shown, self._stage.after
        if after is None or not (after.visible or self._stage.both):
            return shown.before_id
        return self._other or shown.after_id or shown.before_id

    def step(self, by: int) -> None:
        """
        Go to a later date, or an earlier one with a negative number; with both dates seen, past the before one.

        Raises
        ------
        ViewerError
            If there is no such date.
        """
        ids = [one.id for one in self.records]
        wanted = self._wanted or self.current
        at = ids.index(wanted) + by if wanted in ids else 0
        if self._stage.both and 0 <= at < len(ids) and ids[at] == self._stage.shown.before_id:
            at += by
        if len(ids) < 2 or not 0 <= at < len(ids):
            end = "last" if by > 0 else "first"
            few = "There is no other dated scene of this ground in the project; compare or detect one more."
            raise ViewerError(few if len(ids) < 2 else f"This is the {end} of {len(ids)} dates.")
        self.go(ids[at])

    def go(self, scene_id: str) -> None:
        """Show the date of a scene of the series."""
        shown = self._stage.shown
        self._wanted = None
        if scene_id == shown.before_id and not self._stage.both:
            self._stage.see_before()
            self.seen()
        elif scene_id == shown.after_id:
            self._other = None
            self._stage.show_other(None, "")
            self.seen()
        elif scene_id in self._held:
            self._show(self._held[scene_id])
        else:
            record = next(one for one in self.records if one.id == scene_id)
            self._wanted = scene_id
            self._say(f"Reading {record.name}, {date_words(record.time)}…", False)
            self.fetch(record)

    def put(self, dated: Dated) -> None:
        """Take a scene that was read; it is shown if it is still the one that is wanted."""
        self._held[dated.record.id] = dated
        while len(self._held) > HELD:
            del self._held[next(iter(self._held))]
        if self._wanted in (None, dated.record.id):
            self._show(dated)

    def failed(self, sentence: str) -> None:
        """Say why a scene could not be read, and stay where one was."""
        self._wanted = None
        self._say(sentence, True)

    def _show(self, dated: Dated) -> None:
        self._wanted, self._other = None, dated.record.id
        number = 1 + [one.id for one in self.records].index(dated.record.id)
        self._stage.show_other(dated.scene, f"date {number} of {len(self.records)}")
        how = "laid on the before date as it was compared" if dated.laid else "where its own georeference puts it"
        self._say(f"{date_words(dated.record.time)}: {number} of {len(self.records)} dates, {how}.", False)
        self.seen()
