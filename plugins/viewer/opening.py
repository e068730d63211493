"""From files to pixels and projects: the slow parts, as work for a `Job`."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ...annotate.remember import reopen
from ...imagery.change import score_change
from ...imagery.errors import CancelledError, ImageryError
from ...imagery.formats import open_raster
from ...imagery.metadata import ReadOptions, acquisition_of
from ...imagery.normalise import normalise
from ...imagery.register import register
from ...imagery.scene import Scene
from ...labels.project import Project
from ...labels.records import Comparison
from ..errors import ViewerError
from .request import PairRequest
from .shown import Shown
from .worker import Cancelled, Progress

UNNAMED = "unnamed"  # a comparison is the machine's work; the review asks for a name
SAMPLE_SEED = 1


def loading(path: Path, wanted: str | None) -> Callable[[Progress, Cancelled], Shown]:
    """
    Return the work that loads what a comparison shows: reads, registers and scores again, and stores nothing.

    Parameters
    ----------
    path
        The project.
    wanted
        Id of a comparison, or of a scene that is looked at alone; None for the first scene.
    """

    def work(progress: Progress, cancelled: Cancelled) -> Shown:
        with Project.open(path, read_only=True) as project:
            comparison = next((one for one in project.comparisons() if one.id == wanted), None)
            records = tuple(one for one in project.scenes() if wanted in (None, one.id))[:1]
            if comparison is not None:
                records = (project.scene(comparison.before), project.scene(comparison.after))
        if not records:
            raise ViewerError(f"{path.name} holds no scene, so there is nothing to look at; compare two images first.")
        scenes = []
        for number, record in enumerate(records):
            progress(number, 4, f"reading {record.name}")
            scenes.append(reopen(record, path.parent))
        if comparison is None:
            return Shown(scenes[0], records[0].id)
        return _pair(records[0].id, records[1].id, scenes[0], scenes[1], comparison, progress, cancelled)

    return work


def _pair(
    before_id: str,
    after_id: str,
    before: Scene,
    after: Scene,
    comparison: Comparison,
    progress: Progress,
    cancelled: Cancelled,
) -> Shown:
    unregistered = Shown(before, before_id, after, after_id, None, comparison)
    if comparison.refused is not None:
        return unregistered
    try:
        progress(2, 4, "registering")
        pair = register(before, after, bool(comparison.settings.get("accept_residual")), cancelled)
        progress(3, 4, "change map")
        change = score_change(normalise(pair), comparison.method or "auto")
    except CancelledError:
        raise
    except ImageryError as error:
        return replace(unregistered, note=f"The two dates are shown as they lie, without a change map: {error}")
    return Shown(before, before_id, pair.after, after_id, change, comparison)


def acquired(file: Path) -> str:
    """Return the time that a file's own tags give, ISO 8601; empty where there is none."""
    with open_raster(file) as dataset:
        tags = {key.upper(): value for key, value in dataset.tags().items()}
    return acquisition_of(tags, (), ReadOptions(), file.name).time or ""


def comparing(request: PairRequest) -> Callable[[Progress, Cancelled], Path]:
    """Return the work that compares two images in a project beside them, and returns the project's path."""

    def work(progress: Progress, cancelled: Cancelled) -> Path:
        from ...annotate.compare import Settings, compare

        settings = Settings(
            analyst=UNNAMED,
            before=ReadOptions(time=request.before_date or None, gsd_m=request.gsd_m),
            after=ReadOptions(time=request.after_date or None, gsd_m=request.gsd_m),
        )
        path = _project_beside(request)
        compare(request.before, request.after, path, settings, progress, cancelled)
        return path

    return work


def _project_beside(request: PairRequest) -> Path:
    """Return before_after.gpkg in the folder of the before image, or in a temporary one where that is read-only."""
    name = f"{request.before.stem}_{request.after.stem}.gpkg"
    folder = request.before.absolute().parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return folder / name
    except OSError:
        return Path(tempfile.mkdtemp(prefix="depotwatch-")) / name


def rendering() -> Callable[[Progress, Cancelled], Path]:
    """Return the work that renders and compares the embedded case in a temporary folder."""

    def work(progress: Progress, _cancelled: Cancelled) -> Path:
        from ...annotate.case import make_demo

        return make_demo(Path(tempfile.mkdtemp(prefix="depotwatch-synthetic-")), SAMPLE_SEED, progress=progress).project

    return work
