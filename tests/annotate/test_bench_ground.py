"""False alarms on real ground: only proposals on unchanged ground count, over that ground's area."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import rasterio
from shapely import box

from depotwatch.annotate.bench import real_ground
from depotwatch.imagery.grid import Grid
from depotwatch.labels.records import Candidate, Shape

GRID = Grid.without_crs((100, 100), 1.0, 1.0)


def folder_with(place: Path, name: str, gsd_m: float | None, truth: np.ndarray | None) -> None:
    (place / name).mkdir()
    (place / name / "meta.json").write_text(json.dumps({"gsd_m": gsd_m, "sensor": "aerial"}), encoding="utf-8")
    (place / name / "before.tif").touch()
    if truth is not None:
        size = {"height": truth.shape[0], "width": truth.shape[1]}
        with rasterio.open(place / name / "truth.tif", "w", driver="GTiff", count=1, dtype="uint8", **size) as file:
            file.write(truth[None])


def proposing(*said: object) -> SimpleNamespace:
    made = []
    for number, (kind, low) in enumerate((("storage-pit", 0), ("storage-pit", 60), ("vessel", 45), ("unknown", 0))):
        shape = Shape(box(low, 0, low + 20, 20), "b", None, 20.0, 20.0, 400.0, 0.0)
        made.append(Candidate(str(number), "c", "a", kind, "appeared", "unknown", shape, 0.9, None, {}))
    pair = SimpleNamespace(valid=np.ones((100, 100), dtype=np.bool_))
    before = SimpleNamespace(grid=GRID)
    comparison = SimpleNamespace(refused=None, residual_p95_px=0.9 if "loose" in str(said[0]) else 0.2)
    return SimpleNamespace(candidates=tuple(made), pair=pair, before=before, comparison=comparison)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_alarms_lie_on_unchanged_ground(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(real_ground, "compare", proposing)
    truth = np.zeros((100, 100), np.uint8)
    truth[:, 50:] = 1  # the pit at 60 lies on change, three quarters of the vessel too
    folder_with(tmp_path, "labelled", 1.0, truth)
    folder_with(tmp_path, "null-one", 1.0, None)
    folder_with(tmp_path, "null-loose", 1.0, None)
    folder_with(tmp_path, "without-labels", 1.0, None)
    folder_with(tmp_path, "too-coarse", 10.0, truth)
    folder_with(tmp_path, "unknown-size", None, truth)
    rows = {row.name: row for row in real_ground.bench_real_ground(tmp_path)}
    assert set(rows) == {"labelled", "null-loose", "null-one"}
    assert {name for name, row in rows.items() if row.loose} == {"null-loose"}
    assert [rows["labelled"].alarms[kind] for kind in ("storage-pit", "vessel")] == [1, 0]
    assert [rows["null-one"].alarms[kind] for kind in ("storage-pit", "vessel")] == [2, 1]
    assert rows["labelled"].area_km2 == pytest.approx(0.005)
    text = real_ground.to_text(list(rows.values()))
    assert "| all null pairs | 0.010 | 2; 200.0" in text
    assert "| all null pairs, misregistration accepted | 0.010 | 2; 200.0" in text
    assert "| all labelled unchanged | 0.005 | 1; 200.0" in text


def test_a_refused_pair_is_told_and_has_no_ground() -> None:
    rows = [real_ground.GroundRow("null-a", 0.0, refused="No shift stands out; choose others.")]
    text = real_ground.to_text(rows)
    assert "| null-a | – | No shift stands out |" in text
    assert "| all null pairs | 0.000 | – |" in text
