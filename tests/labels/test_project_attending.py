"""How the labels came about: remarks, glances and probes."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from depotwatch.labels.errors import LabelsError, RecordError
from depotwatch.labels.export import CSV, export
from depotwatch.labels.project import Project
from depotwatch.labels.records import Glance, Probe, ProbeRound, Remark


def remark(case: Project, number: int = 1) -> Remark:
    return Remark(f"r{number}", case.annotations()[0].id, "Ada", f"2032-01-0{number}T00:00:00Z", f"remark {number}")


def glance(case: Project, seconds: float = 2.5) -> Glance:
    run = case.comparisons()[0]
    return Glance("Ada", run.before, run.after, "both", 0.0, 10.0, 99.5, 60.0, 1.25, seconds, "2032-01-01T00:00:00Z")


def planted(case: Project) -> ProbeRound:
    run = case.comparisons()[0]
    things = {"things": [{"kind": "storage-pit"}]}
    return ProbeRound(
        "round", "Ada", "implant", True, run.before, run.after, 7, 1, None, things, "2032-01-01T00:00:00Z"
    )


def test_what_is_put_in_reads_back_in_its_order(case: Project) -> None:
    first, second = remark(case), remark(case, 2)
    case.put_remark(first)
    case.put_remark(second)
    assert case.remarks() == case.remarks(first.annotation) == (first, second)
    assert case.remove_remark(first.id) and not case.remove_remark(first.id)
    assert case.remarks() == (second,)
    case.add_glances([glance(case), glance(case, 4.0)])
    case.add_glances([glance(case, 1.0)])
    one = case.glances()[0]
    assert [each.seconds for each in case.glances(one.before, one.after)] == [2.5, 4.0, 1.0]
    assert case.glances(one.before, None) == ()


def test_what_was_looked_at_cannot_be_taken_back(case: Project) -> None:
    case.add_glances([glance(case)])
    case.close()
    with closing(sqlite3.connect(case.path)) as connection:
        for change in ("DELETE FROM glance", "UPDATE glance SET seconds = 1000"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(change)


def test_a_remark_and_a_probe_belong_to_what_is_there(case: Project) -> None:
    with pytest.raises(RecordError, match="no annotation 'nowhere'"):
        case.put_remark(replace(remark(case), annotation="nowhere"))
    with pytest.raises(RecordError, match="probe_round 'none'"):
        case.put_probe(Probe("place", "none", 0, {}))
    with pytest.raises(LabelsError):
        case.add_glances([replace(glance(case), before="none")])
    assert case.remarks() == () and case.glances() == ()


def test_a_round_of_implants_says_that_it_is_synthetic_and_is_exported_nowhere(case: Project) -> None:
    with pytest.raises(RecordError, match="implants alone are invented"):
        case.put_probe_round(replace(planted(case), synthetic=False))
    case.put_probe_round(planted(case))
    case.put_probe_round(replace(planted(case), ended="2032-01-02T00:00:00Z", outcome={"found": 1}))
    case.put_probe(Probe("place", "round", 0, {"kind": "storage-pit"}, {"value": "accepted"}))
    (kept,) = case.probe_rounds("Ada")
    assert kept.synthetic and kept.outcome == {"found": 1} and case.probe_rounds("Bo") == ()
    path = case.path.with_name("labels.csv")
    export(case, path, CSV)
    assert "place" not in {line.split(",")[0] for line in path.read_text().splitlines()}
    assert len(path.read_text().splitlines()) == 1 + len(case.annotations())
