"""The command line: one command a file; what is heavy is imported when a command runs."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from ... import __version__
from . import (
    adjudicate,
    bench,
    change,
    claim,
    claims,
    compare,
    count,
    demo,
    detect,
    export,
    fetch,
    import_,
    match,
    merge,
    project,
    review,
    search,
    series,
    site,
    source,
    tiles,
    verify,
    words,
)
from .outcome import DEBUG, DONE, FAILED, answered
from .progress import log_to_stderr

__all__ = ["app", "main"]

DEBUG_FLAG = "--debug"

app = typer.Typer(
    name="depotwatch",
    help="Compare before/after public imagery of ports and depots, review what changed, tie labels to cited reports.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"depotwatch {__version__}")
        raise typer.Exit(DONE)


@app.callback()
def prepare(
    debug: Annotated[
        bool, typer.Option(DEBUG_FLAG, help="Show the traceback of a failure; may stand anywhere.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Compare before/after public imagery of ports and depots, review what changed, tie labels to cited reports."""
    if debug:
        DEBUG.set(True)
    log_to_stderr()


for command in (
    demo.demo,
    search.search,
    fetch.fetch,
    tiles.tiles,
    compare.compare,
    change.change,
    detect.detect,
    review.review,
    count.count,
    series.series,
    match.match,
    merge.merge,
    adjudicate.adjudicate,
    claims.claims,
    words.words,
    export.export,
    import_.import_,
    verify.verify,
    bench.bench,
):
    app.command(command.__name__.rstrip("_"))(answered(command))
for name, group in (("source", source), ("claim", claim), ("site", site), ("project", project)):
    verbs = typer.Typer(help=group.__doc__, no_args_is_help=True, rich_markup_mode=None)
    for verb, command in group.COMMANDS.items():
        verbs.command(verb)(answered(command))
    app.add_typer(verbs, name=name)


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run one command.

    Parameters
    ----------
    argv
        What follows the program's name; None takes it from the process.

    Returns
    -------
    int
        0 done, 1 the work failed, 2 wrong usage, 130 stopped by the keyboard.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    token = DEBUG.set(DEBUG_FLAG in given)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that cannot show "km²" must not stop the work
    try:
        app([word for word in given if word != DEBUG_FLAG], prog_name="depotwatch")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else (FAILED if end.code else DONE)
    finally:
        DEBUG.reset(token)
    return DONE
