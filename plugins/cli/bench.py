"""`depotwatch bench`: the figures of BENCHMARKS.md, measured again on this machine."""

import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ViewerError
from .progress import show_progress
from .review import viewer_hindrance

if TYPE_CHECKING:
    from ...annotate.bench.detecting import Asked


def bench(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="detect (pits, stacks, vessels, cars), count (intervals), pixels (maps), explain (what else a "
            "candidate may be), learning (whether verdicts improve the order), project (what a commit costs), fetch "
            "(what finding and fetching imagery cost) or review (what the window costs).",
        ),
    ],
    pairs: Annotated[
        Path | None,
        typer.Option(
            "--pairs",
            metavar="FOLDER",
            help="Real pairs: folders of before.tif, after.tif, meta.json and, where labelled, truth.tif.",
        ),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Cases rendered elsewhere, of detect: a folder each of before.tif, after.tif and truth.json.",
        ),
    ] = None,
    work: Annotated[
        Path | None,
        typer.Option(
            "--work",
            metavar="FOLDER",
            help="Where large synthetic scenes are made and kept, 2 to 4 GB; of project, the disk to be measured.",
        ),
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option(
            "--part",
            metavar="NAME",
            help="Only this part; may be given often. Of detect: cases, alone, shuffle, ground, cost. Of pixels: "
            "registering, maps, null, scenes.",
        ),
    ] = None,
    seeds: Annotated[
        str | None,
        typer.Option(
            metavar="FIRST-LAST", help="Cases of detect; 101-140 if left out, which nothing is built or tuned on."
        ),
    ] = None,
    gsd: Annotated[
        list[float] | None, typer.Option(metavar="M", help="Only this pixel size of detect; may be given often.")
    ] = None,
    processes: Annotated[int, typer.Option(metavar="N", min=1, help="Comparisons at a time, of detect.")] = 2,
) -> None:
    """Print benchmarks as Markdown; takes minutes."""
    if what == "count":
        _count(seeds, gsd)
        return
    if what not in ("detect", "pixels", "explain", "learning", "project", "fetch", "review"):
        raise typer.BadParameter(
            f"{what!r} is no benchmark; choose detect, count, pixels, explain, learning, project, fetch or review."
        )
    if pairs is not None and not pairs.is_dir():
        raise typer.BadParameter(f"--pairs {pairs} is not a folder; name one that holds a folder a pair.")
    if cases is not None and not cases.is_dir():
        raise typer.BadParameter(f"--cases {cases} is not a folder; name one that holds a folder a case.")
    if what in ("explain", "learning"):
        _judged(what, pairs, seeds, gsd)
        return
    with tempfile.TemporaryDirectory(prefix="depotwatch-bench-") as folder:
        place = work or Path(folder)
        if what == "project":
            sections = _stored(place)
        elif what == "fetch":
            sections = _fetching(place)
        elif what == "review":
            sections = _review(place)
        elif what == "pixels":
            sections = _pixels(pairs, place, part)
        else:
            asked = _asked(place, pairs, cases, seeds, gsd, processes)
            sections = _detect(asked, ["cases"] if cases is not None and part is None else part)
        for section in sections:
            print(section, flush=True)


def _count(seeds: str | None, gsd: list[float] | None) -> None:
    from ...annotate.bench.reviewed import GSD_M, SEEDS, bench_reviewed, to_text

    for size in gsd or (GSD_M,):
        counted, seconds = bench_reviewed(_seeds(seeds) if seeds else SEEDS, size, progress=show_progress)
        print(f"{size:g} m per pixel: {to_text(counted, seconds)}\n", flush=True)


def _stored(work: Path) -> Iterator[str]:
    from ...annotate.bench.stored import bench_stored, to_text

    work.mkdir(parents=True, exist_ok=True)
    yield to_text(bench_stored(work, progress=show_progress))


def _fetching(work: Path) -> Iterator[str]:
    from ...annotate.bench.fetching import bench_fetching, to_text

    yield to_text(bench_fetching(work, progress=show_progress))


def _review(work: Path) -> Iterator[str]:
    hindrance = viewer_hindrance()
    if hindrance is not None:
        raise ViewerError(hindrance)
    from ..viewer.bench.review import bench_review

    return bench_review(work, progress=show_progress)


def _judged(what: str, pairs: Path | None, seeds: str | None, gsd: list[float] | None) -> None:
    """Print a benchmark of candidates whose truth is known."""
    given: dict[str, Any] = {} if seeds is None else {"seeds": _seeds(seeds)}
    given |= {"gsds": tuple(gsd)} if gsd else {}
    if what == "explain":
        from ...annotate.bench import explaining

        print(explaining.to_text(list(explaining.bench_explaining(pairs, **given))))
        return
    from ...annotate.bench import learning

    print(learning.to_text(list(learning.bench_learning(pairs, **given))))


def _pixels(pairs: Path | None, work: Path, part: list[str] | None) -> Iterator[str]:
    from ...annotate.bench.pixels import PARTS, bench_pixels

    return bench_pixels(pairs, work, _known(part, PARTS), show_progress)


def _asked(
    work: Path,
    pairs: Path | None,
    cases: Path | None,
    seeds: str | None,
    gsd: list[float] | None,
    processes: int,
) -> "Asked":
    from ...annotate.bench.detecting import Asked

    usual = Asked(work)
    sizes = tuple(gsd or usual.gsds)
    if any(not 0.25 <= size <= 10 for size in sizes):
        raise typer.BadParameter(f"--gsd {min(sizes):g} … {max(sizes):g}: use 0.25 to 10 m per pixel.")
    chosen = usual.seeds if seeds is None else _seeds(seeds)
    return Asked(work, pairs, cases, chosen, sizes, processes, show_progress)


def _detect(asked: "Asked", part: list[str] | None) -> Iterator[str]:
    from ...annotate.bench.detecting import PARTS, bench_detecting

    return bench_detecting(asked, _known(part, PARTS))


def _known(part: list[str] | None, parts: Iterable[str]) -> tuple[str, ...]:
    known = tuple(parts)
    for name in part or ():
        if name not in known:
            raise typer.BadParameter(f"--part {name!r} is not known; choose from {', '.join(known)}.")
    return tuple(part or ())


def _seeds(words: str) -> tuple[int, ...]:
    """Return the seeds of "7" or "101-140"."""
    match = re.fullmatch(r"(\d+)(?:-(\d+))?", words)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if last < first:
        raise typer.BadParameter(f"--seeds {words!r}: use a number or two with a dash, such as 101-140.")
    return tuple(range(first, last + 1))
