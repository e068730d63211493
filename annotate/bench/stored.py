"""
What one decision costs on the disk: a label, its citation and the journal's entry, committed, beside the disk itself.

A commit is on the disk when it returns, so it cannot be faster than the disk's own way of saying so: an overwrite of
8 KiB and fdatasync, measured by turns with the commits, in the same folder.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from shapely import box

from ...labels.project import Project
from ...labels.records import Annotation, Citation, Claim, SceneRecord, Shape, Source, Window

ANNOTATIONS, TURNS, WARM_UP = 10_000, 1000, 50
ALLOWED_MS = 2.0
_BLOCK = os.urandom(8192)
_TIME = "2024-01-01T00:00:00.000Z"
_sync = getattr(os, "fdatasync", os.fsync)  # not every system has the one that leaves the file's times alone

Progress = Callable[[float, float, str], None]


@dataclass(frozen=True, slots=True)
class Stored:
    """
    Seconds that each turn took, as (turns,) sequences.

    Parameters
    ----------
    synced
        The disk alone: 8 KiB overwritten, then fdatasync.
    committed
        A new label with its citation and journal entry, in one transaction.
    annotations
        In the project before the first turn.
    """

    synced: Sequence[float]
    committed: Sequence[float]
    annotations: int

    @property
    def over_ms(self) -> float:
        """How much longer than the disk's the commits' 95th percentile is, in milliseconds."""
        return _ms(self.committed, 95) - _ms(self.synced, 95)


def bench_stored(
    folder: Path, annotations: int = ANNOTATIONS, turns: int = TURNS, progress: Progress | None = None
) -> Stored:
    """
    Measure the disk and the commits by turns.

    Parameters
    ----------
    folder
        On the disk to be measured; what is written there is removed.
    annotations
        How many the project holds at first; synthetic, as all of it.
    turns
        How often each is measured.
    progress
        Called with (done, total, what).
    """
    with tempfile.TemporaryDirectory(prefix="depotwatch-stored-", dir=folder) as scratch:
        with Project.create(Path(scratch) / "stored.gpkg", title="Synthetic", synthetic=True) as project:
            _fill(project, annotations)
            with open(Path(scratch) / "block", "wb+", buffering=0) as file:
                file.write(_BLOCK)
                synced, committed = [], []
                for turn in range(WARM_UP + turns):
                    if turn % 2:  # neither always comes first: a sync soon after another one is a quick one
                        synced.append(_timed(_overwrite, file.fileno()))
                    committed.append(_timed(_decide, project, annotations + turn))
                    if not turn % 2:
                        synced.append(_timed(_overwrite, file.fileno()))
                    if progress is not None:
                        progress(turn + 1, WARM_UP + turns, "committing")
    return Stored(synced[WARM_UP:], committed[WARM_UP:], annotations)


def to_text(stored: Stored) -> str:
    """Return the figures as Markdown."""
    rows = [
        f"| {what} | {_ms(seconds, 50):.2f} | {_ms(seconds, 95):.2f} | {max(seconds) * 1e3:.2f} |"
        for what, seconds in (
            ("8 KiB overwritten + fdatasync: the disk", stored.synced),
            ("label + citation + journal entry, committed", stored.committed),
        )
    ]
    kept = "kept" if stored.over_ms <= ALLOWED_MS else "missed"
    return "\n".join(
        [
            f"{len(stored.committed)} turns on a synthetic project of {stored.annotations} annotations",
            "",
            "| milliseconds | p50 | p95 | longest |",
            "|---|---|---|---|",
            *rows,
            "",
            f"Commit p95 is {stored.over_ms:+.2f} ms from the disk's; allowed +{ALLOWED_MS:g} ms: {kept}.",
        ]
    )


def _fill(project: Project, annotations: int) -> None:
    with project.transaction():
        project.add_scene(_SCENE)
        project.put_source(
            Source("invented", {"id": "invented", "type": "report", "title": "Invented"}, synthetic=True)
        )
        nothing = (None, (), Window(None, None), "asserts", None)
        project.put_claim(Claim("invented", "invented", "Invented.", None, "none", *nothing))
        for number in range(annotations):
            project.put_annotation(_annotation(number))
        project.append("Bench", "fill", {"annotations": annotations})


def _decide(project: Project, number: int) -> None:
    annotation = _annotation(number)
    with project.transaction():
        project.put_annotation(annotation)
        project.put_citation(Citation(annotation.id, "invented", "supports", "Bench", _TIME))
        project.append("Bench", "cite", {"annotation": annotation.id, "claim": "invented"})


def _annotation(number: int) -> Annotation:
    x, y = 12.0 * (number % 100), 12.0 * (number // 100)
    degrees = 1e-4
    ground = box(x * degrees, y * degrees, (x + 8) * degrees, (y + 6) * degrees)
    shape = Shape(box(x, y, x + 8, y + 6), _SCENE.id, ground, 8.0, 6.0, 48.0, 90.0)
    born = ("storage-pit", "appeared", "unknown", shape, "machine", None, _SCENE.id, None, 0.7, None)
    return replace(Annotation(f"place-{number}", *born), note="synthetic")


def _overwrite(file: int) -> None:
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, _BLOCK)
    _sync(file)


def _timed(work: Callable[..., None], *given: object) -> float:
    start = time.perf_counter()
    work(*given)
    return time.perf_counter() - start


def _ms(seconds: Sequence[float], percentile: float) -> float:
    return float(np.percentile(seconds, percentile)) * 1e3


_SCENE = SceneRecord(
    id="synthetic",
    name="synthetic.tif",
    path="synthetic.tif",
    time=_TIME,
    sensor="optical",
    platform=None,
    level=None,
    bands=("gray",),
    height_px=1200,
    width_px=1200,
    gsd_y_m=1.0,
    gsd_x_m=1.0,
    crs="EPSG:32631",
    transform=(1.0, 0.0, 500000.0, 0.0, -1.0, 0.0),
    sun_azimuth_deg=None,
    sun_elevation_deg=None,
    sun_computed=False,
    view_off_nadir_deg=None,
    view_azimuth_deg=None,
    units=None,
    offset_applied=None,
    valid_fraction=1.0,
    credit=None,
    licence=None,
    synthetic=True,
)
