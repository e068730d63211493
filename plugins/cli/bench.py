"""`depotwatch bench`: the figures of BENCHMARKS.md, measured again on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from .outcome import tell
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
) -> None:
    """Print benchmarks as Markdown; takes minutes."""
    if what not in {"detect", "pixels"}:
        raise typer.BadParameter(f"{what!r} is no benchmark; choose detect or pixels.")
    if pairs is not None and not pairs.is_dir():
        raise typer.BadParameter(f"--pairs {pairs} is not a folder; name one that holds a folder a pair.")
    if what == "detect":
        from ...annotate.bench.detect import bench_detect

        print(bench_detect(progress=show_progress).to_text())
        return
    if pairs is None:
        tell("No --pairs: real pairs are left out.")
        return
    from ...annotate.bench.pairs import bench_pairs, to_text

    print(to_text(list(bench_pairs(pairs))))
