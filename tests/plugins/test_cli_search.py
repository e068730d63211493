import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from shapely.geometry import mapping

from depotwatch.labels.project import Project
from depotwatch.plugins.cli import flags, main

from ..imagery.stac_server import AREA, HOST, Api, add_item, stac_api

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """Serve three dates of the made site; the name resolves to this machine."""
    terms = flags.terms
    monkeypatch.setenv("DEPOTWATCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(flags, "terms", lambda *given: replace(terms(*given), resolve=lambda host, port: ["127.0.0.1"]))
    (tmp_path / "area.json").write_text(json.dumps(mapping(AREA)))
    folder = tmp_path / "served"
    folder.mkdir()
    with stac_api(folder) as api:
        add_item(api, "cloudy", "2023-08-14T02:30:00Z", 0.9)
        add_item(api, "clear", "2023-08-04T02:30:00Z", 0.05)
        add_item(api, "after", "2023-10-21T02:30:00Z", 0.0)
        yield api


def _search(api: Api, *more: str) -> int:
    days = ["--before", "2023-08-15", "--after", "2023-10-16"]
    area = str(api.files.folder.parent / "area.json")
    return main(["search", "rajin", *days, "--area", area, *_of(api), *more])


def test_the_clear_pair_comes_first_and_the_next_step_is_named(
    api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "rajin.json"
    assert _search(api, "--save", str(kept)) == 0
    out, err = capsys.readouterr()
    first = next(line for line in out.splitlines() if line.startswith("1 "))
    assert "2023-08-04 02:30" in first and "2023-10-21 02:30" in first
    assert "same orbit" in first
    assert f"depotwatch fetch {kept} --pair 1" in err
    assert kept.is_file()


def test_json_is_one_object_and_says_the_same_offline(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    assert _search(api, "--json") == 0
    online = json.loads(capsys.readouterr().out)
    assert _search(api, "--json", "--offline") == 0
    assert json.loads(capsys.readouterr().out) == online
    assert online["pairs"][0]["before"]["id"] == "clear"
    assert online["pairs"][0]["before"]["scene_cloud_percent"] == 50
    assert {"clear", "season", "sun", "view", "near", "sharp"} == set(online["pairs"][0]["factors"])


def test_how_good_the_area_of_a_cited_site_is_is_told(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "rajin", "--before", "2020-01-01", "--after", "2020-02-01", *_of(api)]) == 0
    assert "gazetteer-level" in capsys.readouterr().err


def test_a_search_that_finds_no_pair_says_what_to_do(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    assert _search(api, "--days", "4") == 0
    assert "search more than 4 days with --days" in capsys.readouterr().err


def test_days_come_from_a_claim(api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = tmp_path / "p.gpkg"
    Project.create(project).close()
    assert main(["search", "rajin", "--claim", "c1", "--project", str(project), *_of(api)]) == 1
    assert "There is no claim c1 in the project; it has none" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["search", "nowhere", "--before", "2023-08-15", "--after", "2023-10-16"], "There is no site nowhere; known"),
        (["search", "rajin", "--before", "2023-10-16", "--after", "2023-08-15"], "swap them"),
        (["search", "rajin", "--before", "soon", "--after", "2023-08-15"], "'soon' is no day"),
        (["search", "rajin", "--before", "2023-08-15"], "Both days are needed"),
        (["search", "rajin", "--before", "0001-01-02", "--after", "2023-08-15"], "leave the calendar"),
        (["search", "rajin", "--before", "2023-08-15", "--after", "9999-12-31"], "leave the calendar"),
        (
            ["search", "rajin", "--before", "2023-08-15", "--after", "2023-10-16", "--save", "no/x.json"],
            "There is no folder no",
        ),
        (
            ["search", "rajin", "--before", "2023-08-15", "--after", "2023-10-16", "--catalog", "x"],
            "'x' is no catalogue",
        ),
    ],
)
def test_wrong_input_is_told_in_a_sentence(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 1
    assert says in capsys.readouterr().err


def test_a_server_of_ones_own_needs_the_flag(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["search", "rajin", "--before", "2023-08-15", "--after", "2023-10-16", "--catalog", api.url]
    assert main(words) == 1
    assert "it is not https; for a server of your own give --allow-local" in capsys.readouterr().err
    assert HOST in api.url


def _of(api: Api) -> list[str]:
    return ["--catalog", api.url, "--allow-local"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--box", "130.25,42.19,130.35,42.27"], None),
        (["--point", "130.30,42.23", "--radius-km", "4"], None),
        (["--point", "130.30,42.23"], "A point needs a radius"),
        (["--box", "1,2,3"], "is no box"),
        (["--box", "130.25,42.19,130.35,42.27", "--point", "130.3,42.2", "--radius-km", "4"], "more than one way"),
        (["--point", "179.99,0", "--radius-km", "40"], "180th meridian"),
    ],
)
def test_a_site_is_made_of_a_box_or_a_point_and_radius(
    words: list[str], says: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "p.gpkg"
    code = main(["site", "add", str(project), "own", *words, "--analyst", "A"])
    assert code == (0 if says is None else 1)
    if says is not None:
        assert says in capsys.readouterr().err
        assert not project.exists()
        return
    with Project.open(project, read_only=True) as kept:
        (site,) = (site for site in kept.sites() if site.id == "own")
        assert site.area is not None and site.area.contains(site.area.centroid)


def test_a_site_is_made_of_a_kml_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ring = "130.25,42.19,0 130.35,42.19,0 130.35,42.27,0 130.25,42.27,0 130.25,42.19,0"
    polygon = f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs>"
    kml = '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark>{}</Polygon></Placemark></kml>'
    file, project = tmp_path / "area.kml", tmp_path / "p.gpkg"
    file.write_text(kml.format(polygon))
    assert main(["site", "add", str(project), "own", "--area", str(file), "--analyst", "A"]) == 0
    with Project.open(project, read_only=True) as kept:
        assert next(site for site in kept.sites() if site.id == "own").area is not None
    file.write_text('<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + kml.format("<a>&a;</a>" + polygon))
    assert main(["site", "add", str(project), "other", "--area", str(file), "--analyst", "A"]) == 1
    assert "holds no polygon that can be read as KML" in capsys.readouterr().err


def test_the_best_dates_of_a_period_are_listed_with_those_that_were_blocked(
    api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    area = str(tmp_path / "area.json")
    words = ["search", "rajin", "--from", "2023-08-01", "--to", "2023-10-31", "--best", "3", "--area", area, *_of(api)]
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert [line[:16] for line in out.splitlines()[2:]] == [
        "2023-08-04 02:30",
        "2023-08-14 02:30",
        "2023-10-21 02:30",
    ]
    assert "blocked: 90% of what it covers" in out
    assert "No clear date lies between 2023-09-01 and 2023-09-30" in err
    assert main([*words, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [len(said[name]) for name in ("dates", "blocked", "gaps")] == [2, 1, 1]
    assert main([*words, "--before", "2023-08-15"]) == 1
    assert "neither --before" in capsys.readouterr().err
