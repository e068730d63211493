"""`depotwatch count`: how many, with the interval and the rule behind it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import flags, output, session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...annotate.count import CountRow
    from ...annotate.there import Class
    from ...labels.records import Estimate

CLASSES = ("definite", "probable", "possible")


def count(
    project: flags.ProjectFile,
    by: Annotated[str, typer.Option(metavar="kind,site,verdict", help="How to group, joined by commas.")] = "kind",
    json: flags.Json = False,
) -> None:
    """Count what the project holds: low, best and high, or why there is no number."""
    from ...annotate.count import count as count_project

    words = tuple(word.strip() for word in by.split(",") if word.strip())
    with session.opened(project, read_only=True) as kept:
        rows = count_project(kept, words)
        synthetic = kept.synthetic
    if json:
        output.print_json({"project": str(project), "synthetic": synthetic, "rows": [as_json(row) for row in rows]})
        return
    print_counts(rows, words)


def print_counts(rows: "Sequence[CountRow]", by: "Sequence[str]" = ("kind",)) -> None:
    """Print counts as a table."""
    extra = [word for word in ("site", "verdict") if word in by]
    head = ("kind", *extra, "outlines", "count", "level", *CLASSES, "rule or reason")
    cells = []
    for row in rows:
        extras = [getattr(row, word) for word in extra]
        if row.estimate is None:
            nothing = (None,) * len(CLASSES)
            cells.append((row.kind, *extras, row.objects, "no number", None, *nothing, row.reason))
            continue
        one = row.estimate
        rule = f"{one.rule_best} {row.reason}".strip()
        interval = output.interval(one.low, one.best, one.high)
        cells.append((row.kind, *extras, row.objects, interval, f"{one.level:.0%}", *_classes(row), rule))
    output.print_table(head, cells)


def _classes(row: "CountRow") -> list[str]:
    """Return how many are definite, probable and possible: the places, and what they hold where that differs."""
    found = {one.name: one for one in row.classes}
    return [_class(found[name]) if name in found else "–" for name in CLASSES]


def _class(one: "Class") -> str:
    return f"{one.outlines}" if one.low == one.high == one.outlines else f"{one.outlines}: {one.low} to {one.high}"


def as_json(row: "CountRow") -> dict[str, Any]:
    """Return one row as JSON values."""
    return {
        "site": row.site,
        "kind": row.kind,
        "verdict": row.verdict,
        "objects": row.objects,
        "count": None if row.estimate is None else estimate_as_json(row.estimate),
        "classes": {
            one.name: {"outlines": one.outlines, "low": one.low, "best": one.best, "high": one.high, "rule": one.rule}
            for one in row.classes
        },
        "reason": row.reason,
        "looked_at": row.looked,
        "missed": [dict(one) for one in row.samples],
    }


def estimate_as_json(estimate: "Estimate") -> dict[str, Any]:
    """Return an estimate with its rules and inputs as JSON values."""
    return {
        "low": estimate.low,
        "best": estimate.best,
        "high": estimate.high,
        "level": estimate.level,
        "unit": estimate.unit,
        "rules": {"low": estimate.rule_low, "best": estimate.rule_best, "high": estimate.rule_high},
        "inputs": dict(estimate.inputs),
    }
