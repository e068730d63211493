"""One small made pair per sensor, from pixels to map, beside what it gave when somebody last looked at it.

A difference that is meant is accepted by `python tests/imagery/test_golden.py`, run from the repository's parent folder
or with the package installed; the new figures are then read before they are committed.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from depotwatch.imagery.change import score_change
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.normalise import learn_normalisation
from depotwatch.imagery.register import register
from depotwatch.imagery.scene import Acquisition, Scene

GOLDEN = Path(__file__).with_name("golden.json")
SIDE = 220
SHIFT = (0.4, -0.3)
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Sensor:
    """What a sensor's pair is made with."""

    gsd_m: float
    bands: tuple[str, ...]
    level: float
    looks: float = 0.0


SENSORS = {
    "sentinel-2": Sensor(10.0, ("B02", "B03", "B04", "B08"), 1500),
    "landsat": Sensor(30.0, ("B2", "B3", "B4", "B5", "B6", "B7"), 9000),
    "planet": Sensor(3.0, ("blue", "green", "red", "nir"), 2500),
    "aerial": Sensor(1.5, ("grey",), 120),
    "sub-metre": Sensor(0.5, ("red", "green", "blue"), 110),
    "sar": Sensor(10.0, ("vv",), 0.1, looks=4.4),
}


def made(sensor: Sensor) -> tuple[Scene, Scene]:
    """Return two dates: land, roads and roofs; then moved, with another gain, a season, noise, and a new block."""
    rng = np.random.default_rng(20231016)
    fields = ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), 10)
    roofs = ndimage.gaussian_filter((rng.random((SIDE, SIDE)) > 0.99).astype(float), 1.3)
    fine = ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), 1.0)
    parts = np.stack([part / part.std() for part in (fields, fine, roofs)])
    shades = rng.uniform(0.1, 0.3, (len(sensor.bands), 3))
    before = sensor.level * np.clip(1 + np.tensordot(shades, parts, axes=1), 0.2, None)
    after = before.copy()
    after[:, 120:132, 60:78] *= 2.5
    after *= 1 + 0.4 * ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), 25, mode="wrap")
    after = np.stack([ndimage.shift(band, SHIFT, order=3, mode="nearest") for band in after])
    if sensor.looks:
        before, after = (date * rng.gamma(sensor.looks, 1 / sensor.looks, date.shape) for date in (before, after))
    else:
        after = 1.15 * after + 0.02 * sensor.level
        before, after = (date + rng.normal(0, 0.01 * sensor.level, date.shape) for date in (before, after))
    return _scene(before, sensor, "before"), _scene(after, sensor, "after")


def _scene(pixels: Doubles, sensor: Sensor, name: str) -> Scene:
    grid = Grid.without_crs((SIDE, SIDE), sensor.gsd_m, sensor.gsd_m)
    known = Acquisition(sensor="sar" if sensor.looks else "optical", synthetic=True)
    mask = np.ones(grid.shape, dtype=bool)
    return Scene(grid, pixels.astype(np.float32), mask, sensor.bands, known, Path(name), name)


def summary(sensor: Sensor) -> dict[str, Any]:
    """Return what a pair gives, in figures that mean something."""
    pair = register(*made(sensor))
    normalisation = learn_normalisation([pair])
    change = score_change(normalisation(pair))
    block = change.score[123:129, 63:75]
    return {
        "method": change.method,
        "shift_px": [round(value, 4) for value in pair.registration.shift_px],
        "residual_p95_px": round(pair.registration.residual.p95_px, 4),
        "gain": [round(float(value), 4) for value in normalisation.gain],
        "score_deciles": [round(float(q), 4) for q in np.nanquantile(change.score, np.arange(0.1, 1, 0.1))],
        "score_block": round(float(np.median(block)), 4),
        "share_above": round(float((change.score > 0.5).mean()), 5),
        "false_alarms_per_km2": round(change.expected_false_alarms_per_km2, 4),
    }


@pytest.mark.parametrize("name", SENSORS)
def test_a_pair_gives_what_it_gave(name: str) -> None:
    told = json.loads(GOLDEN.read_text(encoding="utf-8"))[name]
    now = summary(SENSORS[name])
    assert now.pop("method") == told.pop("method")
    for key, value in told.items():
        assert now[key] == pytest.approx(value, rel=0.02, abs=0.01), key


@pytest.mark.parametrize("name", SENSORS)
def test_what_it_gave_is_right(name: str) -> None:
    told = json.loads(GOLDEN.read_text(encoding="utf-8"))[name]
    assert told["shift_px"] == pytest.approx([-SHIFT[0], -SHIFT[1]], abs=0.1 if SENSORS[name].looks else 0.03)
    assert told["score_block"] > 0.5
    assert told["share_above"] < 0.04  # the block is .0045, and the windows of the fine methods are 25 pixels
    if not SENSORS[name].looks:
        assert told["gain"] == pytest.approx([1 / 1.15] * len(SENSORS[name].bands), rel=0.05)


if __name__ == "__main__":
    found = {name: summary(sensor) for name, sensor in SENSORS.items()}
    GOLDEN.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
