"""Sources, claims and sites from the command line, and under whose name."""

import io
import json
from pathlib import Path

import pytest

from depotwatch.labels.project import Project
from depotwatch.plugins.cli import main, session

SOURCES = [
    {"id": "gazette", "type": "article-newspaper", "title": "New pits", "issued": {"date-parts": [[2031, 5, 2]]}},
    {"id": "brief", "type": "report", "title": "A count"},
]
CLAIM = {
    "id": "pits",
    "source": "gazette",
    "statement": "Ten new pits were dug",
    "kind": "storage-pit",
    "measure": "new",
    "quantity": {"low": 10, "high": 10, "unit": "pits", "hedge": "stated"},
    "sites": [{"site": "depot", "role": "at"}],
    "window": {"start": None, "end": "2031-05-01"},
    "polarity": "asserts",
    "origin": "ministry",
    "locator": None,
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEPOTWATCH_ANALYST", raising=False)
    area = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}
    for name, content in {
        "sources.json": SOURCES,
        "claims.json": [CLAIM],
        "origins.json": [{"id": "ministry", "who": "A ministry", "said": "2031-05-01", "what": "ten pits"}],
        "area.geojson": {"type": "FeatureCollection", "features": [area]},
    }.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


SQUARE = [[36.0, 34.0], [36.1, 34.0], [36.1, 34.1], [36.0, 34.1], [36.0, 34.0]]


def printed(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    capsys.readouterr()
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_evidence_is_kept_and_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ann = ["--analyst", "Ann"]
    assert main(["source", "import", "p.gpkg", "sources.json", *ann]) == 0
    assert main(["site", "add", "p.gpkg", "depot", "--name", "The depot", "--area", "area.geojson", *ann]) == 0
    assert main(["claim", "import", "p.gpkg", "claims.json", "--origins", "origins.json", *ann]) == 0
    by_hand = ["--source", "brief", "--statement", "No pits", "--measure", "new", "--kind", "storage-pit", "--denies"]
    assert main(["claim", "add", "p.gpkg", "none", *by_hand, "--site", "depot:at", *ann]) == 0
    assert capsys.readouterr().out == "", "stdout is for results"

    sources = printed(["source", "list", "p.gpkg", "--json"], capsys)["sources"]
    assert [(row["id"], row["claims"]) for row in sources] == [("gazette", 1), ("brief", 1)]  # type: ignore[attr-defined]
    claims = printed(["claim", "list", "p.gpkg", "--json"], capsys)["claims"]
    assert [(row["id"], row["polarity"]) for row in claims] == [("pits", "asserts"), ("none", "denies")]  # type: ignore[attr-defined]
    sites = printed(["site", "list", "p.gpkg", "--json"], capsys)["sites"]
    assert sites[0]["bounds"] == [36.0, 34.0, 36.1, 34.1]  # type: ignore[index]
    with Project.open(folder / "p.gpkg", read_only=True) as project:
        assert {entry.analyst for entry in project.journal()} == {"Ann"}
        assert len(project.journal()) == 4


def test_sources_of_other_forms_are_imported_merged_and_cited(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ann = ["--analyst", "Ann"]
    bib = "@online{page, title = {New pits}, publisher = {Press}, date = {2031-05-02}, url = {https://example.org/a}}"
    (folder / "s.bib").write_text(bib, encoding="utf-8")
    assert main(["source", "import", "p.gpkg", "sources.json", *ann]) == 0
    assert main(["claim", "import", "p.gpkg", "claims.json", "--origins", "origins.json", *ann]) == 1
    assert main(["site", "add", "p.gpkg", "depot", "--area", "area.geojson", *ann]) == 0
    assert main(["claim", "import", "p.gpkg", "claims.json", "--origins", "origins.json", *ann]) == 0
    capsys.readouterr()
    assert main(["source", "import", "p.gpkg", "s.bib", *ann]) == 0
    assert "gazette and page may be one document: Their titles are 100% alike" in capsys.readouterr().err
    assert main(["source", "add", "p.gpkg", "http://www.example.org/a/?utm_source=x", *ann]) == 0
    found = printed(["source", "list", "p.gpkg", "--json"], capsys)["duplicates"]
    assert {(one["first"], one["second"], one["certain"]) for one in found} == {  # type: ignore[attr-defined]
        ("gazette", "page", False),
        ("page", "example.org-a", True),
    }
    assert main(["source", "merge", "p.gpkg", "page", "gazette", "example.org-a", *ann]) == 0
    claims = printed(["claim", "list", "p.gpkg", "--json"], capsys)["claims"]
    assert [row["source"] for row in claims] == ["page"]  # type: ignore[attr-defined]
    cited = printed(["source", "cite", "p.gpkg", "page", "--html", "--json"], capsys)["citations"]
    assert cited == [{"id": "page", "citation": "Press. ‘New pits’. 2 May 2031. https://example.org/a"}]
    assert main(["source", "cite", "p.gpkg", "nobody"]) == 1
    assert "holds no source 'nobody'; it has brief, page" in capsys.readouterr().err


def test_importing_again_adds_no_record(folder: Path) -> None:
    for _ in range(2):
        assert main(["source", "import", "p.gpkg", "sources.json", "--analyst", "Ann"]) == 0
    with Project.open(folder / "p.gpkg", read_only=True) as project:
        assert [source.id for source in project.sources()] == ["gazette", "brief"]


def test_a_statement_needs_a_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["source", "import", "p.gpkg", "sources.json"]) == 1
    assert "--analyst" in capsys.readouterr().err
    assert not (folder / "p.gpkg").exists()


def test_the_name_may_come_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPOTWATCH_ANALYST", "Bea")
    assert main(["source", "import", "p.gpkg", "sources.json"]) == 0
    with Project.open(folder / "p.gpkg", read_only=True) as project:
        assert project.journal()[0].analyst == "Bea"


def test_the_name_is_asked_for_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("Cleo\n"))
    monkeypatch.setattr("sys.stderr", Terminal())
    assert main(["source", "import", "p.gpkg", "sources.json"]) == 0
    assert main(["source", "import", "p.gpkg", "sources.json"]) == 0
    with Project.open(folder / "p.gpkg", read_only=True) as project:
        assert [entry.analyst for entry in project.journal()] == ["Cleo", "Cleo"]


@pytest.mark.parametrize(
    "words",
    [
        ["source", "import", "p.gpkg", "missing.json"],
        ["source", "import", "p.gpkg", "area.geojson"],
        ["source", "add", "p.gpkg", "a", "--title", "T", "--date", "May"],
        ["source", "add", "p.gpkg", "a"],
        ["source", "add", "p.gpkg", "ftp://example.org/a"],
        ["source", "add", "p.gpkg", "a", "--title", "T", "--url", "example.org"],
        ["site", "add", "p.gpkg", "depot", "--area", "sources.json"],
        ["site", "add", "p.gpkg", "depot", "--area", "missing.geojson"],
        ["claim", "import", "p.gpkg", "claims.json"],
        ["claim", "add", "p.gpkg", "x", "--source", "nobody", "--statement", "S", "--measure", "new"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_used_leaves_no_project(
    words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--analyst", "Ann"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "Internal error" not in told.err
    assert not list(folder.glob("p.gpkg*"))


@pytest.mark.parametrize(
    "flags",
    [
        ["--source", "nobody", "--measure", "new"],
        ["--source", "gazette", "--measure", "guessed"],
        ["--source", "gazette", "--measure", "new", "--site", "nowhere"],
        ["--source", "gazette", "--measure", "new", "--site", "depot:beside"],
        ["--source", "gazette", "--measure", "new", "--low", "9", "--high", "3"],
        ["--source", "gazette", "--measure", "new", "--origin", "unknown"],
        ["--source", "gazette", "--measure", "new", "--start", "May"],
        ["--source", "gazette", "--measure", "new", "--start", "2032-12-20", "--end", "2031-11-22"],
        ["--source", "gazette", "--measure", "new", "--statement", " "],
    ],
    ids=" ".join,
)
def test_a_claim_that_cannot_be_kept_says_why(
    flags: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["source", "import", "p.gpkg", "sources.json", "--analyst", "Ann"]) == 0
    capsys.readouterr()
    assert main(["claim", "add", "p.gpkg", "x", "--statement", "S", *flags, "--analyst", "Ann"]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "Internal error" not in told
    with Project.open(folder / "p.gpkg", read_only=True) as project:
        assert project.claims() == ()
        assert len(project.journal()) == 1


def test_what_takes_the_place_of_a_record_is_said_to(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = [
        ["source", "add", "p.gpkg", "gazette", "--title", "T"],
        ["site", "add", "p.gpkg", "yard", "--box", "1,2,3,4"],
        ["claim", "add", "p.gpkg", "x", "--source", "gazette", "--statement", "S", "--measure", "new"],
    ]
    for words in steps:
        for told in ("Added", "Replaced"):
            capsys.readouterr()
            assert main([*words, "--analyst", "Ann"]) == 0
            assert f"{told} {words[0]} {words[3]}." in capsys.readouterr().err


@pytest.mark.parametrize("words", [["site", "add", "p.gpkg", ""], ["source", "add", "p.gpkg", " ", "--title", "T"]])
def test_a_record_without_an_id_is_refused(words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--analyst", "Ann"]) == 1
    assert f"A {words[0]} needs an id" in capsys.readouterr().err
    assert not (folder / "p.gpkg").exists()


def test_a_failing_step_keeps_an_older_project(folder: Path) -> None:
    Project.create(folder / "p.gpkg").close()
    with pytest.raises(KeyError), session.new_files_only_on_success(folder / "p.gpkg"):
        raise KeyError
    assert (folder / "p.gpkg").exists()
