"""What the store promises to those who write: one transaction, one order, nothing twice, nothing dangling."""

import threading
from dataclasses import replace

import pytest

from depotwatch.labels.errors import ProjectError, RecordError
from depotwatch.labels.project import Project
from depotwatch.labels.records import Annotation, Citation, Verdict


def said(analyst: str, value: str = "accepted", reason: str | None = None) -> Verdict:
    return Verdict("pit", analyst, value, reason, "", "2024-05-03T00:00:00.000Z")


def test_a_failed_transaction_leaves_records_and_journal_as_they_were(case: Project) -> None:
    before = (case.annotations(), case.verdicts(), case.journal(), case.head)
    with pytest.raises(ZeroDivisionError), case.transaction():
        case.put_verdict(said("Ada", "rejected", "shadow"))
        case.put_annotation(replace(case.annotation("pit"), note="changed"))
        case.append("Ada", "verdict", {"annotation": "pit"})
        _ = 1 / 0
    assert (case.annotations(), case.verdicts(), case.journal(), case.head) == before


def test_what_fails_inside_is_undone_alone_and_the_outer_transaction_goes_on(case: Project) -> None:
    with case.transaction():
        case.set_preference("kept", "yes")
        with pytest.raises(RecordError), case.transaction():
            case.set_preference("kept", "no")
            case.put_verdict(replace(said("Ada"), annotation="nowhere"))
        case.set_preference("more", "yes")
    assert (case.preference("kept"), case.preference("more")) == ("yes", "yes")


def test_an_inner_block_is_lost_with_the_outer_one(case: Project) -> None:
    with pytest.raises(RuntimeError), case.transaction():
        with case.transaction():
            case.set_preference("inner", "yes")
        raise RuntimeError
    assert case.preference("inner") is None


def test_the_same_scene_from_another_folder_adds_nothing(case: Project) -> None:
    known = case.scene("sha-before")
    assert case.add_scene(replace(known, path="elsewhere/copy.tif", name="copy.tif")) is False
    assert case.scene("sha-before") == known


def test_the_same_scene_with_other_facts_is_refused_by_name_and_may_be_corrected(case: Project) -> None:
    dated = replace(case.scene("sha-after"), time="2023-10-01")
    with pytest.raises(RecordError, match="time None, now '2023-10-01'"):
        case.add_scene(dated)
    case.put_scene(dated)
    assert case.add_scene(dated) is False
    assert case.scene("sha-after").time == "2023-10-01"


def test_the_same_comparison_again_adds_nothing(case: Project) -> None:
    known = case.comparison("run")
    again = replace(known, time="2031-01-01T00:00:00.000Z")
    before = (case.comparisons(), case.candidates(), case.annotations())
    assert case.add_comparison(again, case.candidates("run"), [case.annotation("pit")]) is False
    assert (case.comparisons(), case.candidates(), case.annotations()) == before


def test_another_comparison_under_a_known_id_is_refused(case: Project) -> None:
    with pytest.raises(RecordError, match="with other scenes, settings or version"):
        case.add_comparison(replace(case.comparison("run"), settings={"method": "other"}))


def test_a_comparison_whose_candidate_names_no_annotation_is_not_kept_at_all(case: Project) -> None:
    run = replace(case.comparison("run"), id="second run")
    stray = replace(case.candidates()[0], id="stray", comparison="second run", annotation="nowhere")
    with pytest.raises(RecordError, match="no annotation 'nowhere'"):
        case.add_comparison(run, [stray])
    assert [comparison.id for comparison in case.comparisons()] == ["run"]


def test_the_newest_comparison_of_a_pair_stands_for_it(case: Project) -> None:
    first = case.comparison("run")
    newer = replace(first, id="newer", time="2025-01-01T00:00:00.000Z")
    older = replace(first, id="older", time="2020-01-01T00:00:00.000Z")
    swapped = replace(first, id="swapped", before="sha-after", after="sha-before")
    for comparison in (newer, older, swapped):
        case.add_comparison(comparison)
    assert {comparison.id for comparison in case.latest_comparisons()} == {"newer", "swapped"}


def test_annotations_keep_their_order_when_edited_or_placed_on_the_ground(case: Project, unplaced: Annotation) -> None:
    case.put_annotation(unplaced)
    case.put_annotation(replace(case.annotation("second"), id="last"))
    order = ["pit", "second", "sketch", "last"]
    assert [annotation.id for annotation in case.annotations()] == order
    case.put_annotation(replace(case.annotation("pit"), note="edited"))
    placed = replace(unplaced, shape=replace(unplaced.shape, ground=case.annotation("pit").shape.ground))
    case.put_annotation(placed)
    assert [annotation.id for annotation in case.annotations()] == order
    assert case.annotation("sketch") == placed


def test_withdrawn_annotations_are_kept_but_not_listed(case: Project) -> None:
    case.put_annotation(replace(case.annotation("second"), withdrawn=True))
    assert [annotation.id for annotation in case.annotations()] == ["pit"]
    assert len(case.annotations(include_withdrawn=True)) == 2
    assert case.annotation("second").withdrawn


def test_each_analyst_has_one_verdict_and_one_citation_of_a_claim(case: Project) -> None:
    case.put_verdict(said("Ada", "rejected", "shadow"))
    case.put_verdict(said("Bo", "unsure"))
    assert {(one.analyst, one.value) for one in case.verdicts("pit")} == {("Ada", "rejected"), ("Bo", "unsure")}
    assert case.remove_verdict("pit", "Ada") is True
    assert case.remove_verdict("pit", "Ada") is False
    case.put_citation(Citation("pit", "pits", "opposes", "Ada", "2024-05-04T00:00:00.000Z", "only two"))
    assert [one.relation for one in case.citations()] == ["opposes"]
    assert case.remove_citation("pit", "pits", "Ada") is True
    assert case.citations() == ()


@pytest.mark.parametrize(
    "verdict",
    [said("Ada", "rejected"), said("Ada", "accepted", "shadow"), said("Ada", "rejected", "boredom"), said(" ")],
)
def test_a_verdict_needs_a_name_and_a_reason_exactly_when_it_rejects(case: Project, verdict: Verdict) -> None:
    before = case.verdicts()
    with pytest.raises(RecordError):
        case.put_verdict(verdict)
    assert case.verdicts() == before


def test_a_claim_that_names_no_known_source_says_which(case: Project) -> None:
    with pytest.raises(RecordError, match="names the source 'unheard' as its source"):
        case.put_claim(replace(case.claims()[0], source="unheard"))


def test_a_record_that_is_not_there_is_named(case: Project) -> None:
    for ask in (case.scene, case.comparison, case.annotation):
        with pytest.raises(RecordError, match="'nothing'"):
            ask("nothing")


def test_threads_share_a_project_without_mixing_their_transactions(case: Project) -> None:
    failed: list[str] = []

    def work(analyst: str) -> None:
        for turn in range(10):
            try:
                with case.transaction():
                    case.put_verdict(said(analyst))
                    case.append(analyst, "verdict", {"turn": turn})
                    if turn % 2:
                        raise RuntimeError
            except RuntimeError:
                continue
            except (ProjectError, RecordError) as error:
                failed.append(str(error))

    workers = [threading.Thread(target=work, args=(name,)) for name in ("Ada", "Bo", "Cy")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    turns = [entry.payload["turn"] for entry in case.journal() if "turn" in entry.payload]
    assert failed == []
    assert sorted(map(str, turns)) == sorted(str(turn) for turn in range(0, 10, 2) for _ in workers)


def test_a_second_program_sees_each_commit_at_once(case: Project) -> None:
    with Project.open(case.path, read_only=True) as other:
        case.put_verdict(said("Bo"))
        assert {verdict.analyst for verdict in other.verdicts("pit")} == {"Ada", "Bo"}
        with pytest.raises(ProjectError, match="read-only"):
            other.put_verdict(said("Cy"))
