"""`depotwatch demo`: the whole way on the embedded case, beside its known truth."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import output, session
from .claims import print_ledger, print_ledger_briefly
from .count import print_counts
from .outcome import tell
from .progress import show_progress
from .review import viewer_hindrance

if TYPE_CHECKING:
    from ...annotate.bench.beside import Beside
    from ...annotate.case import Demo, Summary
    from ...imagery.synthetic import TruthObject

FOLDER = Path("demo")


def demo(
    project: Annotated[
        Path | None, typer.Option(metavar="P.gpkg", help="Project to make; demo/demo.gpkg if left out.")
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Open no window.")] = False,
    seed: Annotated[int | None, typer.Option(metavar="N", min=0, help="Another case than the usual one.")] = None,
) -> None:
    """Go the whole way on a rendered depot and port, and print what was found beside what is there."""
    hindrance = None if headless else viewer_hindrance()

    from ...annotate.case import DEFAULT_SEED, make_demo, summarise

    seed = DEFAULT_SEED if seed is None else seed
    usual = FOLDER if seed == DEFAULT_SEED else FOLDER / f"seed-{seed}"
    path = project or usual / "demo.gpkg"
    tell("Everything here is synthetic: a rendered image of an invented place, invented reports and claims.")
    with session.new_files_only_on_success(path):
        made = make_demo(path.parent, seed, path.name, show_progress)
    if hindrance is not None:
        tell(f"Running without a window. {hindrance}")
    elif not headless:
        _open_window(path)
    _report(made, summarise(made))


def _open_window(path: Path) -> None:
    """Open napari in a process of its own, so that a display that fails does not end the demo."""
    tell(f"Opening napari on {path}; close the window to go on.")
    script = f"import sys; from {__package__} import main; sys.exit(main(sys.argv[1:]))"
    ended = subprocess.run([sys.executable, "-c", script, "review", str(path)], check=False)
    if ended.returncode != 0:
        tell("The window could not be opened or ended early; going on without it.")


def _report(made: "Demo", summary: "Summary") -> None:
    print(f"\nEmbedded case {made.case.seed} (synthetic), {made.case.before.grid.describe()}\n")
    print("Candidates beside the known truth")
    output.print_table(
        ("kind", "really changed", "found", "as unknown", "missed", "false alarms"),
        [
            (one.kind, *map(len, (one.there, one.found, one.noticed, one.missed, one.false_alarms)))
            for one in made.beside
        ],
    )
    for one in made.beside:
        for thing in one.missed:
            print(f"  missed: {_named(thing)}")
    print("\nCounts of what changed; the stronger half of the queue was decided from the truth, as its verdicts say")
    print_counts(summary.counts)
    for one in made.beside:
        print(f"  truth: {_really(one)}")
    print("\nLedger of the invented reports")
    print_ledger(summary.ledger)
    print("\nLedger of the cited reports, which come without imagery")
    print_ledger_briefly(summary.reports_ledger)
    print("\nWhere everything is")
    for what, path in (
        ("project", made.project),
        ("cited reports", made.reports),
        *(("export", path) for path in summary.exports),
        *zip(("before", "after", "truth"), made.files, strict=True),
    ):
        print(f"  {what:13}  {path}")
    print(f"\nDecide the rest: depotwatch review {made.project}")


def _named(thing: "TruthObject") -> str:
    size = f"{thing.length_m:.0f} × {thing.width_m:.0f} m, {thing.height_m:.1f} m high"
    return f"{thing.kind} that {thing.change}, {size}, contrast {thing.contrast:.2f}"


def _really(one: "Beside") -> str:
    boxes = sum(thing.boxes or 0 for thing in one.there)
    return f"{len(one.there)} × {one.kind} changed" + (f", holding {boxes} containers" if boxes else "")
