"""From files to pixels and projects: the slow parts, as work for a `Job`."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ...annotate.exports import format_of
from ...annotate.reading.planting import Bed, blended, change_of
from ...annotate.reading.planting_round import Begun, bed_of, begun, planting_of, running_on
from ...annotate.reading.probing import new_seed
from ...annotate.registered import registration_of
from ...annotate.remember import options_of, path_of, reopen
from ...annotate.rerun import area_of, rerun
from ...annotate.standing import Standing, what_stands
from ...imagery.bands import same_bands
from ...imagery.change import choose, score_change
from ...imagery.errors import CancelledError, MethodError
from ...imagery.facts import joined
from ...imagery.metadata import ReadOptions
from ...imagery.normalise import normalise
from ...imagery.products import product_of
from ...imagery.register import registered
from ...imagery.scene import ChangeMap, Scene, ScenePair
from ...imagery.scene_file import AFTER_MARGIN_PX, open_scene
from ...labels.export import export
from ...labels.project import Project
from ...labels.records import Comparison, SceneRecord, Site
from ..errors import ViewerError
from .dates import Dated
from .reader import MOST_PX
from .request import PairRequest
from .shown import Shown
from .worker import Cancelled, Progress

UNNAMED = "unnamed"  # a comparison is the machine's work; the review asks for a name
SAMPLE_SEED = 1
LARGE = "This scene is large, so it is read where you look, and not held against the hash that the project keeps of it."


def loading(path: Path, wanted: str | None, analyst: str = "") -> Callable[[Progress, Cancelled], Shown]:
    """
    Return the work that loads what a comparison shows, but for its map (`mapping`): reads, and stores nothing.

    Parameters
    ----------
    path
        The project.
    wanted
        Id of a comparison, or of a scene that is looked at alone; None for the first scene.
    analyst
        Whose round of planted things is shown, where one runs; its change map is then there at once.
    """

    def work(progress: Progress, cancelled: Cancelled) -> Shown:
        with Project.open(path, read_only=True) as project:
            comparison = next((one for one in project.comparisons() if one.id == wanted), None)
            records = tuple(one for one in project.scenes() if wanted in (None, one.id))[:1]
            if comparison is not None:
                records = tuple(project.scene(one) for one in (comparison.before, comparison.after) if one is not None)
            running = None if comparison is None else running_on(project, comparison, analyst)
            standing = None if running is None else what_stands(project)
        if not records:
            raise ViewerError(f"{path.name} holds no scene, so there is nothing to look at; compare two images first.")
        if comparison is None or comparison.after is None:
            progress(0, 1, f"reading {records[0].name}")
            return _alone(records[0], path.parent, comparison)
        shown, *read = _pair(comparison, records[0], records[1], path.parent, progress, cancelled)
        if running is None or standing is None or not shown.awaits_map:
            return shown
        shown = mapping(shown)(progress, cancelled)
        bed = _bed(standing, shown, *read)
        if bed is None:
            return shown
        pair = blended(bed, planting_of(running))
        change = replace(change_of(bed, pair), reason=bed.change.reason)
        return replace(shown, before=pair.before, after=pair.after, change=change, planted=True)

    return work


def _alone(record: SceneRecord, folder: Path, comparison: Comparison | None) -> Shown:
    """Return what one scene shows: of a large one an overview, and its file, to be read where it is looked at."""
    area = None if comparison is None else area_of(comparison)
    file = open_scene(path_of(record, folder), options_of(record), area)
    if file.grid.shape[0] * file.grid.shape[1] <= MOST_PX:
        return Shown(reopen(record, folder, area), record.id, comparison=comparison)
    overview = replace(file.read(step=file.steps[-1]), sha256=record.id)
    return Shown(overview, record.id, comparison=comparison, note=LARGE, large=file)


def planting(path: Path, comparison_id: str, analyst: str, asked: int) -> Callable[[Progress, Cancelled], Begun]:
    """Return the work that plants things in a pair, and finds which of them a comparison would propose."""

    def work(progress: Progress, cancelled: Cancelled) -> Begun:
        with Project.open(path, read_only=True) as project:
            comparison, standing = project.comparison(comparison_id), what_stands(project)
            before, after = (project.scene(one) for one in (comparison.before, comparison.after or comparison.before))
        shown, *read = _pair(comparison, before, after, path.parent, progress, cancelled)
        bed = _bed(standing, mapping(shown)(progress, cancelled), *read) if shown.awaits_map else None
        if bed is None:
            raise ViewerError("Nothing can be planted here: this needs two dates that were compared.")
        progress(2, 3, "planting, and searching as the comparison did")
        return begun(bed, comparison, analyst, asked, new_seed(), cancelled)

    return work


def _pair(
    comparison: Comparison,
    before: SceneRecord,
    after: SceneRecord,
    folder: Path,
    progress: Progress,
    cancelled: Cancelled,
) -> tuple[Shown, Scene, Scene]:
    """Return what a pair shows, without its change map, and the two scenes as they were before they were laid."""
    area = area_of(comparison)
    progress(0, 2, f"reading {before.name}")
    first = reopen(before, folder, area)
    _stop_if(cancelled)
    progress(1, 2, f"reading {after.name}")
    second = reopen(after, folder, area, AFTER_MARGIN_PX)
    if comparison.registration is None:
        return Shown(first, before.id, second, after.id, None, comparison), first, second
    _stop_if(cancelled)
    registration = registration_of(comparison.registration)
    if comparison.refused is not None or comparison.threshold is None:
        laid = registered(first, second, registration).after
        return Shown(first, before.id, laid, after.id, None, comparison), first, second
    first, second = same_bands(first, second)
    pair = registered(first, second, registration)
    return Shown(pair.before, before.id, pair.after, after.id, None, comparison), first, second


def mapping(shown: Shown) -> Callable[[Progress, Cancelled], Shown]:
    """Return the work that gives what is shown its change map, which takes longer than all the rest."""

    def work(_progress: Progress, _cancelled: Cancelled) -> Shown:
        comparison, pair = _pair_of(shown)
        try:
            change = score_change(normalise(pair), comparison.method or "auto")
        except MethodError as error:  # of a comparison that another version of depotwatch made
            return replace(shown, note=f"The two dates are shown without a change map: {error}")
        if comparison.threshold is not None:
            change = change.at(comparison.threshold, comparison.false_alarms_per_km2 or 0.0)
        choice = choose(pair)
        if comparison.settings.get("method") == "auto":
            change = replace(change, reason=choice.reason)
        return replace(shown, change=change, choice=choice)

    return work


def _pair_of(shown: Shown) -> tuple[Comparison, ScenePair]:
    comparison, after = shown.comparison, shown.after
    if comparison is None or comparison.registration is None or after is None:
        raise ViewerError("A change map needs two registered dates; choose a comparison of such.")
    return comparison, ScenePair(shown.before, after, registration_of(comparison.registration))


def _bed(standing: Standing, shown: Shown, first: Scene, second: Scene) -> Bed | None:
    """Return what things can be planted in; None where the pair has no change map."""
    comparison = shown.comparison
    if comparison is None or comparison.registration is None or shown.change is None:
        return None
    return bed_of(standing, comparison, first, second, registration_of(comparison.registration), shown.change)


def dating(path: Path, shown: Shown, record: SceneRecord) -> Callable[[Progress, Cancelled], Dated]:
    """Return the work that reads another date of the ground that is shown, laid as a comparison laid it if one did."""

    def work(_progress: Progress, _cancelled: Cancelled) -> Dated:
        with Project.open(path, read_only=True) as project:
            runs = [
                one for one in project.latest_comparisons() if (one.before, one.after) == (shown.before_id, record.id)
            ]
        area = None if shown.comparison is None else area_of(shown.comparison)
        scene = reopen(record, path.parent, area, AFTER_MARGIN_PX)
        kept = runs[0].registration if runs else None
        if kept is None:
            return Dated(record, scene, laid=False)
        return Dated(record, registered(*same_bands(shown.before, scene), registration_of(kept)).after, laid=True)

    return work


def trying(shown: Shown, method: str) -> Callable[[Progress, Cancelled], ChangeMap]:
    """Return the work that scores a pair that is shown by another change method; it stores nothing."""

    def work(_progress: Progress, _cancelled: Cancelled) -> ChangeMap:
        _, pair = _pair_of(shown)
        return score_change(normalise(pair), method)

    return work


def again(
    path: Path, comparison: str, analyst: str, method: str, threshold: float | None
) -> Callable[[Progress, Cancelled], Shown]:
    """Return the work that compares once more with a method and a threshold, see `rerun`, and loads what came of it."""

    def work(progress: Progress, cancelled: Cancelled) -> Shown:
        kept = rerun(path, comparison, analyst, method, threshold, progress, cancelled)
        return loading(path, kept.comparison.id, analyst)(progress, lambda: False)  # it is kept now, so it is shown

    return work


def _stop_if(cancelled: Cancelled) -> None:
    if cancelled():
        raise CancelledError("Stopped; nothing was changed.")


def acquired(file: Path) -> str:
    """Return the time that a scene's own files give, ISO 8601; empty where there is none."""
    return joined(product_of(file).facts).time or ""


def comparing(request: PairRequest) -> Callable[[Progress, Cancelled], Path]:
    """Return the work that compares two images in a project beside them, and returns the project's path."""

    def work(progress: Progress, cancelled: Cancelled) -> Path:
        from ...annotate.compare import Settings, compare

        settings = Settings(
            area=request.area,
            analyst=UNNAMED,
            before=ReadOptions(time=request.before_date or None, gsd_m=request.gsd_m, gcp=request.gcp),
            after=ReadOptions(time=request.after_date or None, gsd_m=request.gsd_m, gcp=request.gcp),
        )
        path = request.project or _project_beside(request)
        compare(request.before, request.after, path, settings, progress, cancelled)
        if request.site is not None:
            _keep_site(path, request.site)
        return path

    return work


def _keep_site(path: Path, site: Site) -> None:
    """Have a project know a site, so that claims about it meet what is seen there."""
    with Project.open(path) as project:
        if site.id not in {one.id for one in project.sites()}:
            with project.transaction():
                project.put_site(site)
                project.append(UNNAMED, "site add", {"sites": [site.id]})


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


def exporting(project: Path, file: Path, analyst: str) -> Callable[[Progress, Cancelled], str]:
    """Return the work that writes the places of a project to a file, in the format of its ending."""

    def work(progress: Progress, cancelled: Cancelled) -> str:
        format = format_of(file)
        progress(0, 0, f"writing {file.name}")
        with Project.open(project) as kept:
            _stop_if(cancelled)
            written = export(kept, file, format, analyst)
        return " ".join((f"Wrote {written.labels} places to {file}.", *written.said))

    return work
