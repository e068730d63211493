"""The vessel bench on the labelled harbour: halves add up, and nothing is counted twice."""

from pathlib import Path

import pytest

from depotwatch.annotate.bench.vessels import bench_vessels


@pytest.mark.real
def test_the_halves_of_the_harbour_add_up_to_the_whole(data: Path) -> None:
    rows = {row.group: row for row in bench_vessels(data / "single" / "sentinel2-busan")}
    west, east, both = rows["west"], rows["east"], rows["both halves"]
    assert west.labelled + east.labelled == both.labelled == 54
    assert west.right + east.right == both.right <= (both.found or 0)
    assert both.f1 is not None and both.f1_low is not None and both.f1_high is not None
    assert both.f1_low <= both.f1 <= both.f1_high
    assert sum(row.right for name, row in rows.items() if name.startswith("labelled")) <= both.right
