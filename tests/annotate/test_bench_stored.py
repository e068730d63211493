"""The bench of commits measures the disk and real commits, and says whether the promise was kept."""

from pathlib import Path

from depotwatch.annotate.bench import stored
from depotwatch.annotate.bench.stored import Stored, bench_stored, to_text


def test_every_turn_syncs_the_disk_and_commits_a_decision(tmp_path: Path) -> None:
    told: list[float] = []
    found = bench_stored(tmp_path, annotations=20, turns=5, progress=lambda done, total, what: told.append(done))
    assert len(found.synced) == len(found.committed) == 5
    assert min(found.committed) > 0 and told[-1] == stored.WARM_UP + 5
    assert list(tmp_path.iterdir()) == []
    assert "5 turns on a synthetic project of 20 annotations" in to_text(found)


def test_the_promise_is_held_to_the_disk_of_the_same_run() -> None:
    disk = [0.004] * 100
    assert "+1.50 ms from the disk's; allowed +2 ms: kept" in to_text(Stored(disk, [0.0055] * 100, 1))
    assert "+3.00 ms from the disk's; allowed +2 ms: missed" in to_text(Stored(disk, [0.007] * 100, 1))
