"""Sources come in as reference managers and archivers write them, and what is wrong is named by entry and field."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depotwatch.labels.errors import ReferenceFileError
from depotwatch.labels.references import read_sources
from depotwatch.labels.references.address import key_of, same_address
from depotwatch.labels.references.duplicates import duplicates
from depotwatch.labels.references.formatted import citations

BIBTEX = r"""
@string{institute = "An Institute of Studies"}
@comment{kept by a reference manager}
@techreport{route2031,
  title = {The {North} Route: {50\,\%} more},
  author = {Byrne, James and {Open Source Centre} and de la Cruz, Jos{\'e} and others},
  institution = institute, year = 2031, month = oct, day = 16,
  url = {https://example.org/route%20map?x=1}, number = {7}, langid = {english},
}
@online{page, title = {A page}, date = {2031-10-02/2031-10-05}, urldate = {2031-10-20},
  howpublished = {\url{https://example.org/page}}}
"""
RIS = """TY  - NEWS
AU  - Doe, Jane
AU  - The Ministry
TI  - Pits beside the depot
T2  - The Gazette
DA  - 2031/09/13/
UR  - https://gazette.example/pits
LA  - fr
SP  - 3
EP  - 4
ER  -

TY  - RPRT
ID  - brief
TI  - A brief
PY  - 2031
ER  -
"""
ZOTERO_RIS = "\ufeffTY  - RPRT\r\nT1  - A thing\r\nA1  - Doe, Jane\r\nY1  - 2031/10//\r\nLA  - French\r\n" + (
    "AB  - First line\r\nsecond line\r\nM9  - unknown tag\r\nUR  - https://example.org/a\r\nUR  - https://example.org/b\r\n"
    "ER  - \r\n"
)
SHEET = """Link,Archive status,Archive location,Archive date,Upload timestamp,Upload title,Hash
https://example.org/a,success,https://kept.example/a.html,2031-10-16T11:01:00+02:00,2031-10-15T08:00:00,A post,{hash}
https://example.org/b,nothing archived,,2031-10-16T11:02:00,,,not-calculated
,,,,,,
"""
HASH = "ab" * 32


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["s.bib", "s.txt", "s"])
def test_bibtex_is_read_with_names_dates_and_letters(tmp_path: Path, name: str) -> None:
    report, page = read_sources(written(tmp_path / name, BIBTEX))
    assert report.id == report.csl["id"] == "route2031"
    assert report.csl == {
        "id": "route2031",
        "type": "report",
        "title": "The North Route: 50 % more",
        "author": [
            {"family": "Byrne", "given": "James"},
            {"literal": "Open Source Centre"},
            {"family": "Cruz", "given": "José", "non-dropping-particle": "de la"},
        ],
        "publisher": "An Institute of Studies",
        "issued": {"date-parts": [[2031, 10, 16]]},
        "URL": "https://example.org/route%20map?x=1",
        "number": "7",
        "language": "en",
    }
    assert page.csl["URL"] == "https://example.org/page" and page.csl["type"] == "webpage"
    assert page.csl["issued"] == {"date-parts": [[2031, 10, 2], [2031, 10, 5]]}
    assert page.csl["accessed"] == {"date-parts": [[2031, 10, 20]]}


@pytest.mark.parametrize("name", ["s.ris", "s.txt"])
def test_ris_is_read_and_an_entry_without_an_id_has_a_key_of_its_own(tmp_path: Path, name: str) -> None:
    article, brief = read_sources(written(tmp_path / name, RIS))
    assert article.id == key_of("https://gazette.example/pits") == "gazette.example-pits"
    assert article.csl["type"] == "article-newspaper" and article.csl["container-title"] == "The Gazette"
    assert article.csl["author"] == [{"family": "Doe", "given": "Jane"}, {"literal": "The Ministry"}]
    assert article.csl["issued"] == {"date-parts": [[2031, 9, 13]]}
    assert (article.csl["page"], article.csl["language"]) == ("3–4", "fr")
    assert (brief.id, brief.csl["issued"]) == ("brief", {"date-parts": [[2031]]})


def test_ris_of_other_programs_is_read(tmp_path: Path) -> None:
    path = tmp_path / "z.ris"
    path.write_bytes(ZOTERO_RIS.encode())
    (source,) = read_sources(path)
    assert source.csl["title"] == "A thing" and source.csl["author"] == [{"family": "Doe", "given": "Jane"}]
    assert (source.csl["issued"], source.language) == ({"date-parts": [[2031, 10]]}, "fr")
    assert source.csl["URL"] == "https://example.org/a" and str(source.csl["abstract"]).startswith("First line")


def test_a_sheet_of_auto_archiver_brings_the_kept_copies(tmp_path: Path) -> None:
    first, second = read_sources(written(tmp_path / "sheet.csv", SHEET.format(hash=f"SHA-256:{HASH.upper()}")))
    assert first.csl["title"] == "A post" and first.csl["issued"] == {"date-parts": [[2031, 10, 15]]}
    assert (first.archive_url, first.retrieved, first.sha256) == (
        "https://kept.example/a.html",
        "2031-10-16T09:01:00Z",
        HASH,
    )
    assert (second.archive_url, second.sha256, second.retrieved) == (None, None, "2031-10-16T11:02:00Z")


ENTRY = {
    "status": "wayback: success",
    "metadata": {"url": "https://example.org/a", "title": "A", "_processed_at": "2031-10-16 11:01:00+00:00"},
    "media": [
        {"filename": "1.png", "urls": ["https://kept.example/1.png"], "properties": {"hash": "SHA-256:" + "0" * 64}},
        {"urls": ["https://kept.example/a.html"], "properties": {"id": "_final_media", "hash": f"SHA-256:{HASH}"}},
    ],
}


@pytest.mark.parametrize(
    ("copy", "kept"),
    [
        ("https://example.org/a", None),
        ("drive/a.html", None),
        (
            "https://web.archive.org/web/2031/https://example.org/a",
            "https://web.archive.org/web/2031/https://example.org/a",
        ),
    ],
)
def test_a_copy_stands_elsewhere_than_the_document(tmp_path: Path, copy: str, kept: str | None) -> None:
    text = f"link,archive location\nhttps://example.org/a,{copy}\n"
    (source,) = read_sources(written(tmp_path / "sheet.csv", text))
    assert source.archive_url == kept


def test_json_of_auto_archiver_gives_the_final_file(tmp_path: Path) -> None:
    for value in (ENTRY, [ENTRY]):
        (source,) = read_sources(written(tmp_path / "export.json", json.dumps(value)))
        assert (source.archive_url, source.sha256) == ("https://kept.example/a.html", HASH)
        assert source.retrieved == "2031-10-16T11:01:00Z"


def test_a_table_of_auto_archiver_holds_values_of_python_that_are_read_and_never_run(tmp_path: Path) -> None:
    when = "datetime.datetime(2031, 10, 16, 11, 1, tzinfo=datetime.timezone.utc)"
    metadata = f"{{'url': 'https://example.org/a', '_processed_at': {when}}}"
    table = 'status,metadata,media\nok,"{}","{}"\n'
    path = tmp_path / "db.csv"
    (source,) = read_sources(written(path, table.format(metadata, repr(ENTRY["media"]))))
    assert (source.retrieved, source.sha256) == ("2031-10-16T11:01:00Z", HASH)
    mark = tmp_path / "ran"
    with pytest.raises(ReferenceFileError, match="line 2, metadata is"):
        read_sources(written(path, table.format(f"__import__('pathlib').Path('{mark}').touch()", "[]")))
    assert not mark.exists()


def test_addresses_alone_are_sources_of_which_nothing_else_is_known(tmp_path: Path) -> None:
    path = written(tmp_path / "links.txt", "# to read\nhttps://example.org/a\n\nhttps://Example.org/story?id=5\n")
    first, second = read_sources(path)
    assert first.csl == {"id": "example.org-a", "type": "webpage", "URL": "https://example.org/a"}
    assert second.id.startswith("example.org-story-") and second.id != key_of("https://example.org/story?id=6")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("s.bib", "@report{a, title = {T}, year = soon}", "entry 'a': year is 'soon'"),
        ("s.bib", "@report{a, title = {T}, year = 2031, month = brumaire}", "entry 'a': month is 'brumaire'"),
        ("s.bib", "@online{a, title = {T}, url = {javascript:x}}", "entry 'a': URL is 'javascript:x'"),
        ("s.bib", "@online{a, date = {last week}}", "entry 'a': date is 'last week'"),
        ("s.bib", "@report{a, title = {T}}\n@report{a, title = {U}}", "line 2: the entry cannot be used"),
        ("s.bib", "@report{a, title = {T", "line 1: the entry cannot be used (its braces, quotes or commas do not fit"),
        ("s.bib", "nothing here", "holds no BibTeX entry"),
        ("s.ris", "TY  - RPRT\nTI  - T\nUR  - ftp://x\nER  - \n", "entry 1 "),
        ("s.ris", "nothing here", "RIS"),
        ("s.ris", "TY  - RPRT\nID  - a\nER  - \nTY  - RPRT\nID  - a\nER  - \n", "entry 2 'a': its id is given twice"),
        ("s.csv", "name,place\n1,2\n", "is no table of Auto Archiver: its columns are name, place"),
        ("s.csv", f"link\n{'x' * 200_000}\n", "is no table that can be read"),
        ("s.csv", "link,archive date\nhttps://example.org/a,soon\n", "line 2: archive date is 'soon'"),
        ("s.csv", "link\nnot an address\n", "line 2: 'not an address' is not an address"),
        ("s.txt", "https://example.org/a\nhttps://\n", "line 2: 'https://' is not an address"),
        ("s.txt", "Dear colleagues,", "is of no form that is known: give CSL-JSON, BibTeX"),
        ("s.json", '{"metadata": {"url": 5}}', "metadata names no url"),
        ("s.json", "[]", "holds no source"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_in_one_line(tmp_path: Path, name: str, text: str, told: str) -> None:
    path = written(tmp_path / name, text)
    with pytest.raises(ReferenceFileError) as refusal:
        read_sources(path)
    assert told in str(refusal.value) and str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "other",
    [
        "http://www.example.org/a/",
        "https://EXAMPLE.org:443/a#part",
        "https://example.org/a?utm_source=x&fbclid=y",
        "https://web.archive.org/web/20311016110100/https://example.org/a",
        "https://archive.ph/2031/https://www.example.org/a",
    ],
)
def test_spellings_of_one_address_are_one(other: str) -> None:
    assert same_address(other) == same_address("https://example.org/a")
    assert same_address(other + "b") != same_address("https://example.org/a") or "#" in other or "?" in other


FORMS = ((".bib", BIBTEX), (".ris", RIS), (".csv", SHEET.format(hash=HASH)), (".json", json.dumps([ENTRY])))
JUNK = st.text("{}@,=\"'\\\n\t %$&#~-0aé[]:;/<>", max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    form=st.sampled_from(FORMS),
    damage=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), JUNK), min_size=1, max_size=5),
)
def test_a_damaged_file_is_read_or_refused_in_one_line_and_what_is_read_can_be_cited(
    form: tuple[str, str], damage: list[tuple[float, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ending, text = form
    for where, less, more in damage:
        at = round(where * len(text))
        text = text[:at] + more + text[at + less :]
    path = tmp_path_factory.getbasetemp() / f"damaged{ending}"
    path.write_text(text, encoding="utf-8")
    try:
        found = read_sources(path)
    except ReferenceFileError as refusal:
        assert "\n" not in str(refusal)
        return
    assert len(citations(found)) == len(found) and len({one.id for one in found}) == len(found)
    duplicates(found)


def test_a_broken_entry_is_said_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ReferenceFileError):
        read_sources(written(tmp_path / "s.bib", "@report{a, title = {T"))
    assert capfd.readouterr() == ("", "")
