"""ClaimReview: what the ledger says, in its own words, and never a number for truth."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from depotwatch.annotate.exports import FORMATS
from depotwatch.annotate.ledger import ledger
from depotwatch.labels.export import export
from depotwatch.labels.project import Project
from depotwatch.labels.records import Judgement
from depotwatch.labels.reports import load


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """The cited reports, which come without imagery."""
    facts, path = load(), tmp_path / "reports.gpkg"
    with Project.create(path) as project, project.transaction():
        for site in facts.sites:
            project.put_site(site)
        for origin in facts.origins:
            project.put_origin(origin)
        for source in facts.sources:
            project.put_source(source)
        for claim in facts.claims:
            project.put_claim(claim)
        project.append("Ada", "claim import", {"claims": len(facts.claims)})
    return path


def exported(project: Project, out: Path) -> dict[str, Any]:
    export(project, out, FORMATS["claimreview"])
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def test_every_claim_has_its_status_in_words_and_no_number(reports: Path, tmp_path: Path) -> None:
    with Project.open(reports) as project:
        found, rows = exported(project, tmp_path / "out.json"), ledger(project)
        head = project.journal()[-1].mark
    reviews = found["@graph"]
    assert [one["claimReviewed"] for one in reviews] == [row.claim.statement for row in rows]
    for review, row in zip(reviews, rows, strict=True):
        assert review["@type"] == "ClaimReview"
        rating = review["reviewRating"]
        assert rating == {"@type": "Rating", "alternateName": row.status, "ratingExplanation": row.explanation}
        assert review["itemReviewed"]["appearance"]["name"] == row.source
        assert review["datePublished"].startswith("20")
    assert found["dw:journal_head"] == head
    assert not {"ratingValue", "bestRating", "worstRating", "true", "false"} & set(json.dumps(found).split('"'))


def test_a_claim_says_where_it_stands_and_what_analysts_make_of_it(reports: Path, tmp_path: Path) -> None:
    with Project.open(reports) as project:
        claim = replace(project.claims()[0], quote="a thousand", quote_prefix="more than ", quote_suffix=" containers")
        project.put_claim(claim)
        source = next(one for one in project.sources() if one.id == claim.source)
        project.put_source(replace(source, reliability="B", csl={**source.csl, "language": "fr"}))
        project.put_judgement(Judgement(claim.id, "Ada", "2024-01-01", "Seen.", "Moved.", "likely", "low"))
        review = next(one for one in exported(project, tmp_path / "out.json")["@graph"] if claim.id in one["@id"])
    selector = {"@type": "TextQuoteSelector", "exact": "a thousand", "prefix": "more than ", "suffix": " containers"}
    assert review["itemReviewed"]["dw:quote"] == selector
    appearance = review["itemReviewed"]["appearance"]
    assert (appearance["inLanguage"], appearance["dw:reliability"]) == ("fr", "B")
    assert source.title in appearance["creditText"]
    (judgement,) = review["dw:judgements"]
    assert (judgement["likelihood"], judgement["confidence"]) == ("likely", "low")
    assert review["dw:obstacle"] in ("no place", "no imagery")
