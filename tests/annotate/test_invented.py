"""The invented evidence says that it is invented, and is what it promises to be about its case."""

import re

import pytest

from depotwatch.annotate.invented import CONTAINERS, DENIAL, MANY_PITS, NEW_PITS, ROUNDS, Evidence, appeared, invent
from depotwatch.imagery.synthetic import Case, render_case


@pytest.fixture(scope="module")
def case() -> Case:
    return render_case(seed=31, gsd_m=2.0, extent_m=300)


@pytest.fixture(scope="module")
def evidence(case: Case) -> Evidence:
    return invent(case)


def test_everything_is_said_to_be_invented(evidence: Evidence) -> None:
    assert all(site.synthetic and "invented" in site.name for site in evidence.sites)
    assert all(source.synthetic and "invented" in source.title for source in evidence.sources)
    assert all("invented" in origin.who for origin in evidence.origins)


def test_claims_stand_on_evidence_that_is_there(evidence: Evidence) -> None:
    sources = {source.id for source in evidence.sources}
    origins = {origin.id for origin in evidence.origins}
    sites = {site.id for site in evidence.sites}
    for claim in evidence.claims:
        assert claim.source in sources
        assert claim.origin in origins
        assert {role.site for role in claim.sites} <= sites


def test_claims_are_more_or_less_true(case: Case, evidence: Evidence) -> None:
    claims = {claim.id: claim for claim in evidence.claims}
    pits = len(appeared(case.truth, "storage-pit"))
    boxes = sum(thing.boxes or 0 for thing in appeared(case.truth, "container-stack"))
    lows = {name: claim.quantity.low or 0 for name, claim in claims.items() if claim.quantity is not None}
    assert 1 <= lows[NEW_PITS] <= max(pits, 1)
    assert lows[MANY_PITS] > 2 * pits
    assert abs(lows[CONTAINERS] - boxes) <= 5
    assert claims[DENIAL].polarity == "denies"
    assert claims[ROUNDS].kind is None
    assert claims[NEW_PITS].origin == claims[MANY_PITS].origin, "one origin, quoted two ways"


def test_the_statement_says_the_number_that_is_claimed(evidence: Evidence) -> None:
    for claim in evidence.claims:
        number = re.search(r"\d+", claim.statement)
        if number and claim.quantity is not None:
            assert int(number.group()) in (claim.quantity.low, (claim.quantity.low or 0) - 1)


def test_the_site_lies_around_the_image(case: Case, evidence: Evidence) -> None:
    rows, columns = case.before.grid.shape
    lon, lat = case.before.grid.lonlat([columns / 2], [rows / 2])
    area = evidence.sites[0].area
    assert area is not None
    west, south, east, north = area.bounds
    assert west < lon[0] < east
    assert south < lat[0] < north
