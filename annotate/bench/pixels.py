"""Everything that BENCHMARKS.md says of difference maps, section by section."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from . import calibration, full_scene, pairs, registering

Progress = Callable[[int, int, str], None]


def bench_pixels(
    pairs_folder: Path | None, work: Path, parts: tuple[str, ...] = (), progress: Progress = lambda *_: None
) -> Iterator[str]:
    """
    Measure and tell, a Markdown section at a time.

    Parameters
    ----------
    pairs_folder
        Of real pairs: folders of before.tif, after.tif, meta.json and, where labelled, truth.tif. None leaves out what
        needs them, and says so.
    work
        Where synthetic scenes are made, and kept for the next time.
    parts
        Keys of `PARTS`; none for all.
    progress
        Called with (done, total, what).
    """
    for name in parts or tuple(PARTS):
        title, tell = PARTS[name]
        yield f"## {title}\n\n{tell(pairs_folder, work, progress)}\n"


def _registering(folder: Path | None, _work: Path, _progress: Progress) -> str:
    return registering.to_text(registering.bench_registering(folder))


def _maps(folder: Path | None, _work: Path, _progress: Progress) -> str:
    return LEFT_OUT if folder is None else pairs.to_text(list(pairs.bench_pairs(folder)))


def _null(folder: Path | None, _work: Path, _progress: Progress) -> str:
    return LEFT_OUT if folder is None else calibration.to_text(list(calibration.bench_calibration(folder)))


def _scenes(_folder: Path | None, work: Path, progress: Progress) -> str:
    return full_scene.to_text(full_scene.bench_full_scene(work, progress=progress))


LEFT_OUT = "Left out: it needs a folder of real pairs (--pairs)."
PARTS: Mapping[str, tuple[str, Callable[[Path | None, Path, Progress], str]]] = {
    "registering": ("Registration against known truth", _registering),
    "maps": ("Real pairs", _maps),
    "null": ("False alarms, observed and predicted", _null),
    "scenes": ("Full scenes", _scenes),
}
