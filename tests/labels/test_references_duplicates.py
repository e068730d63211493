"""One document under two keys is found and said, and made one with its claims."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from depotwatch.labels.errors import RecordError
from depotwatch.labels.project import Project
from depotwatch.labels.records import Claim, Source, Window
from depotwatch.labels.references.duplicates import duplicates
from depotwatch.labels.references.importing import import_sources
from depotwatch.labels.references.merging import merge_sources


def source(key: str, title: str = "", day: tuple[int, ...] = (), fields: Mapping[str, str] | None = None) -> Source:
    csl: dict[str, object] = {"id": key, "title": title} if title else {"id": key}
    if day:
        csl["issued"] = {"date-parts": [list(day)]}
    own = dict(fields or {})
    archive_url, retrieved, sha256 = (own.pop(name, None) for name in ("archive_url", "retrieved", "sha256"))
    return Source(key, csl | own, archive_url, retrieved, sha256)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ({"DOI": "10.1/AB"}, {"DOI": "https://doi.org/10.1/ab"}, "the DOI 10.1/ab"),
        ({"sha256": "a" * 64}, {"sha256": "A" * 64}, "the same SHA-256"),
        ({"URL": "https://example.org/a"}, {"URL": "http://www.example.org/a/?utm_source=x"}, "example.org/a"),
        (
            {"URL": "https://example.org/a"},
            {"archive_url": "https://web.archive.org/web/2031/https://example.org/a"},
            "example.org/a",
        ),
    ],
)
def test_one_document_under_two_keys_is_found(one: dict[str, str], other: dict[str, str], told: str) -> None:
    (found,) = duplicates(
        [source("a", fields=one), source("x", fields={"URL": "https://other.example"}), source("b", fields=other)]
    )
    assert (found.first, found.second, found.certain) == ("a", "b", True)
    assert told in found.reason


def test_titles_that_are_alike_within_a_week_may_be_one_document() -> None:
    first = source("a", "The Route: A Supply Line, Seen from Above", (2031, 10, 16))
    later = source("b", "The route – a supply line seen from above", (2031, 10, 18))
    (found,) = duplicates([first, later])
    assert not found.certain and "100% alike" in found.reason and "2031-10-16 and 2031-10-18" in found.reason
    assert not duplicates([first, source("b", "The route: a supply line seen from above", (2031, 12, 1))])
    assert not duplicates([first, source("b", "Another title altogether", (2031, 10, 16))])
    assert duplicates([source("a", "Порт и склад", (2031,)), source("b", "порт и склад", (2031, 5))])
    assert not duplicates([source("a"), source("b")]), "two without a title are not alike"


def test_two_dois_are_two_documents_whatever_their_titles() -> None:
    assert not duplicates([source("a", "T", fields={"DOI": "10.1/a"}), source("b", "T", fields={"DOI": "10.1/b"})])


def test_numbered_reports_are_not_one_document() -> None:
    many = [source(f"s{at}", f"Report {at} on depot number {at * 7} beside the line", (2031,)) for at in range(400)]
    found = duplicates([*many, source("again", "Report 5 on depot number 35 beside the line", (2031,))])
    assert [(one.first, one.second) for one in found] == [("s5", "again")]


def test_importing_again_keeps_what_was_said_of_the_copy(empty: Project) -> None:
    old = Source("a", {"id": "a", "title": "The route"}, "https://k.example", "2031-01-01", "b" * 64, reliability="B")
    empty.put_source(old)
    new = Source("a", {"id": "a", "title": "The route!", "publisher": "Press"})
    assert import_sources(empty, "Ada", [new], "s.bib") == ()
    (kept,) = empty.sources()
    assert kept.csl == new.csl and replace(kept, csl=old.csl) == old
    later = replace(new, archive_url="https://later.example", sha256="c" * 64)
    import_sources(empty, "Ada", [later], "s.bib")
    assert empty.sources() == (replace(later, reliability="B"),), "a copy's address, time and hash belong together"


@pytest.mark.parametrize(
    ("fields", "title"), [({"DOI": "10.1/b"}, "The route"), ({"URL": "https://example.org/b"}, "Another thing")]
)
def test_another_document_under_the_same_key_is_not_written_over(
    empty: Project, fields: dict[str, str], title: str
) -> None:
    empty.put_source(source("a", "The route", fields={"DOI": "10.1/a"} if "DOI" in fields else {}))
    before = empty.sources()
    with pytest.raises(RecordError, match="give one of them another key"):
        import_sources(empty, "Ada", [source("new", "New"), source("a", title, fields=fields)], "s.bib")
    assert empty.sources() == before and not empty.journal()


def claim(key: str, of: str) -> Claim:
    return Claim(key, of, "…", None, "none", None, (), Window(), "asserts", None)


def test_merging_moves_claims_fills_what_is_missing_and_is_journalled(empty: Project) -> None:
    copy = {"publisher": "A press", "sha256": "b" * 64, "archive_url": "https://k.example"}
    empty.put_source(source("keep", "The title", fields={"URL": "https://example.org/a"}))
    empty.put_source(source("b", "Another title", fields=copy))
    empty.put_source(source("c", fields={"retrieved": "2031-10-16T00:00:00Z"}))
    for key, of in (("c1", "b"), ("c2", "c"), ("c3", "keep")):
        empty.put_claim(claim(key, of))
    assert merge_sources(empty, "Ada", "keep", ["b", "c"]) == ("c1", "c2")
    (kept,) = empty.sources()
    assert kept.csl == {"id": "keep", "title": "The title", "URL": "https://example.org/a", "publisher": "A press"}
    assert (kept.sha256, kept.archive_url, kept.retrieved) == ("b" * 64, "https://k.example", "2031-10-16T00:00:00Z")
    assert {one.source for one in empty.claims()} == {"keep"}
    entry = empty.journal()[-1]
    assert (entry.analyst, entry.action, entry.payload["claims"]) == ("Ada", "source merge", {"c1": "b", "c2": "c"})
    assert [one["id"] for one in entry.payload["merged"]] == ["b", "c"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("keep", "others"), [("keep", ["keep"]), ("keep", ["nobody"]), ("keep", ["b", "b"])])
def test_a_merge_that_cannot_be_changes_nothing(empty: Project, keep: str, others: list[str]) -> None:
    for key in ("keep", "b"):
        empty.put_source(source(key, key))
    with pytest.raises(RecordError, match=r"nobody|names one twice"):
        merge_sources(empty, "Ada", keep, others)
    assert [one.id for one in empty.sources()] == ["keep", "b"] and not empty.journal()


def test_a_source_that_claims_name_is_not_removed(empty: Project) -> None:
    empty.put_source(source("a", "A"))
    empty.put_claim(claim("c", "a"))
    with pytest.raises(RecordError, match="Claims still name the source 'a'"):
        empty.remove_source("a")
