"""`depotwatch project`: a whole project as one file."""

import json
from pathlib import Path

import pytest

from depotwatch.labels.project import Project
from depotwatch.plugins.cli import main


@pytest.fixture
def worked_on(tmp_path: Path) -> Path:
    path = tmp_path / "case.gpkg"
    with Project.create(path, title="A case") as project:
        project.append("Ada", "note", {"text": "first"})
    return path


def test_a_backup_holds_what_is_committed_while_another_program_writes(
    worked_on: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "copy.gpkg"
    with Project.open(worked_on) as project:
        project.append("Ada", "note", {"text": "second"})
        with project.transaction():
            project.append("Ada", "note", {"text": "not yet committed"})
            assert main(["project", "backup", str(worked_on), str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bytes"] == out.stat().st_size
    with Project.open(out) as copy:
        assert [entry.payload["text"] for entry in copy.journal()] == ["first", "second"]
        assert copy.journal()[-1].mark == told["head"]
        assert copy.title == "A case"
    assert not list(tmp_path.glob(".*")) and not list(tmp_path.glob("copy.gpkg-*"))


@pytest.mark.parametrize(
    ("out", "told"), [("case.gpkg", "already exists"), ("copy.txt", "must end in .gpkg"), ("no/copy.gpkg", "no folder")]
)
def test_what_cannot_be_a_copy_is_refused(
    worked_on: Path, out: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = worked_on.read_bytes()
    assert main(["project", "backup", str(worked_on), str(worked_on.parent / out)]) == 1
    assert told in capsys.readouterr().err
    assert [path.name for path in worked_on.parent.iterdir()] == ["case.gpkg"]
    assert worked_on.read_bytes() == before


def test_a_damaged_project_is_not_copied(worked_on: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = worked_on.read_bytes()
    worked_on.write_bytes(whole[:20000] + b"\xff" * 60000 + whole[80000:])
    assert main(["project", "backup", str(worked_on), str(worked_on.parent / "copy.gpkg")]) == 1
    assert "case.gpkg is damaged" in capsys.readouterr().err
    assert [path.name for path in worked_on.parent.iterdir()] == ["case.gpkg"]
