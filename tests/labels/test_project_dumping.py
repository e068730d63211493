"""A project comes back from its records as it was, and says nothing of the analyst's disk."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Polygon

from depotwatch.labels.errors import ProjectError
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project
from depotwatch.labels.project.dumping import dump_records, restore_records
from depotwatch.labels.records import Annotation, Verdict


def there_and_back(project: Project, out: Path) -> Project:
    dumped = json.loads(json.dumps(dump_records(project, project.journal())))
    restore_records(dumped, out)
    return Project.open(out)


def held(project: Project) -> list[object]:
    return [
        *(project.annotations(include_withdrawn=True), project.candidates(), project.comparisons(), project.verdicts()),
        *(project.sources(), project.origins(), project.claims(), project.citations(), project.sites()),
        *(project.journal(), project.title, project.synthetic, project.estimates()),
    ]


def test_everything_comes_back_with_its_seals(case: Project, unplaced: Annotation, tmp_path: Path) -> None:
    with case.transaction():
        case.put_annotation(unplaced)
        case.put_verdict(Verdict("sketch", "Bo", "rejected", "shadow", "=1+1", "2024-05-03T00:00:00.000Z"))
        case.append("Bo", "verdict", {"annotation": "sketch"})
    with there_and_back(case, tmp_path / "again.gpkg") as again:
        assert held(again) == held(case)
        assert again.seals() == case.seals()
        assert verify_chain(again.journal()) is None
        again.append("Ada", "note", {})


def test_nothing_tells_where_files_lay(case: Project, tmp_path: Path) -> None:
    one = case.scene("sha-before")
    case.put_scene(replace(one, path="../../ada/secret/S2.SAFE/R10m/B02.jp2,../../ada/secret/S2.SAFE/R20m/SCL.jp2"))
    case.put_scene(replace(case.scene("sha-after"), path="C:\\Users\\ada\\after.tif"))
    case.set_preference("view of Ada", "secret")
    text = json.dumps(dump_records(case, case.journal()))
    assert "secret" not in text and "Users" not in text
    with there_and_back(case, tmp_path / "again.gpkg") as again:
        assert again.scene("sha-before").path == "R10m/B02.jp2,R20m/SCL.jp2"
        assert again.scene("sha-after").path == "after.tif"


@pytest.mark.parametrize("dump", [{}, {"project": 3}, {"project": {"title": "x", "synthetic": False, "version": 999}}])
def test_what_is_no_project_leaves_nothing_behind(dump: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="records"):
        restore_records(dump, tmp_path / "again.gpkg")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("rows", [[{"fid": 1}], [{"fid": "x", "id": "a"}], [3], 3])
def test_rows_that_are_none_leave_nothing_behind(rows: object, case: Project, tmp_path: Path) -> None:
    dump = dump_records(case, case.journal())
    dump["tables"]["scene"] = rows
    out = tmp_path / "new" / "again.gpkg"
    out.parent.mkdir()
    with pytest.raises(ProjectError, match="not what a project holds"):
        restore_records(dump, out)
    assert not list(out.parent.iterdir())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    note=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40),
    corners=st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=3, max_size=8, unique=True),
    score=st.none() | st.floats(0, 1, exclude_max=True),
)
def test_any_outline_and_any_words_come_back(
    note: str,
    corners: list[tuple[float, float]],
    score: float | None,
    case: Project,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    pit = case.annotation("pit")
    case.put_annotation(replace(pit, note=note, score=score, shape=replace(pit.shape, pixels=Polygon(corners))))
    with there_and_back(case, tmp_path_factory.mktemp("round") / "two.gpkg") as again:
        assert held(again) == held(case)
