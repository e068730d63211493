"""`depotwatch bench`: the figures of BENCHMARKS.md, measured again on this machine."""

import re
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from .progress import show_progress


def bench(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="detect (pits and stacks) or pixels (difference maps).")],
    pairs: Annotated[
        Path | None,
        typer.Option(
            "--pairs",
            metavar="FOLDER",
            help="Real pairs, for pixels: folders of before.tif, after.tif, meta.json and, where labelled, truth.tif.",
        ),
    ] = None,
    work: Annotated[
        Path | None,
        typer.Option("--work", metavar="FOLDER", help="Where large synthetic scenes are made and kept: 2 GB."),
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option(
            "--part", metavar="registering|maps|null|scenes", help="Only this part of pixels; may be given often."
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
    if what == "detect":
        from ...annotate.bench.detect import GSDS_M, SEEDS, bench_detect

        chosen = SEEDS if seeds is None else _seeds(seeds)
        sizes = tuple(gsd or GSDS_M)
        if any(not 0.25 <= size <= 10 for size in sizes):
            raise typer.BadParameter(f"--gsd {min(sizes):g} … {max(sizes):g}: use 0.25 to 10 m per pixel.")
        print(bench_detect(chosen, sizes, progress=show_progress, processes=processes).to_text())
        return
    if what != "pixels":
        raise typer.BadParameter(f"{what!r} is no benchmark; choose detect or pixels.")
    if pairs is not None and not pairs.is_dir():
        raise typer.BadParameter(f"--pairs {pairs} is not a folder; name one that holds a folder a pair.")
    from ...annotate.bench.pixels import PARTS, bench_pixels

    for name in part or ():
        if name not in PARTS:
            raise typer.BadParameter(f"--part {name!r} is not known; choose from {', '.join(PARTS)}.")
    with tempfile.TemporaryDirectory(prefix="depotwatch-bench-") as folder:
        for section in bench_pixels(pairs, work or Path(folder), tuple(part or ()), show_progress):
            print(section, flush=True)


def _seeds(words: str) -> tuple[int, ...]:
    """Return the seeds of "7" or "101-140"."""
    match = re.fullmatch(r"(\d+)(?:-(\d+))?", words)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if last < first:
        raise typer.BadParameter(f"--seeds {words!r}: use a number or two with a dash, such as 101-140.")
    return tuple(range(first, last + 1))
