"""What each stage of a comparison, and each detector, uses of a process of its own: run with BEFORE AFTER PROJECT."""

import json
import resource
import sys
from time import process_time

from ..compare import Settings, compare

BEGIN, REST = "start", "rest"  # Python and its libraries; from the last detection to the next stage
MIB = 1024 if sys.platform != "darwin" else 1024**2


class Meter:
    """
    Called as `compare` calls its progress, it adds up what was used since it was called last.

    Attributes
    ----------
    seconds
        Processor seconds by stage.
    peaks
        Largest resident memory so far when a stage ended, MiB.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.peaks: dict[str, float] = {}
        self._stage, self._since = BEGIN, 0.0

    def __call__(self, done: int, total: int, what: str) -> None:
        """End a stage and begin the next."""
        now = process_time()
        self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._since
        self.peaks[self._stage] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
        self._stage, self._since = REST if what == "detected" else what, now


if __name__ == "__main__":
    meter = Meter()
    before, after, project = sys.argv[1:]
    result = compare(before, after, project, Settings(), meter)
    print(json.dumps({"seconds": meter.seconds, "peaks": meter.peaks, "candidates": len(result.candidates)}))
