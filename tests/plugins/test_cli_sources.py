"""Kept copies, reliability and hedges from the command line."""

import hashlib
import json
from pathlib import Path

import pytest

from depotwatch.labels.project import Project
from depotwatch.labels.records import Quantity
from depotwatch.labels.references import keeping
from depotwatch.plugins.cli import main

ANN = ["--analyst", "Ann"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEPOTWATCH_ANALYST", raising=False)
    words = ["source", "add", "p.gpkg", "gazette", "--title", "Des fosses", "--language", "fr", "--reliability", "B"]
    assert main([*words, *ANN]) == 0
    (tmp_path / "page.html").write_bytes(b"<html>\x00</html>")
    return tmp_path / "p.gpkg"


def told(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    capsys.readouterr()
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_a_copy_is_kept_by_its_hash_and_whole_where_that_is_wished(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sha256 = hashlib.sha256(b"<html>\x00</html>").hexdigest()
    assert main(["source", "attach", "p.gpkg", "gazette", "page.html", *ANN]) == 0
    assert f"SHA-256 {sha256}" in capsys.readouterr().err
    assert main(["source", "extract", "p.gpkg", "gazette", "out.html"]) == 1
    assert "keeps no file of gazette: attach it with --keep" in capsys.readouterr().err
    copy = ["--keep", "--retrieved", "2031-10-16T13:00:00+02:00", "--archive-url", "https://kept.example/a"]
    assert main(["source", "attach", "p.gpkg", "gazette", "page.html", *copy, *ANN]) == 0
    row = told(["source", "list", "p.gpkg", "--json"], capsys)["sources"][0]  # type: ignore[index]
    assert (row["sha256"], row["retrieved"], row["kept_bytes"]) == (sha256, "2031-10-16T11:00:00Z", 14)
    assert (row["language"], row["reliability"], row["archive_url"]) == ("fr", "B", "https://kept.example/a")
    assert main(["source", "extract", "p.gpkg", "gazette", "out.html"]) == 0
    assert (project.parent / "out.html").read_bytes() == b"<html>\x00</html>"
    assert main(["source", "extract", "p.gpkg", "gazette", "out.html"]) == 1, "nothing is overwritten"
    with Project.open(project, read_only=True) as kept:
        entry = kept.journal()[-1]
    assert (entry.action, entry.payload["sha256"], entry.payload["kept"]) == ("source attach", sha256, True)


def test_another_copy_takes_the_place_of_the_kept_one(project: Path) -> None:
    assert main(["source", "attach", "p.gpkg", "gazette", "page.html", "--keep", *ANN]) == 0
    (project.parent / "later.html").write_bytes(b"later")
    assert main(["source", "attach", "p.gpkg", "gazette", "later.html", *ANN]) == 0
    with Project.open(project, read_only=True) as kept:
        assert kept.source_copy("gazette") is None, "the hash and the file are of one copy"
        assert kept.sources()[0].sha256 == hashlib.sha256(b"later").hexdigest()


def test_a_merge_keeps_the_file_that_the_hash_is_of(project: Path) -> None:
    assert main(["source", "add", "p.gpkg", "other", "--title", "Des fosses", *ANN]) == 0
    assert main(["source", "attach", "p.gpkg", "gazette", "page.html", "--keep", *ANN]) == 0
    assert main(["source", "merge", "p.gpkg", "other", "gazette", *ANN]) == 0
    with Project.open(project, read_only=True) as kept:
        (source,) = kept.sources()
        copy = kept.source_copy("other")
    assert (source.id, source.reliability, source.language) == ("other", "B", "fr")
    assert copy is not None and copy.sha256 == source.sha256 and copy.content == b"<html>\x00</html>"


def test_what_is_judged_of_a_source_can_be_changed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["source", "edit", "p.gpkg", "gazette", "--reliability", "E", "--language", "en", *ANN]) == 0
    row = told(["source", "list", "p.gpkg", "--json"], capsys)["sources"][0]  # type: ignore[index]
    assert (row["reliability"], row["language"], row["title"]) == ("E", "en", "Des fosses")
    with Project.open(project, read_only=True) as kept:
        assert kept.journal()[-1].payload["before"] == {"reliability": "B", "language": "fr"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["attach", "p.gpkg", "nobody", "page.html"], "holds no source 'nobody'; it has gazette"),
        (["attach", "p.gpkg", "gazette", "missing.html"], "cannot be read"),
        (["attach", "p.gpkg", "gazette", "large.bin", "--keep"], "attach it without --keep"),
        (["attach", "p.gpkg", "gazette", "empty.html", "--keep"], "is empty"),
        (["attach", "p.gpkg", "gazette", "empty.html"], "is empty"),
        (["cite", "p.gpkg", "nobody"], "holds no source 'nobody'; it has gazette"),
        (["attach", "p.gpkg", "gazette", "page.html", "--retrieved", "lately"], "'lately' is not a time"),
        (["attach", "p.gpkg", "gazette", "page.html", "--archive-url", "file:///x"], "not an address of the web"),
        (["edit", "p.gpkg", "gazette"], "Nothing is said of it"),
        (["edit", "p.gpkg", "gazette", "--reliability", "G"], "reliability is 'G'; allowed: A, B, C, D, E, F"),
        (["edit", "p.gpkg", "nobody", "--reliability", "A"], "holds no source 'nobody'"),
        (["add", "p.gpkg", "x", "--title", "T", "--sha256", "abc"], "is no SHA-256"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    words: list[str], why: str, project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_BYTES", 100)
    (project.parent / "large.bin").write_bytes(b"x" * 101)
    (project.parent / "empty.html").touch()
    with Project.open(project, read_only=True) as kept:
        before = kept.sources(), kept.journal()
    capsys.readouterr()
    assert main(["source", *words, *(ANN if words[0] != "cite" else ())]) == 1
    error = capsys.readouterr().err
    assert why in error and error.count("\n") == 1
    with Project.open(project, read_only=True) as kept:
        assert (kept.sources(), kept.journal()) == before


def added(project: Path, *words: str) -> Quantity | None:
    claim = ["claim", "add", "p.gpkg", "c", "--source", "gazette", "--statement", "S", "--measure", "new"]
    assert main([*claim, *words, *ANN]) == 0
    with Project.open(project, read_only=True) as kept:
        return kept.claims()[0].quantity


def test_a_hedge_fills_the_interval_in_the_language_of_its_source(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert added(project, "--hedge", "jusqu'à 1 000 fosses", "--unit", "fosses") == Quantity(
        0, 1000, "fosses", "jusqu'à 1 000 fosses"
    )
    assert "is read as 0 to 1,000 (at-most: from 0 to N)" in capsys.readouterr().err
    assert added(project, "--hedge", "more than a hundred", "--language", "en") == Quantity(
        101, None, None, "more than a hundred"
    )
    assert added(project, "--hedge", "about", "--low", "3", "--high", "5") == Quantity(3, 5, None, "about")


def test_hedges_of_a_file_are_read_where_that_is_asked_for(project: Path) -> None:
    shared = {"source": "gazette", "statement": "S", "measure": "new", "polarity": "asserts"}
    hedges = {
        "a": {"hedge": "une centaine"},
        "b": {"hedge": "dozens", "low": 30, "high": 40},
        "c": {"hedge": "selon trois voix"},
    }
    claims = [{"id": name, "quantity": quantity, **shared} for name, quantity in hedges.items()]
    (project.parent / "claims.json").write_text(json.dumps(claims), encoding="utf-8")
    words = ["claim", "import", "p.gpkg", "claims.json", *ANN]
    for more, first in (([], (None, None)), (["--read-hedges"], (90, 110))):
        assert main([*words, *more]) == 0
        with Project.open(project, read_only=True) as kept:
            got = [one.quantity and (one.quantity.low, one.quantity.high) for one in kept.claims()]
        assert got == [first, (30, 40), (None, None)]


def test_a_hedge_that_is_not_known_gives_no_interval_and_says_so(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert added(project, "--hedge", "une ribambelle") == Quantity(None, None, None, "une ribambelle")
    assert "“une ribambelle” is not read: no rule knows it" in capsys.readouterr().err


def test_a_project_keeps_rules_of_its_own(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = project.parent / "own.toml"
    own.write_text("[rules.about]\nlow = '0.5 N'\nhigh = '2 N'\n", encoding="utf-8")
    assert told(["claim", "hedges", "p.gpkg", "environ 300", "--json"], capsys)["low"] == 270
    assert (
        told(["claim", "hedges", "p.gpkg", "environ 300", "--rules", "own.toml", "--json", *ANN], capsys)["low"] == 150
    )
    assert added(project, "--hedge", "environ 300") == Quantity(150, 600, None, "environ 300")
    rules = told(["claim", "hedges", "p.gpkg", "--json"], capsys)["rules"]
    about = next(one for one in rules if one["rule"] == "about")  # type: ignore[attr-defined]
    assert (about["low"], about["high"]) == ("0.5 N", "2 N") and "about {n}" in about["phrases"]["en"]
    assert main(["claim", "hedges", "p.gpkg", "--reset", *ANN]) == 0
    assert told(["claim", "hedges", "p.gpkg", "environ 300", "--json"], capsys)["high"] == 330
    capsys.readouterr()
    assert main(["claim", "hedges", "p.gpkg"]) == 0
    assert "dozens" in capsys.readouterr().out
    own.write_text("[rules.about]\nlow = 'N * 2'\n", encoding="utf-8")
    assert main(["claim", "hedges", "p.gpkg", "--rules", "own.toml", *ANN]) == 1


def test_a_quote_has_what_stands_around_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quote = ["--quote", "more than a hundred pits", "--quote-prefix", "they dug ", "--quote-suffix", " in autumn"]
    added(project, *quote)
    with Project.open(project, read_only=True) as kept:
        claim = kept.claims()[0]
    assert (claim.quote, claim.quote_prefix, claim.quote_suffix) == (quote[1], "they dug ", " in autumn")
    words = ["claim", "add", "p.gpkg", "d", "--source", "gazette", "--statement", "S", "--measure", "new"]
    assert main([*words, "--quote-prefix", "they dug", *ANN]) == 1
    assert "give --quote as well" in capsys.readouterr().err
