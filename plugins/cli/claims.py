"""`depotwatch claims`: the ledger, what was claimed beside what was observed."""

import textwrap
from typing import TYPE_CHECKING, Any

from . import flags, output, session
from .count import estimate_as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...annotate.ledger import LedgerRow

WIDTH = 110


def claims(project: flags.ProjectFile, json: flags.Json = False) -> None:
    """Set every claim beside what was observed, or say why it was not tested."""
    from ...annotate.ledger import ledger

    with session.opened(project, read_only=True) as kept:
        rows = ledger(kept)
        synthetic = kept.synthetic
    if json:
        output.print_json({"project": str(project), "synthetic": synthetic, "claims": [as_json(row) for row in rows]})
    else:
        print_ledger(rows)


def print_ledger(rows: "Sequence[LedgerRow]") -> None:
    """Print the ledger, a paragraph a claim."""
    if not rows:
        print("No claims: add them with depotwatch claim add or claim import.")
    for row in rows:
        origin = f"; first said by {row.origin}" if row.origin else ""
        cited = len(row.supporting), len(row.opposing), len(row.context)
        _line("", f"{row.claim.statement}.")
        _line("source", f"{row.source}{origin}")
        _line("claimed", row.claimed)
        if row.observed is not None:
            one = row.observed
            _line("observed", f"{output.interval(one.low, one.best, one.high)} {one.unit} at {one.level:.0%}")
        if any(cited):
            _line("cited", f"{cited[0]} supporting, {cited[1]} opposing, {cited[2]} context")
        _line(row.status, row.explanation)
        print()


def print_ledger_briefly(rows: "Sequence[LedgerRow]") -> None:
    """Print what came of each claim, in two lines."""
    for row in rows:
        _line("", f"{row.claim.statement}.")
        print(textwrap.fill(row.outcome, WIDTH, initial_indent="    ", subsequent_indent="    "))


def _line(label: str, text: str) -> None:
    indent = "  " + " " * 15 if label else ""
    first = f"  {label:<15}" if label else ""
    print(textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=indent))


def as_json(row: "LedgerRow") -> dict[str, Any]:
    """Return one row as JSON values."""
    return {
        "id": row.claim.id,
        "statement": row.claim.statement,
        "source": {"id": row.claim.source, "title": row.source},
        "origin": row.origin,
        "repeats": row.repeats,
        "claimed": row.claimed,
        "observed": None if row.observed is None else estimate_as_json(row.observed),
        "supporting": list(row.supporting),
        "opposing": list(row.opposing),
        "context": list(row.context),
        "status": row.status,
        "explanation": row.explanation,
    }
