from pathlib import Path

import pytest

from depotwatch.annotate.bench import fetching
from depotwatch.imagery.synthetic.served import write_served

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_requests_bytes_and_skies_are_counted_and_offline_gives_the_same(tmp_path: Path) -> None:
    write_served(tmp_path / "served", side=4096)
    cost = fetching.bench_fetching(tmp_path)
    assert cost.side == 4096
    assert cost.requests <= 5
    assert cost.tile_bytes <= cost.bytes <= 1.5 * cost.tile_bytes
    assert fetching.DATES <= cost.skies_requests <= 5 * fetching.DATES
    assert cost.same
    assert f"| {cost.requests} | 5 |" in fetching.to_text(cost)
