"""Judgements of claims and the linter from the command line."""

import json
from pathlib import Path

import pytest

from depotwatch.labels.project import Project
from depotwatch.plugins.cli import main

ANN = ["--analyst", "Ann"]
JUDGE = ["claim", "judge", "p.gpkg", "c"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert main(["source", "add", "p.gpkg", "s", "--title", "T", *ANN]) == 0
    words = ["claim", "add", "p.gpkg", "c", "--source", "s", "--statement", "Pits were dug", "--measure", "none"]
    assert main([*words, *ANN]) == 0
    return tmp_path / "p.gpkg"


def test_a_judgement_stands_beside_the_ledger_and_is_journalled(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ["--observation", "Rectangles are visible.", "--assessment", "They are storage pits."]
    assert main([*JUDGE, *said, "--likelihood", "likely", "--confidence", "low", *ANN]) == 0
    assert main([*JUDGE, *said, "--likelihood", "very likely", "--confidence", "low", *ANN]) == 0
    capsys.readouterr()
    assert main(["claims", "p.gpkg", "--json"]) == 0
    (judgement,) = json.loads(capsys.readouterr().out)["claims"][0]["judgements"]
    assert (judgement["likelihood"], judgement["confidence"], judgement["analyst"]) == ("very likely", "low", "Ann")
    assert main(["claims", "p.gpkg"]) == 0
    shown = capsys.readouterr().out
    assert "observation    Rectangles are visible. (Ann)" in shown and "likelihood     very likely (Ann)" in shown
    assert "1 claim in 1 source rests on 1 independent origin." in shown
    with Project.open(project, read_only=True) as kept:
        payload = kept.journal()[-1].payload
    assert payload["before"]["likelihood"] == "likely"  # type: ignore[index]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "Nothing is judged"),
        (["--likelihood", "probable"], "likelihood is 'probable'; allowed: almost no chance"),
        (["--confidence", "total"], "confidence is 'total'; allowed: low, moderate, high"),
    ],
)
def test_terms_of_another_row_and_levels_that_are_none_are_refused(
    words: list[str], why: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main([*JUDGE, *words, *ANN]) == 1
    assert why in capsys.readouterr().err
    assert main(["claim", "judge", "p.gpkg", "other", "--assessment", "x", *ANN]) == 1
    with Project.open(project, read_only=True) as kept:
        assert kept.judgements() == ()


def test_words_are_looked_through_on_saving_and_on_request(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*JUDGE, "--observation", "12 pits are visible.", *ANN]) == 0
    assert "count without interval: “12 pits” says that none was missed" in capsys.readouterr().err
    assert main(["words", "p.gpkg"]) == 0
    shown = capsys.readouterr().out
    assert (
        "observation by Ann (c): 12 pits are visible." in shown
        and "1 remark on what is to be written otherwise." in shown
    )
    assert main(["words", "p.gpkg", "--json"]) == 0
    (text,) = json.loads(capsys.readouterr().out)["texts"]
    assert text["findings"][0]["rule"] == "count without interval"
    assert main(["words", "p.gpkg", "--text", "Containers full of ammunition"]) == 0
    assert "contents asserted" in capsys.readouterr().out
    assert main(["words", "p.gpkg", "--text", "Containers are visible."]) == 0
    assert capsys.readouterr().out == "Nothing is to be written otherwise.\n"
