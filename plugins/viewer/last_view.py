"""How an analyst last looked at a project: kept with it, so that the next opening begins where this one ended."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from ...labels.project import Project
from .comparing import Mode
from .session import Session


@dataclass(frozen=True)
class LastView:
    """
    One state of the window.

    Parameters
    ----------
    shown
        Id of the comparison on the canvas, or of the single scene.
    place
        Id of the selected annotation.
    centre
        Of the canvas, (y, x) metres from the scene's own origin.
    zoom
        Screen pixels a metre.
    mode
        How the dates are seen.
    after, change_map, outlines
        Whether each is visible.
    percents
        Of the stretch.
    layout
        Of the docks, as Qt writes it, in base 64; empty where there is no window.
    records
        Whether claims, counts and series are open.
    page
        Title of the page of the dock that is open below the queue; empty where there is no window.
    edge_m
        Where the curtain's edge hangs, metres from the left; None where there is no curtain.
    """

    shown: str
    place: str | None
    centre: tuple[float, float]
    zoom: float
    mode: Mode
    after: bool
    change_map: bool
    outlines: bool
    percents: tuple[float, float]
    layout: str = ""
    records: bool = True
    page: str = ""
    edge_m: float | None = None

    @classmethod
    def of(cls, session: Session, layout: str = "", records: bool = True, page: str = "") -> "LastView | None":
        """Return how a session is seen now; None while nothing is on its canvas."""
        stage, comparing, camera = session.stage, session.comparing, session.viewer.scene.camera
        if stage is None or comparing is None:
            return None
        current, (y, x) = session.review.current, camera.center[-2:]
        return cls(
            stage.shown.before_id if stage.shown.comparison is None else stage.shown.comparison.id,
            None if current is None else current.id,
            (float(y), float(x)),
            float(camera.zoom),
            comparing.mode,
            stage.after is not None and bool(stage.after.visible),
            stage.map_on,
            stage.outlines_on,
            stage.percents,
            layout,
            records,
            page,
            comparing.edge_m if comparing.mode == "swipe" else None,
        )

    def show_on(self, session: Session) -> None:
        """Look at a session's canvas as it was looked at, where it shows the same scenes."""
        stage, comparing, now = session.stage, session.comparing, LastView.of(session)
        if stage is None or comparing is None or now is None or now.shown != self.shown:
            return
        if self.place in {one.id for one in session.queue()} and self.place is not None:
            session.review.select(self.place)
        if self.percents != stage.percents:
            stage.restretch(*self.percents)
        if stage.after is not None:
            session.compare_by(self.mode, toggle=False)
        if stage.after is not None and comparing.mode == "one":
            stage.after.visible = self.after
        stage.show_map(self.change_map)
        if self.outlines != stage.outlines_on:
            stage.toggle_outlines()
        session.viewer.scene.camera.zoom = self.zoom
        session.viewer.scene.camera.center = (0.0, *self.centre)
        if self.edge_m is not None:
            comparing.move_to(self.edge_m)
        if self.page:
            session.open_page(self.page)

    def keep(self, project: Project, analyst: str) -> None:
        """Write it into the project."""
        project.set_preference(_key(analyst), json.dumps(asdict(self)))


def last_view(project: Project, analyst: str) -> LastView | None:
    """Return how an analyst last saw a project; None where that is not known, or another version wrote it."""
    kept = project.preference(_key(analyst))
    try:
        return None if kept is None else LastView(**_tuples(json.loads(kept)))
    except (TypeError, ValueError):
        return None


def _key(analyst: str) -> str:
    return f"view of {analyst}"


def _tuples(value: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(one) if isinstance(one, list) else one for name, one in value.items()}
