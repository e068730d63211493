"""Whether counts hold the truth: rendered pairs with implants, and analysts who reviewed none, some or all of it."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...imagery.synthetic import Case, TruthObject, render_case, write_case
from ...labels.project import Project
from ...labels.records import Candidate, Verdict
from ..compare import Settings, compare
from ..count import CountRow, count
from ..one_to_one import one_to_one
from .scoring import LEVEL, wilson

SEEDS = tuple(range(1, 41))
GSD_M, EXTENT_M = 1.0, 300.0
IMPLANTS = 20
REVIEWED = (0.0, 0.3, 1.0)  # shares of the proposals that the simulated analysts judged, strongest first
KINDS = ("storage-pit", "container-stack")
ANALYST = "simulated"

Render = Callable[[int, float, float], Case]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """
    One kind in one pair, counted by one analyst.

    Parameters
    ----------
    seed, kind, reviewed
        Of the case; name of the kind; share of the proposals judged.
    truth
        How many changed: pits, or containers.
    low, best, high
        As counted; `high` None where open.
    """

    seed: int
    kind: str
    reviewed: float
    truth: int
    low: int
    best: int
    high: int | None

    @property
    def held(self) -> bool:
        """Whether the interval holds the truth."""
        return self.low <= self.truth and (self.high is None or self.truth <= self.high)

    @property
    def score(self) -> float | None:
        """Interval score: width, and 2 / (1 - level) for every one outside (Gneiting and Raftery 2007, JASA 102)."""
        if self.high is None:
            return None
        outside = max(self.low - self.truth, 0) + max(self.truth - self.high, 0)
        return self.high - self.low + 2 / (1 - LEVEL) * outside


def bench_reviewed(
    seeds: Sequence[int] = SEEDS,
    gsd_m: float = GSD_M,
    extent_m: float = EXTENT_M,
    implants: int = IMPLANTS,
    render: Render = render_case,
    progress: Callable[[float, float, str], None] | None = None,
) -> tuple[tuple[Reviewed, ...], float]:
    """
    Compare rendered pairs with implants, let analysts judge them by the truth, and count.

    Parameters
    ----------
    seeds, gsd_m, extent_m
        Of the cases.
    implants
        Of each kind in each pair; 0 measures the stated prior instead.
    render
        What makes a case of (seed, pixel size, side).
    progress
        Called with (done, total, what).

    Returns
    -------
    tuple
        One row a pair, kind and analyst, and the seconds all of it took.
    """
    started, found = time.perf_counter(), list[Reviewed]()
    for done, seed in enumerate(seeds):
        if progress is not None:
            progress(done, len(seeds), f"seed {seed}")
        found += count_case(render(seed, gsd_m, extent_m), seed, implants)
    if progress is not None:
        progress(len(seeds), len(seeds), "done")
    return tuple(found), time.perf_counter() - started


def count_case(case: Case, seed: int, implants: int) -> list[Reviewed]:
    """Compare one case, and count it as each analyst would."""
    with tempfile.TemporaryDirectory(prefix="depotwatch-bench-") as folder:
        before, after, _ = write_case(case, Path(folder))
        path = Path(folder) / "bench.gpkg"
        result = compare(before, after, path, Settings(implants=implants, kinds=KINDS))
        found = []
        for share in REVIEWED:
            with Project.open(path) as project:
                for kind in KINDS:
                    _judge(project, [one for one in result.candidates if one.kind == kind], case.truth, share)
                rows = {row.kind: row for row in count(project)}
            found += [row for kind in KINDS if (row := _counted(rows.get(kind), case, seed, kind, share)) is not None]
    return found


def to_text(found: Sequence[Reviewed], seconds: float) -> str:
    """Return a line a kind and analyst: coverage with its Wilson interval, interval score and bias, as Markdown."""
    pairs = len({one.seed for one in found})
    lines = [
        f"{pairs} rendered pairs; intervals at {LEVEL:.0%}; {seconds:.0f} s.",
        "",
        "| kind | reviewed | n | coverage (Wilson) | interval score | width | truth | best | open |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for kind in (*KINDS, "all"):
        for share in REVIEWED:
            rows = [one for one in found if one.reviewed == share and kind in (one.kind, "all")]
            if rows:
                lines.append(_line(kind, share, rows))
    return "\n".join(lines)


def _line(kind: str, share: float, rows: Sequence[Reviewed]) -> str:
    low, best, high = wilson(sum(one.held for one in rows), len(rows))
    closed = [one for one in rows if one.high is not None]
    scores = [one.score for one in closed if one.score is not None]
    widths = [one.high - one.low for one in closed if one.high is not None]
    truth, told = _mean([one.truth for one in rows]), _mean([one.best for one in rows])
    return (
        f"| {kind} | {share:.0%} | {len(rows)} | {best:.2f} ({low:.2f}–{high:.2f}) | {_mean(scores)} | "
        f"{_mean(widths)} | {truth} | {told} | {len(rows) - len(closed)} |"
    )


def _mean(values: Sequence[float]) -> str:
    return f"{sum(values) / len(values):.1f}" if values else "–"


def _judge(project: Project, candidates: Sequence[Candidate], truth: Sequence[TruthObject], share: float) -> None:
    """Judge the strongest share of one kind's proposals by the truth."""
    if not candidates:
        return
    changed = _changed(truth, candidates[0].kind)
    right = {row for row, _ in one_to_one([(one.change, one.shape.pixels) for one in candidates], changed)}
    order = sorted(range(len(candidates)), key=lambda index: -candidates[index].score)
    for index in order[: round(share * len(candidates))]:
        value = "accepted" if index in right else "rejected"
        reason = None if index in right else "other"
        project.put_verdict(Verdict(candidates[index].annotation, ANALYST, value, reason, "", "2031-01-01T00:00:00Z"))


def _counted(row: CountRow | None, case: Case, seed: int, kind: str, share: float) -> Reviewed | None:
    if row is None or row.estimate is None:
        return None
    changed = _changed(case.truth, kind)
    truth = sum(thing.boxes or 0 for thing in changed) if kind == "container-stack" else len(changed)
    return Reviewed(seed, kind, share, truth, row.estimate.low, row.estimate.best, row.estimate.high)


def _changed(truth: Sequence[TruthObject], kind: str) -> list[TruthObject]:
    return [thing for thing in truth if thing.kind == kind and thing.change != "persisted"]
