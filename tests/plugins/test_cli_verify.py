"""`depotwatch verify`: a line a check, a conclusion, an exit code."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from depotwatch.annotate import Settings, compare
from depotwatch.labels.project import Project
from depotwatch.plugins.cli import main


@pytest.fixture
def project(rendered: tuple[Path, Path], tmp_path: Path) -> Path:
    path = tmp_path / "p.gpkg"
    compare(*rendered, path, Settings(analyst="Ada"))
    return path


def test_it_prints_a_line_a_check_and_a_conclusion(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Project.open(project, read_only=True) as kept:
        head = kept.head
    assert main(["verify", str(project), "--head", head]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("ok")] == [
        "journal", "head", "records", "foreign", "layers", "ids", "imagery", "re-run", "counts", "ledger"
    ]  # fmt: skip
    assert "Everything holds." in out
    assert f"Head of the journal: 1:{head}" in out
    assert max(map(len, lines)) <= 110


def test_one_altered_number_gives_exit_1_and_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(project)) as other, other:
        other.execute("UPDATE candidate SET score = 0.5")
    assert main(["verify", str(project)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "differs records" in out and "was altered outside the journal since journal entry 1 (compare by Ada" in out
    assert "p.gpkg does not hold." in out


def test_json_is_one_object(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(project), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["holds"] is True
    assert [one["check"] for one in told["checks"]][:2] == ["journal", "head"]
    assert {one["status"] for one in told["checks"]} == {"ok", "cannot be checked here"}


def test_what_cannot_be_read_is_a_failure_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path / "none.gpkg")]) == 1
    assert capsys.readouterr().err.startswith("There is no project")
