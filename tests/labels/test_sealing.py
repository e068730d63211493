"""Each journal entry says what the rows that it wrote were, so that a row altered since can be told."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from shapely import box

from depotwatch.labels.project import Project
from depotwatch.labels.project.sealing import SEALED
from depotwatch.labels.records import Claim, Quantity, Site, SiteRole, Source, Window


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "p.gpkg"
    with Project.create(path, title="A case", synthetic=True) as project, project.transaction():
        project.put_source(Source("report", {"id": "report", "title": "A report"}))
        project.put_claim(claim("many"))
        project.append("Ada", "claim add", {"claims": ["many"]})
    return path


def claim(name: str, low: int = 101) -> Claim:
    quantity = Quantity(low, None, "pits")
    return Claim(name, "report", "Many", "storage-pit", "new", quantity, (), Window(), "asserts", None)


def sealed(path: Path) -> dict[str, dict[str, str | None]]:
    """Return what the journal says of every row, the last word of each."""
    told: dict[str, dict[str, str | None]] = {}
    with Project.open(path, read_only=True) as project:
        for entry in project.journal():
            for table, rows in entry.payload.get(SEALED, {}).items():  # type: ignore[attr-defined]
                told.setdefault(table, {}).update(rows)
    return told


def standing(path: Path) -> dict[str, dict[str, str]]:
    with Project.open(path, read_only=True) as project:
        return {table: dict(rows) for table, rows in project.seals().items() if rows}


def test_an_entry_seals_all_that_its_transaction_wrote(path: Path) -> None:
    assert set(standing(path)) == {"source", "claim"}
    assert sealed(path) == standing(path)


def test_the_first_entry_says_what_the_project_is(path: Path) -> None:
    with Project.open(path) as project:
        project.append("Ada", "note", {})
        first, second = project.journal()
    assert first.payload["project"] == {"title": "A case", "synthetic": True}
    assert "project" not in second.payload and SEALED not in second.payload


def test_a_row_altered_behind_our_back_no_longer_fits(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE claim SET quantity_low = 12")
    assert sealed(path)["claim"] != standing(path)["claim"]
    assert sealed(path)["source"] == standing(path)["source"]


def test_a_row_that_is_deleted_is_sealed_as_gone(path: Path) -> None:
    with Project.open(path) as project, project.transaction():
        project.put_claim(replace(claim("many"), sites=()))
        project.append("Ada", "claim add", {})
    assert sealed(path) == standing(path)
    with Project.open(path) as project, project.transaction():
        project.put_site(Site("depot", "Depot"))
        project.put_claim(replace(claim("many"), sites=(SiteRole("depot", "at"),)))
        project.append("Ada", "claim add", {})
        project.put_claim(claim("many"))
        project.append("Ada", "claim add", {})
    assert sealed(path)["claim_site"] == {'["many",0]': None}
    assert not standing(path).get("claim_site")


def test_what_a_failed_block_wrote_is_in_no_later_entry(path: Path) -> None:
    with Project.open(path) as project, project.transaction():
        with pytest.raises(ZeroDivisionError), project.transaction():
            project.put_claim(claim("never"))
            raise ZeroDivisionError
        project.put_claim(claim("few", low=3))
        project.append("Ada", "claim add", {"claims": ["few"]})
    assert set(sealed(path)["claim"]) == {"many", "few"}
    assert sealed(path) == standing(path)


def test_what_is_written_without_an_entry_is_in_no_seal(path: Path) -> None:
    with Project.open(path) as project:
        project.put_claim(claim("silent"))
        project.append("Ada", "note", {})
    assert "silent" in standing(path)["claim"]
    assert "silent" not in sealed(path)["claim"]


def test_a_zero_without_its_sign_and_absent_values_give_the_same_seal(path: Path) -> None:
    with Project.open(path) as project, project.transaction():
        project.put_site(Site("zero", "Zero", box(-0.0, -0.0, 1, 1)))
        project.append("Ada", "site add", {})
    assert sealed(path)["site"] == standing(path)["site"]
