"""A stored comparison run again with another method or threshold: a new comparison, of the same two scenes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely import Polygon

from ..labels.project import Project
from ..labels.records import Comparison, SceneRecord
from .compare import Progress, Result, Settings, compare
from .errors import AnnotateError
from .remember import options_of, require_unchanged


def rerun(
    project: Path,
    comparison_id: str,
    analyst: str,
    method: str,
    threshold: float | None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Result:
    """
    Compare the scenes of a stored comparison again, and keep what comes of it beside the old one.

    The candidates are matched to what was kept before, so that verdicts stay.

    Parameters
    ----------
    project
        Path of the project; it may be open elsewhere.
    comparison_id
        Of two scenes.
    analyst
        In whose name the run is journalled.
    method
        Change method, or "auto".
    threshold
        In units of the method's statistic; None for the one that the pair's null gives.
    progress, cancelled
        As for `compare`.

    Raises
    ------
    AnnotateError
        If a scene's file was moved or changed, or the comparison cannot be repeated from the project alone; then
        nothing is kept.
    ImageryError
        As from `compare`.
    """
    with Project.open(project, read_only=True) as store:
        old = store.comparison(comparison_id)
        scenes = {one.id: one for one in store.scenes()}
    if old.after is None:
        raise AnnotateError("This comparison is of one scene alone, which has no change map; choose one of two dates.")
    before, after, folder = scenes[old.before], scenes[old.after], project.parent
    control = _control(old, scenes, folder)
    first, second = (require_unchanged(scene, folder) for scene in (before, after))
    settings = settings_of(old, before, after, control, analyst, method, threshold)
    return compare(first, second, project, settings, progress, cancelled)


def area_of(comparison: Comparison) -> Polygon | None:
    """Return the area that a comparison was limited to, EPSG:4326; None for the whole of its scenes."""
    wkt = comparison.settings.get("area")
    area = shapely.from_wkt(str(wkt)) if wkt else None
    return area if isinstance(area, Polygon) else None


def settings_of(
    old: Comparison,
    before: SceneRecord,
    after: SceneRecord | None,
    control: str | None,
    analyst: str,
    method: str,
    threshold: float | None,
) -> Settings:
    """Return what was chosen for a stored comparison, with another method or threshold where one is meant."""
    kept: Mapping[str, Any] = old.settings
    kinds = kept.get("kinds")
    return Settings(
        site=old.site,
        area=area_of(old),
        method=method,
        threshold=threshold,
        kinds=None if kinds is None else tuple(kinds),
        analyst=analyst,
        accept_residual=bool(kept.get("accept_residual")),
        before=options_of(before),
        after=options_of(before if after is None else after),
        control=control,
        own_kinds=kept.get("own_kinds", {}),
        vessel_length_m=kept.get("vessel_length_m"),
        read_as=(kept.get("before", {}), kept.get("after", {})),
    )


def _control(old: Comparison, scenes: Mapping[str, SceneRecord], folder: Path) -> str | None:
    """Return where the control lies; it is known where it is a scene of the project as well."""
    wanted = old.settings.get("control")
    if wanted is None:
        return None
    if wanted not in scenes:
        raise AnnotateError(
            "This comparison used a control that the project does not hold; use depotwatch compare with --control "
            "and --threshold."
        )
    return require_unchanged(scenes[str(wanted)], folder)
