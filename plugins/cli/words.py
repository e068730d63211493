"""`depotwatch words`: what analysts wrote, and what is to be written otherwise."""

import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ...labels.plural import plural
from . import flags, output, session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...annotate.words import Finding


def words(
    project: flags.ProjectFile,
    text: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Look at this caption instead of the project's notes."),
    ] = None,
    json: flags.Json = False,
) -> None:
    """Look through notes, remarks and judgements: likelihood, confidence, intervals, brackets, contents (English)."""
    from ...annotate.words import Remarked, lint, lint_project

    with session.opened(project, read_only=True) as kept:
        found = lint_project(kept) if text is None else ()
    if text is not None and (findings := lint(text)):
        found = (Remarked("text", "", "", text, findings),)
    if json:
        output.print_json({"project": str(project), "texts": [asdict(one) for one in found]})
        return
    for one in found:
        who = f" by {one.analyst}" if one.analyst else ""
        print(f"{one.where}{who}{f' ({one.id:.12})' if one.id else ''}: {textwrap.shorten(one.text, output.WIDTH)}")
        print_findings(one.findings)
    number = sum(len(one.findings) for one in found)
    print(
        f"{plural(number, 'remark')} on what is to be written otherwise."
        if number
        else "Nothing is to be written otherwise."
    )


def print_findings(findings: "Sequence[Finding]") -> None:
    """Print findings, a paragraph each."""
    for one in findings:
        print(textwrap.fill(f"{one.rule}: {one.sentence}", output.WIDTH, initial_indent="  ", subsequent_indent="    "))
