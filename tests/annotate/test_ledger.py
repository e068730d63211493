"""The ledger: a claim beside what was observed, in five words and with the reason."""

from collections.abc import Callable
from pathlib import Path

import pytest
from shapely import box

from depotwatch.annotate.assessment import STATUSES, bounds, claimed_text
from depotwatch.annotate.ledger import LedgerRow, ledger
from depotwatch.annotate.review import Review
from depotwatch.labels.project import Project
from depotwatch.labels.records import (
    Citation,
    Claim,
    Comparison,
    Count,
    KindResult,
    Origin,
    Quantity,
    Site,
    SiteRole,
    Source,
    Verdict,
    Window,
)
from depotwatch.labels.reports import load

Make = Callable[..., Project]
Add = Callable[..., Comparison]
PIT = ("storage-pit", "appeared", 0.9)
LOOKED = [KindResult("storage-pit", True, "", 0)]
AUTUMN = Window("2023-08-15", "2023-10-16")


def claim(
    project: Project,
    low: int | None = 1,
    high: int | None = None,
    *,
    name: str = "c1",
    kind: str | None = "storage-pit",
    measure: str = "new",
    unit: str | None = "pits",
    sites: tuple[SiteRole, ...] = (SiteRole("depot", "at"),),
    window: Window = AUTUMN,
    polarity: str = "asserts",
    synthetic: bool = False,
    origin: str | None = None,
    source: str = "report",
) -> None:
    project.put_source(Source(source, {"title": f"A {source}"}, synthetic=synthetic))
    if origin is not None:
        project.put_origin(Origin(origin, "The Ministry"))
    for role in sites:
        if role.site not in {site.id for site in project.sites()}:
            project.put_site(Site(role.site, role.site.title()))
    quantity = Quantity(low, high, unit, None)
    project.put_claim(Claim(name, source, "…", kind, measure, quantity, sites, window, polarity, origin))


def judge(project: Project, value: str, *places: str) -> None:
    for place in places:
        project.put_verdict(Verdict(place, "Ada", value, "shadow" if value == "rejected" else None, "", "2024-01-01"))


def row(project: Project) -> LedgerRow:
    (only,) = ledger(project)
    assert only.status in STATUSES
    assert only.explanation.endswith(".") and ". " not in only.explanation
    return only


def test_the_cited_reports_without_scenes_are_all_not_tested(tmp_path: Path) -> None:
    reports = load()
    with Project.create(tmp_path / "reports.gpkg") as project:
        for site in reports.sites:
            project.put_site(site)
        for origin in reports.origins:
            project.put_origin(origin)
        for source in reports.sources:
            project.put_source(source)
        for one in reports.claims:
            project.put_claim(one)
        rows = ledger(project)
    assert [found.claim for found in rows] == list(reports.claims)
    for found in rows:
        assert found.status == "not testable" and found.observed is None
        expected = "no image can show this" if found.claim.measure == "none" else "no imagery "
        assert found.outcome.startswith(f"not testable: {expected}")
        if found.claim.sites:
            names = {site.id: site.name for site in reports.sites}
            assert all(names[role.site] in found.explanation for role in found.claim.sites)
    repeated = {found.origin: found.repeats for found in rows if found.repeats > 1}
    assert any("White House" in str(who) for who in repeated)
    assert all(
        f"one of {found.repeats} reports of one origin, {found.origin}" in found.explanation
        for found in rows
        if found.repeats > 1
    )


def test_enough_accepted_pits_support_a_claim(project_with: Make) -> None:
    project = project_with([PIT] * 4)
    judge(project, "accepted", "p1-0", "p1-1", "p1-2")
    claim(project, 3)
    found = row(project)
    assert found.status == "supported"
    assert found.observed is not None and found.observed.low >= 3
    assert found.claimed == "at least 3 pits, new" and found.source == "A report"
    assert found.explanation.startswith("At Depot between 2023-08-20 and 2023-10-10, ")
    assert "observed as new" in found.explanation


def test_unreviewed_proposals_alone_are_partly_at_most_however_many(project_with: Make) -> None:
    project = project_with([PIT] * 200)
    claim(project, 1)
    found = row(project)
    assert found.status == "partly"
    assert "none of them is accepted" in found.explanation and "200 are not yet reviewed" in found.explanation


def test_a_number_that_only_the_unreviewed_reach_is_partly(project_with: Make) -> None:
    project = project_with([PIT] * 100)
    judge(project, "accepted", *(f"p1-{number}" for number in range(8)))
    claim(project, 30)
    found = row(project)
    assert found.observed is not None and found.observed.low >= 30
    assert found.status == "partly" and "8 of them accepted" in found.explanation


def test_fewer_than_claimed_is_partly_and_never_a_contradiction(project_with: Make) -> None:
    project = project_with([PIT] * 2)
    judge(project, "accepted", "p1-0", "p1-1")
    claim(project, 101)
    found = row(project)
    assert found.status == "partly"
    assert "2 pits" in found.explanation and "what was missed is not counted" in found.explanation


def test_none_found_is_not_observed(project_with: Make) -> None:
    project = project_with([PIT], results=LOOKED)
    judge(project, "rejected", "p1-0")
    claim(project, 1)
    found = row(project)
    assert found.status == "not observed" and found.observed is not None and found.observed.high == 0


def test_more_than_claimed_contradicts(project_with: Make) -> None:
    project = project_with([PIT] * 3)
    judge(project, "accepted", "p1-0", "p1-1", "p1-2")
    claim(project, None, 2)
    assert row(project).status == "contradicted"
    claim(project, 0, 0)
    assert row(project).status == "contradicted"


@pytest.mark.parametrize(("held", "status"), [((90, 100, 115), "supported"), ((70, 80, 99), "partly")])
def test_a_number_is_supported_where_the_observed_interval_includes_it(
    project_with: Make, held: tuple[int, int, int], status: str
) -> None:
    project = project_with([("container-stack", "appeared", 0.9)], held=Count(*held))
    judge(project, "accepted", "p1-0")
    claim(project, 100, 100, kind="container-stack", unit="containers")
    assert row(project).status == status


def test_a_denial_is_the_other_way_round(project_with: Make) -> None:
    project = project_with([PIT], results=LOOKED)
    claim(project, 1, polarity="denies")
    assert row(project).status == "partly"
    judge(project, "accepted", "p1-0")
    found = row(project)
    assert found.status == "contradicted" and "1 pit was observed as new, which the source denies" in found.explanation
    assert found.claimed.startswith("denied: ")
    project.put_citation(Citation("p1-0", "c1", "opposes", "Ada", "2024-01-01"))
    found = row(project)
    assert found.status == "contradicted" and found.observed is not None and found.observed.low == 1
    judge(project, "rejected", "p1-0")
    assert row(project).status == "not observed"


def test_a_window_that_no_scene_lies_in_is_not_tested(project_with: Make) -> None:
    project = project_with([PIT], times=("2022-01-01", "2022-03-01"))
    claim(project)
    found = row(project)
    assert found.status == "not testable"
    assert "2022-01-01, 2022-03-01 lie outside the claim's window, 2023-08-15 to 2023-10-16" in found.explanation


def test_scenes_that_reach_beyond_the_window_support_partly(project_with: Make) -> None:
    project = project_with([PIT], times=("2023-01-01", "2023-10-10"))
    judge(project, "accepted", "p1-0")
    claim(project)
    found = row(project)
    assert found.status == "partly" and "beyond the claim's window" in found.explanation


def test_scenes_without_dates_bear_on_claims_without_a_window_alone(project_with: Make) -> None:
    project = project_with([PIT], times=(None, None))
    judge(project, "accepted", "p1-0")
    claim(project)
    assert "are not known" in row(project).explanation
    claim(project, window=Window())
    assert row(project).status == "supported"


def test_a_kind_the_pair_cannot_show_is_not_tested_for_the_reason_given(project_with: Make) -> None:
    reason = (
        "Storage pits need a pixel of at most 4 m to be seen and counted; this pair has 10 × 10 m; "
        "their soil may show as disturbed soil, with the room that it has for pits."
    )
    project = project_with([], gsd_m=10.0, results=[KindResult("storage-pit", False, reason, 0)])
    claim(project)
    found = row(project)
    assert found.status == "not testable" and found.explanation == reason


def test_what_an_analyst_drew_counts_where_no_map_could_be_made(project_with: Make) -> None:
    project = project_with([], refused="No registration.")
    claim(project)
    assert row(project).outcome == "not testable: no registration."
    Review(project, "Ada").draw("storage-pit", box(0, 0, 40, 40), "before-1")
    assert row(project).status == "supported"


def test_stacks_that_cannot_be_counted_can_still_be_there(project_with: Make) -> None:
    project = project_with([("container-stack", "appeared", 0.9)], gsd_m=2.0)
    judge(project, "accepted", "p1-0")
    claim(project, 40, kind="container-stack", unit="containers")
    found = row(project)
    assert found.status == "not testable" and "1 m to be counted" in found.explanation
    claim(project, 1, kind="container-stack", unit="stacks", measure="present")
    found = row(project)
    assert found.status == "supported" and found.observed is not None
    assert found.observed.unit == "container stacks" and found.observed.low == 1


def test_present_is_what_stands_on_one_day_of_the_window(project_with: Make) -> None:
    project = project_with([PIT, PIT, ("storage-pit", "vanished", 0.8)], times=("2023-08-20", "2023-12-01"))
    judge(project, "accepted", "p1-0", "p1-1", "p1-2")
    claim(project, 2, measure="present")
    found = row(project)
    assert found.status == "partly" and found.observed is not None and found.observed.high == 1
    assert "on 2023-08-20" in found.explanation
    claim(project, 2, measure="present", window=Window("2023-08-15", "2023-12-24"))
    assert row(project).status == "supported"


def test_gone_is_what_vanished(project_with: Make) -> None:
    project = project_with([PIT, ("storage-pit", "vanished", 0.8)])
    judge(project, "accepted", "p1-0", "p1-1")
    claim(project, 1, measure="gone")
    found = row(project)
    assert found.status == "supported" and found.observed is not None and found.observed.high == 1


def test_moved_needs_what_went_at_one_place_and_what_came_at_the_other(project_with: Make, add_pair: Add) -> None:
    stack = ("container-stack", "vanished", 0.9)
    project = project_with([stack], site="port", held=Count(30, 30, 30))
    roles = (SiteRole("port", "from"), SiteRole("depot", "to"))
    claim(project, 25, kind="container-stack", unit="containers", measure="moved", sites=roles)
    judge(project, "accepted", "p1-0")
    assert row(project).outcome == "not testable: no imagery of Depot is in the project."
    add_pair(project, [("container-stack", "appeared", 0.9)], name="2", held=Count(28, 28, 28))
    judge(project, "accepted", "p2-0")
    found = row(project)
    assert found.status == "supported" and found.observed is not None
    assert (found.observed.low, found.observed.high) == (28, 28)
    assert "no image shows that they are the same" in found.observed.rule_low
    claim(project, 25, kind="container-stack", unit="containers", measure="moved", sites=roles[:1])
    assert "names no place to which" in row(project).explanation


def test_visits_need_more_than_a_pair(project_with: Make) -> None:
    project = project_with([("vessel", "appeared", 0.9)])
    claim(project, 5, kind="vessel", unit="voyages", measure="visits")
    found = row(project)
    assert found.status == "not testable" and "series of dates" in found.explanation


@pytest.mark.parametrize("rendered", [True, False])
def test_rendered_scenes_and_real_claims_are_never_set_beside_each_other(project_with: Make, rendered: bool) -> None:
    project = project_with([PIT], synthetic=rendered)
    judge(project, "accepted", "p1-0")
    claim(project, synthetic=not rendered)
    found = row(project)
    assert found.status == "not testable"
    assert ("are rendered" if rendered else "the claim is invented") in found.explanation.lower()
    claim(project, synthetic=rendered)
    assert row(project).status == "supported"


def test_other_places_and_kinds_do_not_bear_on_a_claim(project_with: Make, add_pair: Add) -> None:
    project = project_with([("vessel", "appeared", 0.9)], results=LOOKED)
    add_pair(project, [PIT], name="2", site="port")
    judge(project, "accepted", "p1-0", "p2-0")
    claim(project)
    assert row(project).status == "not observed"


def test_a_pair_without_a_site_bears_on_the_site_it_covers(project_with: Make) -> None:
    project = project_with([], site=None, results=LOOKED)
    project.put_site(Site("depot", "Depot", box(38.9, 45.0, 39.1, 45.3)))
    project.put_site(Site("far", "Far", box(10.0, 45.0, 10.1, 45.3)))
    review = Review(project, "Ada")
    review.draw("storage-pit", box(10, 10, 50, 50), "before-1")
    claim(project)
    assert row(project).status == "supported"
    claim(project, sites=(SiteRole("far", "at"),))
    assert row(project).outcome == "not testable: no imagery of Far is in the project."


def test_citations_are_listed_accepted_first_and_opposing_ones_weigh(project_with: Make) -> None:
    project = project_with([PIT] * 3)
    judge(project, "accepted", "p1-1", "p1-2")
    claim(project, 1)
    for place, relation in (("p1-0", "supports"), ("p1-1", "supports"), ("p1-2", "context")):
        project.put_citation(Citation(place, "c1", relation, "Ada", "2024-01-01"))
    found = row(project)
    assert (found.supporting, found.context, found.status) == (("p1-1", "p1-0"), ("p1-2",), "supported")
    project.put_citation(Citation("p1-2", "c1", "opposes", "Ada", "2024-01-01"))
    found = row(project)
    assert found.opposing == ("p1-2",) and found.status == "partly"
    assert "1 accepted place is cited against it" in found.explanation
    judge(project, "rejected", "p1-0", "p1-1")
    assert row(project).status == "contradicted"


def test_repeats_of_one_origin_are_said(project_with: Make) -> None:
    project = project_with([PIT])
    claim(project, name="c1", origin="ministry", source="report")
    claim(project, name="c2", origin="ministry", source="paper")
    claim(project, name="c3", source="third")
    first, second, third = ledger(project)
    assert (first.repeats, second.repeats, third.repeats) == (2, 2, 1)
    assert "one of 2 reports of one origin, The Ministry" in first.explanation
    assert third.origin is None and "origin" not in third.explanation


def test_a_source_without_a_number_is_partly_at_most(project_with: Make) -> None:
    project = project_with([PIT])
    judge(project, "accepted", "p1-0")
    claim(project, None, None)
    found = row(project)
    assert found.status == "partly" and "gives no number" in found.explanation
    assert found.claimed == "no number, new"


@pytest.mark.parametrize(
    ("quantity", "text", "interval"),
    [
        (None, "no number, new", (1, None)),
        (
            Quantity(101, None, "pits", "more than a hundred"),
            "at least 101 pits, new (“more than a hundred”)",
            (101, None),
        ),
        (Quantity(None, 1000, "pits"), "at most 1,000 pits, new", (0, 1000)),
        (Quantity(0, 0, "pits"), "no pits, new", (0, 0)),
        (Quantity(24, 99, None, "dozens"), "24 to 99, new (“dozens”)", (24, 99)),
        (Quantity(300, 300, "pits"), "300 pits, new", (300, 300)),
    ],
)
def test_claimed_intervals_in_words(quantity: Quantity | None, text: str, interval: tuple[int, int | None]) -> None:
    one = Claim("c", "s", "…", "storage-pit", "new", quantity, (), Window(), "asserts", None)
    assert claimed_text(one) == text
    assert bounds(one) == interval


def test_an_unknown_kind_is_not_tested(project_with: Make) -> None:
    project = project_with([])
    claim(project, kind="bunker")
    assert "'bunker' is not known" in row(project).explanation


def test_visits_are_counted_over_the_dates_of_a_site(project_with: Make, add_pair: Add) -> None:
    project = project_with([("vessel", "appeared", 0.9)], times=("2023-08-20", "2023-09-01"))
    add_pair(project, [("vessel", "vanished", 0.9)], name="2", times=("2023-09-02", "2023-09-10"))
    add_pair(project, [("vessel", "appeared", 0.9)], name="3", times=("2023-09-20", "2023-10-01"))
    claim(project, 1, kind="vessel", unit="visits", measure="visits")
    assert row(project).status == "partly"
    judge(project, "accepted", "p1-0", "p2-0", "p3-0")
    found = row(project)
    assert found.observed is not None and found.observed.high is None, "between two dates any number may come and go"
    assert found.status == "supported" and "on 6 dates" in found.explanation
    claim(project, 5, kind="vessel", unit="visits", measure="visits")
    assert row(project).status == "partly"
    claim(project, 2, kind="vessel", unit="berths", measure="visits")
    assert "the claim counts berths" in row(project).explanation


def test_what_was_still_there_when_the_other_arrived_did_not_move(project_with: Make, add_pair: Add) -> None:
    stack, late, early = "container-stack", ("2023-09-20", "2023-10-10"), ("2023-08-20", "2023-09-10")
    project = project_with([(stack, "vanished", 0.9)], site="port", held=Count(30, 30, 30), times=late)
    add_pair(project, [(stack, "appeared", 0.9)], name="2", held=Count(28, 28, 28), times=early)
    judge(project, "accepted", "p1-0", "p2-0")
    roles = (SiteRole("port", "from"), SiteRole("depot", "to"))
    claim(project, 25, kind=stack, unit="containers", measure="moved", sites=roles)
    found = row(project)
    assert found.status == "not observed" and found.observed is not None and found.observed.high == 0
    assert "none is first seen at the one place before" in found.observed.rule_high
