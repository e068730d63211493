"""Real pairs land where their publishers and other tools place them, or are refused."""

import json
from pathlib import Path

import numpy as np
import pytest

from depotwatch.imagery.errors import RegistrationError
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.register import MAX_RESIDUAL_PX, register
from depotwatch.imagery.register.place import apply
from depotwatch.imagery.scene import ScenePair

pytestmark = pytest.mark.real


def registered(data: Path, name: str) -> ScenePair:
    folder = data / "pairs" / name
    about = json.loads((folder / "meta.json").read_text())
    radar = "SAR" in about["sensor"] or "Sentinel-1" in about["sensor"]
    options = ReadOptions(gsd_m=about["gsd_m"] or 10, sensor="sar" if radar else "optical")
    before, after = (read_scene(folder / f"{date}.tif", options) for date in ("before", "after"))
    return register(before, after)


@pytest.mark.long
@pytest.mark.parametrize(
    "name", ["sentinel2-beirut", "sentinel2-hongkong", "landsat-taizhou", "sar-ottawa", "aerial-tiszadob-3"]
)
def test_pairs_that_were_published_together_stay_together(data: Path, name: str) -> None:
    registration = registered(data, name).registration
    assert registration.residual.p95_px <= MAX_RESIDUAL_PX
    assert np.hypot(*registration.shift_px) < 1.5


def test_a_window_moves_as_the_whole_does(data: Path) -> None:
    whole, part = (registered(data, f"{kind}sentinel2-beirut").registration for kind in ("", "null-"))
    assert part.shift_px == pytest.approx(whole.shift_px, abs=0.2)


def test_an_unregistered_pair_of_little_overlap_is_found(data: Path) -> None:
    """In meta.json: after = before scaled by .9998, turned by -.0003 rad, moved by (-492.6, -1403.3), to about 2 px."""
    pair = registered(data, "planet-sanfrancisco")
    model = pair.registration.model
    rows, columns = np.nonzero(pair.valid)
    points = np.column_stack([columns, rows])[:: len(rows) // 50].astype(float)
    scale, turn = 0.9998, -0.0003
    truth = np.array([[scale, -scale * turn, -492.6], [scale * turn, scale, -1403.3]])
    apart = np.hypot(*(apply(model, points) - apply(truth, points)).T)
    assert np.median(apart) < 2.0
    assert pair.valid.mean() == pytest.approx(0.17, abs=0.02)


@pytest.mark.parametrize("name", ["vhr-dsifn-0-2", "vhr-dsifn-2-4", "vhr-dsifn-8-3", "vhr-levir-test-2-0000-0512"])
def test_places_rebuilt_beyond_recognition_are_refused(data: Path, name: str) -> None:
    with pytest.raises(RegistrationError):
        registered(data, name)
