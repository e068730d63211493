"""What a small window of a whole Sentinel-2 band costs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from shapely import box

from depotwatch.imagery.fetch import fetch, plan
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.remote.cache import BlockCache
from depotwatch.imagery.remote.door import Door
from depotwatch.imagery.remote.policy import Policy

from .served_scene import GRID, scene_at, write_cog
from .serving import serving

WHOLE = Grid((10_980, 10_980), Affine(10, 0, 499_980, 0, -10, 4_700_040), GRID.crs)
SIDE = 316  # pixels: 10 km²

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.mark.long
@pytest.mark.parametrize("block", [512, 1024])  # of the full size; Earth Search has 1024
def test_ten_square_kilometres_take_five_requests_and_half_more_than_their_tiles_at_most(
    block: int, tmp_path: Path
) -> None:
    pixels = np.zeros(WHOLE.shape, dtype=np.uint16)
    noise = np.random.default_rng(1).integers(1200, 3000, (2048, 2048), dtype=np.uint16)
    pixels[5120:7168, 5120:7168] = noise
    write_cog(tmp_path / "B02.tif", pixels, WHOLE.transform, 0, block)
    with (
        serving(tmp_path) as server,
        Door(Policy(frozenset({"data.example"}), local=True), resolve=lambda host, port: ["127.0.0.1"]) as door,
        BlockCache(tmp_path / "other") as other,
    ):
        base = scene_at(server.url("").rstrip("/"))
        scene = replace(base, bands={"blue": base.bands["blue"]}, mask=None)
        for row, column in ((5300, 5300), (6144 - SIDE // 2, 6144 - SIDE // 2)):  # inside a tile, and across four
            lon, lat = WHOLE.lonlat([column + 0.1, column + SIDE - 0.1], [row + SIDE - 0.1, row + 0.1])
            area = box(lon[0], lat[0], lon[1], lat[1])
            (piece,) = plan(scene, area, door, other).pieces
            with BlockCache(tmp_path / f"cache {row}") as cache:
                made = fetch(scene, area, tmp_path / "out", door, cache)
            assert made.requests <= 5
            assert made.bytes <= 1.5 * piece.tile_bytes
