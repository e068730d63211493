"""What holds for every format of records: one way out, the same bytes for the same records, one journal entry."""

from pathlib import Path

import pytest

from depotwatch.labels.errors import ExportError
from depotwatch.labels.export import CSV, FORMATS, Format, Rendered, export
from depotwatch.labels.integrity import sha256_file
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_records_give_the_same_bytes_whatever_was_exported_between(name: str, case: Project) -> None:
    first, second = case.path.with_name("first"), case.path.with_name("second")
    export(case, first, FORMATS[name], "Ada")
    export(case, case.path.with_name("between"), CSV, "Bo")
    export(case, second, FORMATS[name], "Ada")
    assert first.read_bytes() == second.read_bytes()
    assert case.journal()[0].mark.encode() in first.read_bytes()
    assert b"Contains modified Copernicus Sentinel data" in first.read_bytes()


def test_an_export_is_journalled_once_with_what_was_written(case: Project) -> None:
    path = case.path.with_name("out.csv")
    done = export(case, path, CSV, "Ada", verdicts=("accepted",))
    assert (done.labels, done.head) == (1, case.journal()[0].mark)
    entry = case.journal()[-1]
    assert (entry.analyst, entry.action) == ("Ada", "export")
    assert entry.payload["sha256"] == sha256_file(path)
    assert (entry.payload["file"], entry.payload["format"], entry.payload["labels"]) == ("out.csv", "csv", 1)
    export(case, path, CSV, "Ada", verdicts=("accepted",))
    assert len(case.journal()) == 2
    export(case, path, CSV, "Bo", verdicts=("accepted",))
    assert len(case.journal()) == 3
    assert verify_chain(case.journal(), done.head) is None


def test_what_cannot_be_written_is_not_journalled(case: Project) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        export(case, case.path.with_name("nowhere") / "out.csv", CSV, "Ada")
    assert len(case.journal()) == 1


def test_a_project_that_changes_while_it_is_rendered_is_not_exported(case: Project) -> None:
    def meddled(project: Project, labels: object, name: str) -> Rendered:
        project.append("Bo", "note", {"annotation": "pit"})
        return Rendered(b"stale", {})

    path = case.path.with_name("out.csv")
    with pytest.raises(ExportError, match="was changed while it was exported"):
        export(case, path, Format("stale", (), meddled), "Ada")
    assert not path.exists()


def test_files_beside_the_main_one_are_written_with_it_or_not_at_all(case: Project, tmp_path: Path) -> None:
    out = tmp_path / "folder"
    out.mkdir()

    def two(project: Project, labels: object, name: str) -> Rendered:
        return Rendered(b"main", {"parts/a.png": b"a"})

    export(case, out / "out.json", Format("two", (), two))
    assert (out / "parts" / "a.png").read_bytes() == b"a"

    def far(project: Project, labels: object, name: str) -> Rendered:
        return Rendered(b"main", {"new/b.png": b"b", "out.json/c.png": b"c"})

    with pytest.raises(ExportError, match="cannot be written"):
        export(case, out / "out.json", Format("far", (), far))
    assert sorted(path.name for path in out.iterdir()) == ["out.json", "parts"]
