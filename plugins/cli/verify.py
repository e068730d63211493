"""`depotwatch verify`: whether a project is what its journal says, and comes out of its pixels again."""

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import flags, output
from .outcome import FAILED
from .progress import show_progress

if TYPE_CHECKING:
    from ...annotate.verify import Report


def verify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A project (.gpkg), a bundle (.zip), or an exported GeoJSON.")
    ],
    head: Annotated[
        str | None,
        typer.Option(
            "--head", metavar="HASH", help="Of the journal, as it was noted elsewhere: 57:9f3a…, or the hash."
        ),
    ] = None,
    imagery: Annotated[
        Path | None,
        typer.Option("--imagery", metavar="FOLDER", help="Folder that holds the images, by name or by hash."),
    ] = None,
    json: flags.Json = False,
) -> None:
    """Check journal, records and images, run the comparisons again from pixels, and say what holds."""
    from ...annotate.verify import verify as check

    report = check(file, head, imagery, show_progress)
    if json:
        output.print_json(report.to_json())
    else:
        print_report(report)
    if not report.holds:
        raise typer.Exit(FAILED)


def print_report(report: "Report") -> None:
    """Print a line a check, what differs below it, and the conclusion."""
    checks = max(len(one.check) for one in report.findings)
    statuses = max(len(one.status) for one in report.findings)
    for one in report.findings:
        _line(f"{one.status:<{statuses}}  {one.check:<{checks}}  ", one.sentence)
        for difference in one.differences:
            _line(f"{'':<{statuses}}  {'':<{checks}}  - ", difference)
    print(f"\n{textwrap.fill(report.conclusion, output.WIDTH)}")
    if report.head:
        print(f"Head of the journal: {report.head}")


def _line(start: str, text: str) -> None:
    print(textwrap.fill(text, output.WIDTH, initial_indent=start, subsequent_indent=" " * len(start)))
