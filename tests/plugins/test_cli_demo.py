"""The demo goes the whole way without a window, and says what is synthetic."""

import contextlib
import io
import json
import re
from pathlib import Path

import pytest

from depotwatch.annotate.case import SIMULATED
from depotwatch.annotate.ledger import ledger
from depotwatch.labels.project import Project
from depotwatch.plugins.cli import main

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


def run_demo(folder: Path) -> str:
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        assert main(["demo", "--headless", "--project", str(folder / "demo.gpkg")]) == 0
    return told.getvalue()


@pytest.fixture(scope="module")
def told(folder: Path) -> str:
    return run_demo(folder)


def test_counts_stand_beside_the_truth(told: str) -> None:
    rows = {
        kind: [int(number) for number in numbers.split()]
        for kind, numbers in re.findall(r"^([a-z-]+)((?: +\d+){5})$", told, re.MULTILINE)
    }
    assert {"storage-pit", "container-stack"} <= set(rows)
    for there, found, as_unknown, missed, _ in rows.values():
        assert there == found + as_unknown + missed > 0
    named = re.findall(r"^ +missed: ", told, re.MULTILINE)
    assert len(named) == sum(missed for _, _, _, missed, _ in rows.values())


def test_it_ends_with_ledger_and_files(folder: Path, told: str) -> None:
    assert "synthetic" in told
    assert told.index("Ledger of the invented") < told.index("Ledger of the cited") < told.index("Where everything is")
    for name in (
        "demo.gpkg",
        "cited-reports.gpkg",
        "demo.geojson",
        "demo.csv",
        "before.tif",
        "after.tif",
        "truth.json",
    ):
        assert (folder / name).exists()
        assert str(folder / name) in told


def test_everything_in_the_project_is_said_to_be_synthetic(folder: Path, told: str) -> None:
    with Project.open(folder / "demo.gpkg", read_only=True) as project:
        assert project.synthetic
        assert all(scene.synthetic for scene in project.scenes())
        verdicts = project.verdicts()
        assert verdicts, "some are decided, so that the ledger has something to say"
        assert {verdict.analyst for verdict in verdicts} == {SIMULATED}
        assert all("Simulated" in verdict.note for verdict in verdicts)
        assert len(verdicts) < len(project.annotations()), "the rest is left to the newcomer"
        statuses = {row.claim.id: row.status for row in ledger(project)}
    assert "synthetic" in (folder / "demo.geojson").read_text(encoding="utf-8")
    assert "synthetic" in (folder / "demo.csv").read_text(encoding="utf-8")
    assert statuses["rounds-stored"] == "not testable"
    assert statuses["pits-many"] != "supported"


def test_the_cited_reports_are_a_project_without_pixels(folder: Path, told: str) -> None:
    with Project.open(folder / "cited-reports.gpkg", read_only=True) as project:
        assert not project.synthetic
        assert project.scenes() == ()
        rows = ledger(project)
    assert len(rows) > 10
    assert {row.status for row in rows} == {"not testable"}
    assert any("no imagery" in row.explanation.lower() for row in rows)


def test_doing_it_again_adds_nothing(folder: Path, told: str) -> None:
    def held() -> list[object]:
        with Project.open(folder / "demo.gpkg", read_only=True) as project:
            return [project.candidates(), project.verdicts(), project.citations(), len(project.journal())]

    had = held()
    assert run_demo(folder) == told
    assert held() == had


def test_another_case_does_not_go_into_the_same_project(
    folder: Path, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["demo", "--headless", "--project", str(folder / "demo.gpkg"), "--seed", "2"]
    before = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["seed"]
    assert main(words) == 1
    assert "--project" in capsys.readouterr().err
    assert json.loads((folder / "truth.json").read_text(encoding="utf-8"))["seed"] == before
