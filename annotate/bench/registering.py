"""Registration against known truth, as a table: far shifts and turns, sub-pixel ones, and the grid of ties."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from .finely import FineRow, bench_fine
from .found_again import FarRow, bench_far

Row = FarRow | FineRow


def bench_registering(folder: Path | None, cases: int = 100, seed: int = 0) -> Iterator[Row]:
    """
    Run all: sub-pixel shifts and ties, then `cases` windows far away.

    Parameters
    ----------
    folder
        Real pairs as for `bench_pairs`, of which single dates are taken; None for rendered scenes.
    cases, seed
        As for `bench_far`.
    """
    yield from bench_fine(folder, seed)
    yield from bench_far(folder, cases, seed)


def to_text(rows: Iterable[Row]) -> str:
    """Return the rows as two Markdown tables, by interpolator and by source."""
    every = list(rows)
    fine = [row for row in every if isinstance(row, FineRow)]
    far = [row for row in every if isinstance(row, FarRow)]
    return "\n".join([*_fine(fine), "", *_far(far)])


def _fine(rows: list[FineRow]) -> list[str]:
    lines = [
        "| interpolator | windows | shift error px (median, worst) | tie bias, spread px | ties per s (wall, CPU) |",
        "|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(row.interpolator for row in rows):
        own = [row for row in rows if row.interpolator == name]
        errors = [row.error_px for row in own]
        ties, wall, cpu = (sum(values) for values in zip(*[(r.ties, r.seconds, r.cpu_s) for r in own], strict=True))
        lines.append(
            f"| {name} | {len(own)} | {np.median(errors):.4f}, {max(errors):.4f} | "
            f"{np.median([row.bias_px for row in own]):.4f}, {np.median([row.spread_px for row in own]):.3f} | "
            f"{ties / wall:.0f}, {ties / cpu:.0f} |"
        )
    return lines


def _far(rows: list[FarRow]) -> list[str]:
    lines = [
        "| source | windows | right | wrong | refused | error px (p95: median, worst) | CPU s each |",
        "|---|---|---|---|---|---|---|",
    ]
    groups = {name: [row for row in rows if row.source == name] for name in sorted({row.source for row in rows})}
    for name, own in [*groups.items(), ("all", rows)]:
        count = Counter(row.verdict for row in own)
        errors = [row.error_px for row in own if row.verdict != "refused"]
        error = f"{np.median(errors):.3f}, {max(errors):.3f}" if errors else "–"
        lines.append(
            f"| {name} | {len(own)} | {count['right']} | {count['wrong']} | {count['refused']} | {error} | "
            f"{np.mean([row.cpu_s for row in own]) if own else 0:.1f} |"
        )
    return lines
