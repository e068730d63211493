"""A site over its dates from the command line."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from shapely import box

from depotwatch.labels.project import Project
from depotwatch.labels.records import (
    Annotation,
    Candidate,
    Comparison,
    Count,
    KindResult,
    SceneRecord,
    Shape,
    Site,
    Verdict,
)
from depotwatch.plugins.cli import main

DAYS = ("2023-08-01", "2023-08-20", "2023-09-10")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project of a port and a depot: at each a pair of dates, and at the depot a clouded one between."""
    monkeypatch.chdir(tmp_path)
    with Project.create(tmp_path / "p.gpkg", title="Two sites") as project:
        for site in ("port", "depot"):
            project.put_site(Site(site, site.title()))
            for day in DAYS:
                put_scene(project, f"{site}-{day}", day, 0.1 if (site, day) == ("depot", DAYS[1]) else 1.0)
        put_look(project, "port", DAYS[0], DAYS[1], "vanished", 30)
        put_look(project, "depot", DAYS[0], DAYS[2], "appeared", 28)
        put_look(project, "depot", DAYS[0], DAYS[1], "appeared", None)
    return tmp_path / "p.gpkg"


def put_scene(project: Project, name: str, day: str, valid: float) -> None:
    record = SceneRecord(
        id=name, name=name, path=name, time=day, sensor="optical", platform=None, level=None, bands=("1",),
        height_px=100, width_px=100, gsd_y_m=0.5, gsd_x_m=0.5, crs=None, transform=(0.5, 0.0, 0.0, 0.0, -0.5, 0.0),
        sun_azimuth_deg=None, sun_elevation_deg=None, sun_computed=False, view_off_nadir_deg=None,
        view_azimuth_deg=None, units=None, offset_applied=None, valid_fraction=valid,
        credit=None, licence=None, synthetic=False,
    )  # fmt: skip
    project.add_scene(record)


def put_look(project: Project, site: str, first: str, last: str, change: str, held: int | None) -> None:
    before, after = f"{site}-{first}", f"{site}-{last}"
    shape = Shape(box(10, 10, 50, 30), before, None, 20.0, 10.0, 200.0, 90.0)
    count = None if held is None else Count(held, held, held)
    stack = Annotation(
        site, "container-stack", change, "unknown", shape, "machine", site, before, after, 0.9, count
    )  # fmt: skip
    run = Comparison(
        id=f"{before}{after}", before=before, after=after, site=site, settings={}, version="1", refused=None,
        method="plain", threshold=1.0, shift_y_m=0.0, shift_x_m=0.0, residual_median_px=0.1, residual_p95_px=0.2,
        registration=None, valid_fraction=1.0, valid_area_km2=1.0, false_alarms_per_km2=None,
        kinds=(KindResult("container-stack", True, "", 1),), time="2024-01-01T00:00:00Z",
    )  # fmt: skip
    if held is None:
        project.add_comparison(run)
        return
    found = Candidate(f"c-{site}", run.id, site, stack.kind, change, "unknown", shape, 0.9, count, {})
    project.add_comparison(run, [found], [stack])
    project.put_verdict(Verdict(site, "Ada", "accepted", None, "", "2024-01-01T00:00:00Z"))


def printed(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(words) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    return shown.out


def test_dates_are_rows_and_a_clouded_one_says_why(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(["series", "p.gpkg", "depot"], capsys).splitlines()
    assert re.split(r"\s{2,}", shown[0].strip()) == ["date", "seen", "containers", "note"]
    assert re.split(r"\s{2,}", shown[2].strip()) == [DAYS[0], "100%", "0"]
    assert re.split(r"\s{2,}", shown[3].strip())[:3] == [DAYS[1], "10%", "–"]
    assert "blocked: 90% of its scene is cloud or has no data" in shown[3]
    assert re.split(r"\s{2,}", shown[4].strip()) == [DAYS[2], "100%", "28"]
    assert any(line.startswith(f"{DAYS[0]}  {DAYS[2]}  containers  28 ") for line in shown)


def test_json_is_one_object_and_the_table_is_kept(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["series", "p.gpkg", "depot", "--to", "port", "--json"]
    found: dict[str, Any] = json.loads(printed(words, capsys))
    assert found["site"] == {"id": "depot", "name": "Depot"}
    assert [one["blocked"] is None for one in found["dates"]] == [True, False, True]
    (interval,) = found["intervals"]
    assert (interval["start"], interval["end"], interval["appeared"]["best"]) == (DAYS[0], DAYS[2], 28)
    assert interval["hidden"] == [{"day": DAYS[1], "reason": "90% of its scene is cloud or has no data"}]
    (stay,) = found["stays"]
    assert (stay["last_absent"], stay["first_present"], stay["first_absent"]) == (DAYS[0], DAYS[2], None)
    assert found["visits"] is None and found["flow"][0]["left"]["high"] == 0
    before = path.read_bytes()
    assert json.loads(printed(words, capsys)) == found
    with Project.open(path, read_only=True) as project:
        assert [row.best for row in project.series("depot")] == [0, None, 28]
        assert not project.journal()
    assert path.read_bytes() == before, "the same again writes nothing"


def test_to_another_site_prints_what_could_be_the_same(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(["series", "p.gpkg", "port", "--to", "depot"], capsys).splitlines()[-1]
    assert told.startswith("At most 28 of the 30 containers that left Port between 2023-08-01 and 2023-08-20 could be")
    assert told.endswith("no image shows that any of them is the same.")
    told = printed(["series", "p.gpkg", "port", "--to", "depot", "--start", "2024-01-01"], capsys).splitlines()[-1]
    assert told.startswith("No container stacks were seen to have left Port")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["harbour"], "Site 'harbour' is not in the project (it has depot, port)"),
        (["depot", "--to", "harbour"], "Site 'harbour'"),
        (["depot", "--start", "2024-02-01", "--end", "2024-01-01"], "--start 2024-02-01 is after --end 2024-01-01"),
        (["depot", "--start", "May"], "'May' is not a day"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_sentence(
    path: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["series", "p.gpkg", *words]) == 1
    shown = capsys.readouterr()
    assert shown.out == "" and told in shown.err and shown.err.count("\n") == 1


def test_a_site_without_dates_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "empty.gpkg"
    with Project.create(path) as project:
        project.put_site(Site("depot", "Depot"))
    told = printed(["series", str(path), "depot"], capsys)
    assert told == "No dated scene of Depot is in the project; compare two with --site depot.\n"


def test_a_project_that_cannot_be_written_is_printed_all_the_same(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.chmod(0o444)
    assert main(["series", "p.gpkg", "depot"]) == 0
    shown = capsys.readouterr()
    assert DAYS[2] in shown.out and "not kept in the project: " in shown.err
    path.chmod(0o644)
