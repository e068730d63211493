import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from shapely import box
from shapely.geometry import mapping

from depotwatch.imagery.read import read_scene
from depotwatch.plugins.cli import flags, main

from ..imagery.served_scene import area_of, item_of, write_scene
from ..imagery.serving import Server, serving

AREA = area_of(310, 350, 501, 541)
BEFORE, AFTER = "S2A_T52TEN_20230812T021649_L2A", "S2B_T52TEN_20231016T021649_L2A"

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    for seed, name in enumerate(("before", "after")):
        (folder / name).mkdir()
        write_scene(folder / name, seed)
    return folder


@pytest.fixture
def server(served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Serve two dates of the made scene; their host resolves to this machine, and a search that found them is kept."""
    terms = flags.terms
    monkeypatch.setenv("DEPOTWATCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(flags, "terms", lambda *given: replace(terms(*given), resolve=lambda host, port: ["127.0.0.1"]))
    monkeypatch.chdir(tmp_path)
    with serving(served) as server:
        items = [
            {**item_of(server.url(name), datetime=time), "id": id}
            for name, id, time in (
                ("before", BEFORE, "2023-08-12T02:18:31Z"),
                ("after", AFTER, "2023-10-16T02:18:31Z"),
            )
        ]
        said = {
            "site": "rajin",
            "area": mapping(AREA),
            "catalogues": ["earth-search", "earth-search"],
            "pairs": [{"before": 0, "after": 1}],
        }
        root = {"type": "FeatureCollection", "features": items, "depotwatch:search": said}
        (tmp_path / "rajin.json").write_text(json.dumps(root))
        yield server


def _fetch(*words: str) -> int:
    return main(["fetch", "rajin.json", *words, "--allow-local", "--allow-host", "data.example"])


def _json(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_a_pair_is_fetched_and_the_command_to_compare_it_named(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _fetch("--pair", "1", "--out", "scenes") == 0
    out = capsys.readouterr().out
    words = out.splitlines()[-1].removeprefix("Next: depotwatch ").split()
    assert words[0] == "compare"
    times = [read_scene(path).acquisition.time for path in words[1:3]]
    assert times == ["2023-08-12T02:18:31Z", "2023-10-16T02:18:31Z"]


def test_a_dry_run_tells_the_bytes_and_fetches_no_pixel(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert _fetch("--pair", "1", "--dry-run", "--json") == 0
    planned = _json(capsys)["planned"]
    assert not Path("rajin").exists()
    assert _fetch("--pair", "1", "--dry-run") == 0
    total = sum(one["bytes"] for one in planned)
    assert f"{total / 1e6:.2f} MB in" in capsys.readouterr().out.splitlines()[-1]
    before = sum(last + 1 - first for first, last in server.asked if (first, last) != (0, 0))
    assert _fetch("--pair", "1") == 0
    after = sum(last + 1 - first for first, last in server.asked if (first, last) != (0, 0))
    assert after - before == total


def test_what_was_fetched_once_is_there_offline(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _fetch("--item", AFTER, "--bands", "red,nir", "--json") == 0
    first = _json(capsys)["fetched"][0]
    asked = len(server.asked)
    assert _fetch("--item", AFTER, "--bands", "red,nir", "--out", "again", "--offline", "--json") == 0
    second = _json(capsys)["fetched"][0]
    assert len(server.asked) == asked
    for file in Path(first["path"]).iterdir():
        assert file.read_bytes() == (Path(second["path"]) / file.name).read_bytes()
    assert first["licence"] == "LicenseRef-Copernicus-Sentinel"


def test_a_date_that_fails_is_named_and_the_other_one_kept(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    root = json.loads(Path("rajin.json").read_text())
    root["features"][0]["assets"]["nir"]["href"] = server.url("before/none.tif")
    Path("rajin.json").write_text(json.dumps(root))
    assert _fetch("--pair", "1") == 1
    told = capsys.readouterr()
    assert f"{BEFORE} (2023-08-12T02:18:31Z) was not fetched:" in told.err
    assert "none.tif is not there" in told.err
    assert AFTER in told.out and "compare" not in told.out
    assert len(list(Path("rajin").iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "--pair N, --item ID or --all"),
        (["--pair", "1", "--item", AFTER], "--pair N, --item ID or --all"),
        (["--pair", "2"], "There is no pair 2"),
        (["--item", "x"], "There is no item x"),
        (["--item", AFTER, "--out", "rajin.json"], "rajin.json is a file; give a folder with --out"),
        (["--item", AFTER, "--area", "none.geojson"], "There is no file none.geojson"),
        (["--item", AFTER, "--area", "none.kml"], "There is no file none.kml"),
        (["--item", AFTER, "--bands", "thermal"], "has no band thermal"),
        (["--item", AFTER, "--offline"], "is not kept on this machine"),
    ],
)
def test_wrong_input_is_told_in_a_sentence_and_leaves_nothing(
    server: Server, words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _fetch(*words) == 1
    assert says in capsys.readouterr().err
    assert not Path("rajin").exists()


def test_a_server_of_ones_own_needs_the_flags(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "rajin.json", "--pair", "1", "--allow-host", "data.example"]) == 1
    assert "give --allow-local" in capsys.readouterr().err
    assert main(["fetch", "rajin.json", "--pair", "1", "--allow-local"]) == 1
    assert "data.example may not be opened" in capsys.readouterr().err


def test_tiles_of_a_site_are_a_scene_and_undated_without_a_date(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    done, body = cv2.imencode(".png", np.full((256, 256, 3), 90, dtype=np.uint8))
    assert done
    Path("area.json").write_text(json.dumps(mapping(box(0.001, 0.001, 0.002, 0.002))))
    for column, row in ((0, 0), (0, -1), (1, 0), (1, -1)):  # around where the equator crosses Greenwich
        file = server.folder / "tiles" / str(2**15 + column) / f"{2**15 + row}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(body))
    words = [server.url("tiles/{x}/{y}.png?z={z}"), "--zoom", "16", "--area", "area.json", "--out", "scenes"]
    assert main(["tiles", *words, "--allow-local", "--dry-run"]) == 0
    assert "of 2.39 m pixels at zoom 16" in capsys.readouterr().out
    assert main(["tiles", *words, "--allow-local"]) == 0
    told = capsys.readouterr()
    assert "It is undated" in told.err and "give --credit and --licence" in told.err
    (folder,) = Path("scenes").iterdir()
    assert read_scene(folder).acquisition.time is None
    dated = ["--date", "2023-10-16", "--credit", "© Somebody", "--licence", "CC-BY-4.0", "--offline", "--json"]
    assert main(["tiles", *words, *dated]) == 0
    found = _json(capsys)
    assert found["licence"] == "CC-BY-4.0"
    assert read_scene(found["path"]).acquisition.time == "2023-10-16"
    assert main(["tiles", *words[:-4], "--out", "scenes"]) == 1
    assert "give --area FILE, or --site ID" in capsys.readouterr().err
