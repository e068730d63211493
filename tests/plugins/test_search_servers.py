"""From a name and two days to a comparison, against real servers: pgstac, nginx, and a proxy that misbehaves."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.crs import CRS
from rasterio.warp import transform_bounds
from shapely import box
from shapely.geometry import mapping

from depotwatch.imagery.remote.patience import Patience
from depotwatch.imagery.synthetic import render_case, write_case
from depotwatch.labels.project import Project
from depotwatch.plugins.cli import flags, main

from ..imagery.fault_proxy import Proxy, proxied
from ..servers import Nginx, Pgstac, free_port, running_nginx

HOST = "stac.example"
COLLECTION = "sentinel-2-l2a"
PAIR = Path(__file__).parents[3] / "shared" / "data" / "pairs" / "sentinel2-beirut"
BANDS = ("blue", "green", "red", "nir")
DAYS = {"before": "2023-08-04T08:31:00Z", "after": "2023-10-21T08:31:00Z"}
HASTY = Patience(connect_s=2, read_s=0.4, first_wait_s=0.01, longest_wait_s=0.02)

pytestmark = [pytest.mark.server, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return two dates of one place: real ones where they are at hand, else rendered ones."""
    if PAIR.is_dir():
        return PAIR / "before.tif", PAIR / "after.tif"
    before, after, _ = write_case(render_case(3, gsd_m=1.0, extent_m=400.0), tmp_path_factory.mktemp("case"))
    return before, after


@pytest.fixture
def proxy(nginx: Nginx) -> Iterator[Proxy]:
    with proxied(nginx.port) as proxy:
        yield proxy


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder to work in, where every name is this machine."""
    terms = flags.terms

    def here(*given: object) -> object:
        return replace(terms(*given), resolve=lambda host, port: ["127.0.0.1"], patience=HASTY)  # type: ignore[arg-type]

    monkeypatch.setattr(flags, "terms", here)
    monkeypatch.setenv("DEPOTWATCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def url(pgstac: Pgstac, nginx: Nginx, proxy: Proxy, images: tuple[Path, Path], home: Path) -> str:
    """Put both dates into the servers and the area into a file, and return the catalogue's address."""
    items = [
        _served(image, name, nginx.folder, f"http://{HOST}:{proxy.port}")
        for name, image in zip(DAYS, images, strict=True)
    ]
    extent = {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [["2015-01-01T00:00:00Z", None]]}}
    collection = {"type": "Collection", "stac_version": "1.0.0", "id": COLLECTION, "description": "made"}
    pgstac.load([{**collection, "license": "other", "extent": extent, "links": []}], items)
    west, south, east, north = items[0]["bbox"]
    across, down = (east - west) / 4, (north - south) / 4
    area = box(west + across, south + down, east - across, north - down)
    (home / "area.json").write_text(json.dumps(mapping(area)))
    return f"http://{HOST}:{pgstac.port}"


def _served(image: Path, name: str, folder: Path, root: str) -> dict[str, Any]:
    """Write a date's bands and a clear quality mask as a public store has them, and return its item."""
    with rasterio.open(image) as dataset:
        pixels, place = dataset.read(), {"crs": dataset.crs, "transform": dataset.transform}
    for number, band in enumerate((*BANDS, "scl")):
        part = np.full(pixels.shape[1:], 4, dtype=np.uint8) if band == "scl" else pixels[min(number, len(pixels) - 1)]
        shape = {"height": part.shape[0], "width": part.shape[1], "count": 1, "dtype": part.dtype.name}
        with rasterio.open(
            folder / f"{name}_{band}.tif", "w", driver="COG", compress="deflate", **shape, **place
        ) as dataset:
            dataset.write(part, 1)
    height, width = pixels.shape[1:]
    bounds = rasterio.transform.array_bounds(height, width, place["transform"])
    footprint = box(*transform_bounds(place["crs"], CRS.from_epsg(4326), *bounds))
    asset = {"type": "image/tiff; application=geotiff; profile=cloud-optimized", "roles": ["data"], "gsd": 10}
    bands = {
        band: {**asset, "href": f"{root}/{name}_{band}.tif", "eo:bands": [{"common_name": band}]} for band in BANDS
    }
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": f"S2_{name}",
        "collection": COLLECTION,
        "geometry": mapping(footprint),
        "bbox": list(footprint.bounds),
        "properties": {"datetime": DAYS[name], "platform": "sentinel-2b", "sat:relative_orbit": 121},
        "assets": {**bands, "scl": {**asset, "href": f"{root}/{name}_scl.tif"}},
        "links": [],
    }


def _searched(url: str) -> None:
    words = ["search", "rajin", "--before", "2023-08-15", "--after", "2023-10-16", "--area", "area.json"]
    assert main([*words, "--catalog", url, "--allow-local", "--save", "found.json"]) == 0


def _fetch(*words: str) -> int:
    return main(["fetch", "found.json", "--pair", "1", "--out", "images", "--allow-local", *words])


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_from_a_name_and_two_days_to_a_comparison(url: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _searched(url)
    capsys.readouterr()
    assert _fetch("--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["failed"] == {}
    assert [one["coverage"] for one in said["fetched"]] == [1.0, 1.0]
    first, second = sorted((home / "images").iterdir(), key=lambda folder: "after" in folder.name)
    assert main(["compare", str(first), str(second), "--project", "p.gpkg", "--area", "area.json"]) == 0
    with Project.open(home / "p.gpkg", read_only=True) as project:
        (run,) = project.comparisons()
        assert run.refused is None
        assert [scene.time for scene in sorted(project.scenes(), key=lambda scene: scene.time or "")] == [
            "2023-08-04T08:31:00Z",
            "2023-10-21T08:31:00Z",
        ]


@pytest.mark.parametrize("fault", ["503", "drop", "stall", "truncate", "short", "long"])
def test_a_fault_that_passes_costs_nothing_but_time(url: str, home: Path, proxy: Proxy, fault: str) -> None:
    _searched(url)
    assert _fetch() == 0
    clean = _bytes(home / "images")
    shutil.rmtree(home / "images")
    shutil.rmtree(home / "cache")
    proxy.faults[:] = ["", fault] * 12
    assert _fetch() == 0
    assert {name: kept for name, kept in _bytes(home / "images").items() if name.endswith(".tif")} == {
        name: kept for name, kept in clean.items() if name.endswith(".tif")
    }


@pytest.mark.parametrize("fault", ["503", "drop", "truncate", "short", "long"])
def test_a_fault_that_stays_ends_in_a_sentence_and_leaves_no_half_date(
    url: str, home: Path, proxy: Proxy, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _searched(url)
    shutil.rmtree(home / "cache")
    proxy.faults[:] = [""] * 3 + [fault] * 60
    assert _fetch() == 1
    told = capsys.readouterr().err
    assert "was not fetched" in told and "try again later" in told
    assert not (home / "images").exists() or not any((home / "images").iterdir())
    proxy.faults.clear()
    assert _fetch() == 0


def test_a_redirect_to_a_private_place_is_refused_and_nothing_is_sent_there(
    url: str, home: Path, proxy: Proxy, capsys: pytest.CaptureFixture[str]
) -> None:
    _searched(url)
    shutil.rmtree(home / "cache")
    before = len(proxy.asked)
    proxy.faults[:] = [f"to http://inside.example:{proxy.port}/secret.tif"] * 60
    assert _fetch() == 1
    assert "inside.example may not be opened" in capsys.readouterr().err
    assert not any("secret" in path for path in proxy.asked[before:])


def test_a_server_killed_half_way_is_said_and_fetching_goes_on_where_it_stopped(
    url: str, home: Path, nginx: Nginx, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    (home / "server").mkdir()
    text = json.dumps(_assets_at(home, url, port))
    with running_nginx(home / "server", nginx.folder, port) as own:
        (home / "found.json").write_text(text)
        assert _fetch("--bands", "blue") == 0
        first = sum(size for band in ("blue", "scl") for _, size in own.asked(f"before_{band}.tif"))
    assert first > 0
    capsys.readouterr()
    assert _fetch() == 1
    assert "refused the connection" in capsys.readouterr().err
    with running_nginx(home / "server", nginx.folder, port) as own:
        assert _fetch() == 0
        again = sum(size for _, size in own.asked("before_blue.tif"))
    assert again < 2 * first
    online = _bytes(home / "images")
    shutil.rmtree(home / "images")
    assert _fetch("--bands", "blue", "--offline") == 0
    assert _fetch("--offline") == 0
    assert _bytes(home / "images") == online


def _assets_at(home: Path, url: str, port: int) -> dict[str, object]:
    """Return the kept search with its images on another port."""
    _searched(url)
    kept = (home / "found.json").read_text()
    root = json.loads(kept)
    for item in root["features"]:
        for asset in item["assets"].values():
            asset["href"] = f"http://{HOST}:{port}/{asset['href'].rsplit('/', 1)[-1]}"
    shutil.rmtree(home / "cache")
    return dict(root)


def test_a_search_of_a_catalogue_that_is_gone_is_a_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["search", "rajin", "--before", "2023-08-15", "--after", "2023-10-16", "--allow-local"]
    assert main([*words, "--catalog", f"http://{HOST}:{free_port()}"]) == 1
    assert "refused the connection" in capsys.readouterr().err
