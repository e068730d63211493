"""The bench renders, compares and scores: what it reports is what the comparison said beside what is there."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from shapely.geometry import shape

from depotwatch.annotate.bench import detect, given
from depotwatch.annotate.errors import AnnotateError
from depotwatch.imagery.synthetic import render_case, write_case
from depotwatch.labels.records import Candidate, KindResult, Shape

EXTENT_M = 300.0


def comparison(refused: str | None = None, testable: bool = True) -> SimpleNamespace:
    why = "" if testable else "pixels too coarse"
    kinds = [KindResult(kind, testable, why, 0) for kind in (*detect.KINDS, "disturbed-soil")]
    return SimpleNamespace(refused=refused, kinds=kinds, valid_area_km2=0.04)


def seer(before: Path, after: Path, project: Path, settings: object) -> SimpleNamespace:
    """Propose what the truth file says, as a comparison without fault would."""
    assert after.is_file()
    assert not project.exists()
    features = json.loads((before.parent / "truth.json").read_text(encoding="utf-8"))["features"]
    candidates = []
    for index, feature in enumerate(features):
        said = feature["properties"]
        if said["change"] != "persisted":
            outline = Shape(shape(feature["geometry"]), "b", None, said["length_m"], said["width_m"], 1.0, 0.0)
            name = str(index)
            candidates.append(
                Candidate(name, "c", name, said["kind"], said["change"], said["state"], outline, 0.9, None, {})
            )
    return SimpleNamespace(candidates=tuple(candidates), comparison=comparison())


def blind(*_: object) -> SimpleNamespace:
    return SimpleNamespace(candidates=(), comparison=comparison(refused="The scenes could not be registered."))


def short_sighted(*_: object) -> SimpleNamespace:
    return SimpleNamespace(candidates=(), comparison=comparison(testable=False))


def test_a_comparison_without_fault_finds_all_and_raises_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "compare", seer)
    said: list[tuple[float, float, str]] = []
    table = detect.bench_detect((2,), (2.0, 4.0), EXTENT_M, progress=lambda *step: said.append(step))
    for gsd_m in (2.0, 4.0):
        kinds = [row.kind for row in table.rows if row.gsd_m == gsd_m]
        assert kinds[:2] == ["storage-pit", "container-stack"]
        assert set(kinds[2:]) <= {"vessel", "rail-car"}, "a row for what the cases hold"
    for row in table.rows:
        assert row.changed.there == row.changed.found > 0
        assert row.changed.false == row.null.proposed == row.refused == 0
        assert row.null.there == 0
        assert len(row.changed.lengths) == row.changed.found
        assert all(length == pytest.approx(proposed, rel=1e-4) for length, proposed in row.changed.lengths)
        assert row.changed.area_km2 == row.null.area_km2 == 0.04
    assert [(done, total) for done, total, _ in said] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert f"{table.rows[0].changed.found} of {table.rows[0].changed.there}" in table.to_text()


def test_the_objects_of_a_refused_pair_are_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "compare", blind)
    row = detect.bench_detect((2,), (2.0,), EXTENT_M, null_pairs=False).rows[0]
    assert (row.refused, row.changed.found) == (1, 0)
    assert row.null.area_km2 == 0
    assert row.changed.there > 0
    assert row.untested is None
    assert row.changed.area_km2 == pytest.approx(0.09, rel=1e-2)


def test_what_cannot_be_tested_is_said_and_not_scored_as_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "compare", short_sighted)
    table = detect.bench_detect((2,), (4.0,), 200.0, null_pairs=False)
    assert {row.untested for row in table.rows} == {"pixels too coarse"}
    assert "not testable: pixels too coarse" in table.to_text()


def test_where_pits_are_too_small_they_are_scored_as_soil(monkeypatch: pytest.MonkeyPatch) -> None:
    def blurred(before: Path, after: Path, project: Path, settings: object) -> SimpleNamespace:
        seen = seer(before, after, project, settings)
        named = {"storage-pit": "disturbed-soil", "container-stack": "unknown"}
        seen.candidates = tuple(replace(one, kind=named.get(one.kind, one.kind)) for one in seen.candidates)
        seen.comparison.kinds = [
            KindResult(kind, kind == "disturbed-soil", "pixels too coarse", 0)
            for kind in (*detect.KINDS, "disturbed-soil")
        ]
        return seen

    monkeypatch.setattr(detect, "compare", blurred)
    *named, soil = detect.bench_detect((2,), (5.0,), EXTENT_M, null_pairs=False).rows
    assert all(row.untested for row in named)
    assert (soil.kind, soil.untested, soil.asked_per_km2) == (detect.AS_SOIL, None, 10.0)
    assert soil.changed.there == soil.changed.found > 0
    assert soil.changed.false == 0


def test_coarse_pixels_get_larger_cases_over_the_same_ground() -> None:
    jobs = list(detect._jobs(tuple(range(25)), (1.0, 10.0), None, null_pairs=False))
    fine, coarse = ([job for job in jobs if job.gsd_m == gsd] for gsd in (1.0, 10.0))
    assert {job.extent_m for job in fine} == {400.0}
    assert {job.extent_m for job in coarse} == {1000.0}
    assert sum(job.extent_m**2 for job in coarse) == pytest.approx(sum(job.extent_m**2 for job in fine))


def test_cases_of_others_are_scored_by_their_truth_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    changed, null = (render_case(2, 4.0, EXTENT_M, null=null) for null in (False, True))
    write_case(changed, tmp_path / "one")
    write_case(null, tmp_path / "two")

    def beside(before: Path, *rest: object) -> SimpleNamespace:
        return SimpleNamespace(**vars(seer(before, *rest)), before=changed.before)  # type: ignore[arg-type]

    monkeypatch.setattr(given, "compare", beside)
    table = given.bench_given(tmp_path)
    stacks = next(row for row in table.rows if row.kind == "container-stack")
    assert stacks.gsd_m == 4.0
    assert stacks.changed.there == stacks.changed.found > 0
    assert stacks.changed.area_km2 == stacks.null.area_km2 == 0.04
    with pytest.raises(AnnotateError, match="holds no cases"):
        given.bench_given(tmp_path / "one")


def test_the_bench_seeds_are_not_those_of_other_tests() -> None:
    tests = Path(__file__).parent.parent
    for path in tests.rglob("test_synthetic_*.py"):
        assert not any(f"render_case({seed}" in path.read_text(encoding="utf-8") for seed in detect.SEEDS)
