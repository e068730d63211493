"""`depotwatch merge`: two analysts' projects become one that keeps both journals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...labels.plural import plural
from . import flags, output
from .outcome import tell

if TYPE_CHECKING:
    from ...annotate.merge import Merged


def merge(
    first: Annotated[Path, typer.Argument(metavar="A.gpkg", help="One project.")],
    second: Annotated[Path, typer.Argument(metavar="B.gpkg", help="The other; which comes first does not matter.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.gpkg", help="New project.")],
    json: flags.Json = False,
) -> None:
    """Make one project of two: both journals kept, places matched one to one, the verdicts of both on them."""
    from ...annotate.merge import merge as merge_projects

    merged = merge_projects(first, second, out)
    if json:
        output.print_json(as_json(merged))
        return
    if not merged.joined:
        tell(f"One project holds all that was done in the other, so {out} is a copy of it.")
    else:
        tell(f"Made {out}; {plural(merged.shared, 'place')} {'was' if merged.shared == 1 else 'were'} in both.")
        if merged.twins:
            tell(f"Of those in one alone, {plural(len(merged.twins), 'pair')} became one place each.")
        for one in merged.differences:
            tell(
                f"On {one.annotation[:8]} they differ in its {one.field}: that of {one.kept_by}, {one.kept_time}, "
                f"stands; that of {one.other_by}, {one.other_time}, is kept in the journal."
            )
        if merged.contests:
            differing = ", ".join(f"{one.table} {one.key}" for one in merged.contests)
            tell(f"Elsewhere they differ in {differing}; of each the later one stands.")
        for sentence in merged.unchained:
            tell(sentence)
    tell(f"The journal's head is {merged.head.mark}.")


def as_json(merged: "Merged") -> dict[str, Any]:
    """Return what a merge gave as JSON values."""
    from dataclasses import asdict

    return {
        "project": str(merged.path),
        "joined": merged.joined,
        "head": merged.head.mark,
        "shared": merged.shared,
        "matched": [asdict(one) for one in merged.twins],
        "differences": [asdict(one) for one in merged.differences],
        "unchained": list(merged.unchained),
        "contests": [{"table": one.table, "key": one.key} for one in merged.contests],
    }
