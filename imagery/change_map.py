"""A change map of two scenes of any size, in two passes: what is learned from a sample, and the map band by band."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import rasterio

from .bands import same_bands
from .blocks import FilePair
from .change import METHODS, Scorer, learn
from .components import ObjectCounter
from .errors import CancelledError, NoOverlapError, RegistrationError, UnlikeScenesError
from .formats import CACHE_BYTES
from .levels import require_alike
from .normalise import learn_normalisation
from .null import MIN_OBJECT_PX
from .register import register_files
from .register.spline import TILE_ROWS
from .scene import Registration, ScenePair
from .scene_file import SceneFile
from .write import MapWriter, rounded, tags_of

log = logging.getLogger("depotwatch")

Progress = Callable[[int, int, str], None]
BAND_PX = 800_000  # pixels worked on together: what is held is a few dozen bytes for each


@dataclass(frozen=True)
class MapReport:
    """
    What a change map was made with, and what is in it.

    Parameters
    ----------
    method, method_reason
        Name of the change method, and why it was chosen.
    explanation
        Where its threshold comes from.
    registration
        How the after scene lies on the before grid.
    valid_fraction
        Share of the before scene that has a score.
    expected_false_alarms_per_km2
        At the threshold.
    objects
        Connected groups of at least `null.MIN_OBJECT_PX` pixels above the threshold.
    seconds
        A stage each, and "total".
    """

    method: str
    method_reason: str
    explanation: str
    registration: Registration
    valid_fraction: float
    expected_false_alarms_per_km2: float
    objects: int
    seconds: dict[str, float]


def map_change(
    before: SceneFile,
    after: SceneFile,
    path: Path,
    method: str = "auto",
    accept_residual: bool = False,
    progress: Progress = lambda done, total, what: None,
    cancelled: Callable[[], bool] = lambda: False,
    band_rows: int | None = None,
    control: SceneFile | None = None,
) -> MapReport:
    """
    Write the change map of two scenes.

    Parameters
    ----------
    before, after
        Opened.
    path
        The map: a cloud-optimised GeoTIFF, see `write.MapWriter`.
    method
        A name of `change.METHODS`, or "auto".
    accept_residual
        See `register`.
    progress, cancelled
        Called and asked between bands of rows.
    band_rows
        Rows worked on together; None chooses by width. The map is the same to rounding.
    control
        Of a date with no event between it and the before scene: the null is counted on the two.

    Raises
    ------
    ImageryError
        If a scene cannot be read, the two cannot be compared, the map cannot be written, or `cancelled` said so;
        then there is no map, or the old one as it was.
    """
    clock = _Clock()
    with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES):
        progress(0, 1, "register")
        with clock("register"):
            pair = _registered(before, after, accept_residual, cancelled)
            still = [] if control is None else _control(before, control, accept_residual, cancelled)
        with pair.before, pair.after:
            progress(0, 1, "learn")
            with clock("read"):
                sample = _sample(pair, cancelled)
            with clock("normalise"):
                pair = replace(pair, normalisation=learn_normalisation(sample))
            with clock("score"):
                scorer = learn(pair.normalised(sample), method, still)
                log.info("%s; %s", scorer.choice.name, scorer.null.explanation)
                del sample
            tags = tags_of(scorer.choice.name, scorer.expected_false_alarms_per_km2)
            with MapWriter(path, pair.grid, tags) as writer:
                with clock("score"):
                    rows = band_rows or max(1, BAND_PX // (TILE_ROWS * pair.grid.shape[1])) * TILE_ROWS
                    valid, objects = _score(pair, scorer, writer, rows, progress, cancelled)
                with clock("save"):
                    writer.finish()
    return MapReport(
        scorer.choice.name,
        scorer.choice.reason,
        scorer.null.explanation,
        pair.registration,
        valid / (pair.grid.shape[0] * pair.grid.shape[1]),
        scorer.expected_false_alarms_per_km2,
        objects,
        clock.seconds(),
    )


def _registered(before: SceneFile, after: SceneFile, accept_residual: bool, cancelled: Callable[[], bool]) -> FilePair:
    require_alike(before.acquisition, after.acquisition)
    before, after = same_bands(before, after)
    registration = register_files(before, after, accept_residual, cancelled)
    log.info("moved %.2f, %.2f px; residual p95 %.2f px", *registration.shift_px, registration.residual.p95_px)
    return FilePair(before, after, registration)


def _control(
    before: SceneFile, control: SceneFile, accept_residual: bool, cancelled: Callable[[], bool]
) -> list[ScenePair]:
    """Return normalised windows of the before scene and its control."""
    try:
        pair = _registered(before, control, accept_residual, cancelled)
    except (UnlikeScenesError, RegistrationError) as error:
        raise type(error)(f"The control cannot be used: {error}") from error
    with pair.before, pair.after:
        sample = _sample(pair, cancelled)
    return replace(pair, normalisation=learn_normalisation(sample)).normalised(sample)


def _sample(pair: FilePair, cancelled: Callable[[], bool]) -> list[ScenePair]:
    if cancelled():
        raise CancelledError("The change map was cancelled; nothing was written.")
    sample = pair.sample()
    if not any(window.valid.any() for window in sample):
        raise NoOverlapError("After registration the two scenes share no valid pixel; choose scenes of one place.")
    return sample


def _score(
    pair: FilePair,
    scorer: Scorer,
    writer: MapWriter,
    rows: int,
    progress: Progress,
    cancelled: Callable[[], bool],
) -> tuple[int, int]:
    """Go through the pair once; return how many pixels are valid, and how many objects stand above the threshold."""
    counter, valid = ObjectCounter(0.5, MIN_OBJECT_PX), 0
    with closing(pair.bands(rows, METHODS[scorer.choice.name].reach_px, cancelled)) as bands:  # before its files close
        for span, window, inside in bands:
            score = rounded(scorer(window).score[inside])
            del window  # before the next one is made
            valid += int((score >= 0).sum())
            counter.add(score)
            writer.write(score)
            progress(span.stop, pair.grid.shape[0], "score")
    return valid, counter.objects


class _Clock:
    """A log line and a stopwatch a stage."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = {}
        self._start = perf_counter()

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        if stage not in self._spent:
            log.info("%s", stage)
        start = perf_counter()
        yield
        self._spent[stage] = self._spent.get(stage, 0.0) + perf_counter() - start

    def seconds(self) -> dict[str, float]:
        return {**self._spent, "total": perf_counter() - self._start}
