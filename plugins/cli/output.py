"""What stands on stdout: one JSON object, or a plain table."""

import json
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence

NARROWEST_LAST_COLUMN = 30
WIDTH = 100  # columns of running text


def print_json(result: Mapping[str, object]) -> None:
    """Print one JSON object, and nothing else."""
    json.dump(result, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their head in columns; on a terminal the last one is wrapped."""
    lines = [list(head), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    widths[-1] = min(widths[-1], _room(sum(widths[:-1]) + 2 * (len(widths) - 1)))
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        *first, last = line
        start = "".join(f"{text:<{width}}  " for text, width in zip(first, widths, strict=False))
        for at, part in enumerate(textwrap.wrap(last, widths[-1]) or [""]):
            print(((start if at == 0 else " " * len(start)) + part).rstrip())


def _room(taken: int) -> int:
    """Return how wide the last column may be: what a terminal leaves, or anything where stdout is none."""
    if not sys.stdout.isatty():
        return sys.maxsize
    return max(shutil.get_terminal_size().columns - taken, NARROWEST_LAST_COLUMN)


def _cell(value: object) -> str:
    return "–" if value is None else " ".join(str(value).split())


def interval(low: int, best: int, high: int | None) -> str:
    """Return "best (low to high)", with "or more" where nothing bounds it, and one number where all agree."""
    if high is None:
        return f"{best} ({low} or more)"
    return f"{best} ({low} to {high})" if low != high else f"{low}"
