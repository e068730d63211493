"""Prints a bench: `python -m depotwatch.annotate.bench` on rendered cases, `… pairs FOLDER` on real pairs."""

import sys
from pathlib import Path

from .detect import bench_detect
from .pairs import bench_pairs, to_text


def _report(done: float, total: float, what: str) -> None:
    print(f"{done:.0f} of {total:.0f}: {what}", file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1:2] == ["pairs"] and len(sys.argv) == 3:
        print(to_text(list(bench_pairs(Path(sys.argv[2])))))
    elif len(sys.argv) == 1:
        print(bench_detect(progress=_report).to_text())
    else:
        sys.exit("usage: python -m depotwatch.annotate.bench [pairs FOLDER]")
