"""Implants in a project: kept with their comparison, replaced as a whole."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from depotwatch.labels.errors import RecordError
from depotwatch.labels.project import Project
from depotwatch.labels.records import ImplantRow
from depotwatch.tests.readers import Run


def rows(comparison: str) -> tuple[ImplantRow, ...]:
    pit = ImplantRow(comparison, "storage-pit", 0, 2, 24.0, 18.0, 2.5, 0.3, 6.0, 80.0, None, True, 1, 1, 1)
    stack = ImplantRow(comparison, "container-stack", 0, 2, 24.0, 8.0, 5.2, 0.4, 5.0, 60.0, 12, False)
    return pit, replace(pit, number=1, found=False, count_low=None, count_best=None, count_high=None), stack


def test_what_is_kept_reads_back_and_the_same_again_adds_nothing(case: Project) -> None:
    comparison = case.comparisons()[0].id
    assert case.implants() == ()
    assert case.replace_implants(comparison, rows(comparison))
    assert case.implants(comparison) == case.implants() == rows(comparison)
    assert not case.replace_implants(comparison, rows(comparison))
    assert case.replace_implants(comparison, rows(comparison)[:1])
    assert case.implants(comparison) == rows(comparison)[:1]


def test_they_belong_to_a_comparison_that_is_there(case: Project) -> None:
    with pytest.raises(RecordError, match="comparison 'none'"):
        case.replace_implants("none", rows("none"))
    assert case.implants() == ()


def test_the_table_says_that_nothing_in_it_is_there(case: Project) -> None:
    comparison = case.comparisons()[0].id
    case.replace_implants(comparison, rows(comparison))
    case.close()
    with closing(sqlite3.connect(case.path)) as connection:
        said = connection.execute("SELECT description, data_type FROM gpkg_contents WHERE table_name = 'implant'")
        description, data_type = said.fetchone()
    assert description.startswith("Synthetic") and "none of them is there" in description
    assert data_type == "attributes"


@pytest.mark.reader
def test_gdal_opens_it_without_a_warning(case: Project, ogr: Run) -> None:
    comparison = case.comparisons()[0].id
    case.replace_implants(comparison, rows(comparison))
    case.close()
    told = ogr("ogrinfo", "-ro", "-al", case.path)
    assert told.stderr == "" and "Warning" not in told.stdout
