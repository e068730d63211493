"""`depotwatch claims`: the ledger, what was claimed beside what was observed."""

import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from . import flags, output, session
from .count import estimate_as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...annotate.ledger import LedgerRow
    from ...labels.records import Judgement


def claims(project: flags.ProjectFile, json: flags.Json = False) -> None:
    """Set every claim beside what was observed, or say why it cannot be tested."""
    from ...annotate.ledger import ledger
    from ...annotate.origins import origins_of, origins_sentence

    with session.opened(project, read_only=True) as kept:
        rows = ledger(kept)
        synthetic = kept.synthetic
    if json:
        told = {"claims": [as_json(row) for row in rows], "origins": [asdict(one) for one in origins_of(rows)]}
        output.print_json({"project": str(project), "synthetic": synthetic, **told})
    else:
        print_ledger(rows)
        if rows:
            print(origins_sentence(rows))


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
        if row.flow:
            _line("flow", row.flow)
        for judgement in row.judgements:
            for label, words in judged_words(judgement):
                _line(label, words)
        print()


def print_ledger_briefly(rows: "Sequence[LedgerRow]") -> None:
    """Print what came of each claim, in two lines."""
    for row in rows:
        _line("", f"{row.claim.statement}.")
        print(textwrap.fill(row.outcome, output.WIDTH, initial_indent="    ", subsequent_indent="    "))


def judged_words(one: "Judgement") -> list[tuple[str, str]]:
    """Return what an analyst makes of a claim: what is seen, what follows, how likely, and how good the evidence is."""
    said = {
        "observation": one.observation,
        "assessment": one.assessment,
        "likelihood": one.likelihood,
        "confidence": one.confidence,
    }
    return [(label, f"{words} ({one.analyst})") for label, words in said.items() if words]


def _line(label: str, text: str) -> None:
    indent = "  " + " " * 15 if label else ""
    first = f"  {label:<15}" if label else ""
    print(textwrap.fill(text, output.WIDTH, initial_indent=first, subsequent_indent=indent))


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
        "obstacle": row.obstacle,
        "brackets": [asdict(one) for one in row.brackets],
        "flow": row.flow,
        "judgements": [asdict(one) for one in row.judgements],
    }
