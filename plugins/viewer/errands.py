"""What one review has done in the background: other scenes, the pair once more, its change map, another date."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qtpy.QtCore import QTimer

from ...labels.records import Annotation, Comparison, SceneRecord
from . import opening
from .lane import Lane
from .offer import Offer
from .session import Session
from .shown import Shown
from .worker import Work

Run = Callable[[str, Work], None]
PAINTED_MS = 50  # by then what is shown has been painted: a map worked out beside that would hold it up


class Errands:
    """
    Errands of one session until `end`; the session asks for them by what it calls.

    Parameters
    ----------
    session
        Open.
    run
        Called with a title and the work that the review waits for.
    mapped
        Called when the change map of what is shown has come.
    """

    def __init__(self, session: Session, run: Run, mapped: Callable[[], None]) -> None:
        self._session, self._run, self._mapped = session, run, mapped
        self._map, self._date = Lane(), Lane()
        self._unmapped: Shown | None = None  # until it is painted
        session.want, session.fetch = self._show_for, self._fetch
        session.compare_again, session.plant, session.reload = self._compare_again, self._plant, self.reload

    @property
    def mapping(self) -> bool:
        """True while the change map is worked out, or about to be."""
        return self._map.busy or self._unmapped is not None

    def show(self, wanted: str) -> None:
        """Read a comparison or a scene by its id."""
        load(self._run, self._session.project.path, wanted, self._session.review.analyst)

    def reload(self) -> None:
        """Show anew what is shown, as where things were planted in it or taken away."""
        stage = self._session.stage
        if stage is not None:
            self.show(stage.shown.comparison.id if stage.shown.comparison else stage.shown.before_id)

    def work_out_map(self, shown: Shown) -> None:
        """Work out the change map of what is shown once it is painted, if it has none yet, and no other any more."""
        self._map.abandon()
        self._unmapped = shown if shown.awaits_map else None
        if self._unmapped is not None:
            QTimer.singleShot(PAINTED_MS, self._start_map)

    def end(self) -> None:
        """Stop what runs behind the review."""
        self._unmapped = None
        self._map.abandon()
        self._date.abandon()

    def _start_map(self) -> None:
        shown, self._unmapped = self._unmapped, None
        if shown is not None:
            self._map.start(opening.mapping(shown), self._add_map, lambda why: self._add_map(replace(shown, note=why)))

    def _add_map(self, shown: Shown) -> None:
        self._session.add_map(shown)
        self._mapped()

    def _show_for(self, annotation: Annotation) -> None:
        self.show(Offer.of(self._session.project).holding(annotation))

    def _compare_again(self, method: str, threshold: float | None) -> None:
        """Compare the pair that is shown once more, as a new comparison."""
        comparison = self._comparison
        if comparison is not None:
            path, analyst = self._session.project.path, self._session.review.analyst
            self._run("Comparing again", opening.again(path, comparison.id, analyst, method, threshold))

    def _plant(self, asked: int) -> None:
        """Plant things in the pair that is shown, to measure its reader."""
        comparison = self._comparison
        if comparison is not None:
            path, analyst = self._session.project.path, self._session.review.analyst
            work = opening.planting(path, comparison.id, analyst, asked)
            self._run("Planting things to measure what you find", work)

    def _fetch(self, record: SceneRecord) -> None:
        """Read another date of the site, behind the review."""
        stage, dates = self._session.stage, self._session.dates
        if stage is not None and dates is not None:
            work = opening.dating(self._session.project.path, stage.shown, record)
            self._date.start(work, dates.put, dates.failed)

    @property
    def _comparison(self) -> Comparison | None:
        return None if self._session.stage is None else self._session.stage.shown.comparison


def load(run: Run, path: Path, wanted: str | None, analyst: str) -> None:
    """Read a comparison or a scene of a project; None for whatever it has."""
    run(f"Opening {path.name}", opening.loading(path, wanted, analyst))
