"""`depotwatch bench`: the figures of BENCHMARKS.md, measured again on this machine."""

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
) -> None:
    """Print benchmarks as Markdown; takes minutes."""
    if what == "detect":
        from ...annotate.bench.detect import bench_detect

        print(bench_detect(progress=show_progress).to_text())
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
