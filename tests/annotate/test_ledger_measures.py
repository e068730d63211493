"""Every measure of a claim comes to every status it can have, and what stands in the way of testing has a name."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from depotwatch.annotate.assessment import STATUSES
from depotwatch.annotate.ledger import LedgerRow, ledger
from depotwatch.annotate.obstacles import OBSTACLES
from depotwatch.annotate.origins import origins_of, origins_sentence
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

Make = Callable[..., Project]
Add = Callable[..., Comparison]
STACK, PIT, VESSEL = "container-stack", "storage-pit", "vessel"
AT, ROUTE = (SiteRole("depot", "at"),), (SiteRole("port", "from"), SiteRole("depot", "to"))
AUTUMN = Window("2023-08-15", "2023-12-01")
LOOKED = tuple(KindResult(kind, True, "", 0) for kind in (STACK, PIT, VESSEL))
CLAIM = Claim("c", "report", "…", PIT, "new", Quantity(2, None, "pits"), AT, AUTUMN, "asserts", None)


def state(project: Project, claim: Claim = CLAIM, **changes: object) -> LedgerRow:
    """Put a claim into a project and return its row of the ledger."""
    claim = replace(claim, **changes)  # type: ignore[arg-type]
    project.put_source(Source(claim.source, {"title": f"A {claim.source}"}))
    for role in claim.sites:
        if role.site not in {site.id for site in project.sites()}:
            project.put_site(Site(role.site, role.site.title()))
    project.put_claim(claim)
    (row,) = [one for one in ledger(project) if one.claim.id == claim.id]
    assert row.status in STATUSES and row.explanation.endswith(".") and ". " not in row.explanation
    assert (row.obstacle in OBSTACLES) == (row.status == "not testable") == (row.observed is None)
    return row


def judge(project: Project, value: str, *places: str) -> None:
    for place in places or [one.id for one in project.annotations()]:
        project.put_verdict(Verdict(place, "Ada", value, "shadow" if value == "rejected" else None, "", "2024-01-01"))


def quantity(low: int | None, high: int | None = None, unit: str = "pits") -> Quantity:
    return Quantity(low, high, unit)


@pytest.mark.parametrize(
    ("measure", "change"), [("new", "appeared"), ("gone", "vanished"), ("present", "appeared"), ("present", "vanished")]
)
def test_what_came_went_or_stood_comes_to_every_status(project_with: Make, measure: str, change: str) -> None:
    project = project_with([(PIT, change, 0.9)] * 3, results=LOOKED)
    assert state(project, measure=measure).status == "partly", "nothing is decided yet"
    judge(project, "accepted")
    assert state(project, measure=measure).status == "supported"
    assert state(project, measure=measure, quantity=quantity(3, 3)).status == "supported"
    assert state(project, measure=measure, quantity=quantity(9)).status == "partly"
    assert state(project, measure=measure, quantity=None).status == "supported", "one, where no number is"
    assert state(project, measure=measure, quantity=quantity(None, 2)).status == "contradicted"
    assert state(project, measure=measure, polarity="denies").status == "contradicted"
    judge(project, "rejected")
    assert state(project, measure=measure).status == "not observed"
    assert state(project, measure=measure, polarity="denies").status == "not observed"
    late = Window("2024-06-01", "2024-07-01")
    assert (row := state(project, measure=measure, window=late)).status == "not testable" and row.obstacle == "dates"


def test_what_moved_comes_to_every_status(project_with: Make, add_pair: Add) -> None:
    early, late = ("2023-08-20", "2023-09-10"), ("2023-09-20", "2023-10-10")
    project = project_with([(STACK, "vanished", 0.9)], site="port", held=Count(30, 30, 30), times=early, results=LOOKED)
    moved = replace(CLAIM, kind=STACK, measure="moved", quantity=quantity(25, None, "containers"), sites=ROUTE)
    assert (row := state(project, moved)).status == "not testable" and row.obstacle == "no imagery"
    add_pair(project, [(STACK, "appeared", 0.9)], name="2", held=Count(28, 28, 28), times=late, results=LOOKED)
    assert state(project, moved).status == "partly"
    judge(project, "accepted")
    row = state(project, moved)
    assert row.status == "supported" and row.flow is not None
    assert row.flow.startswith("At most 28 of the 30 containers that left Port between 2023-08-20 and 2023-09-10")
    assert row.flow.endswith("no image shows that any of them is the same.")
    assert [one.change for one in row.brackets] == ["vanished", "appeared"]
    assert state(project, moved, quantity=quantity(40, None, "containers")).status == "partly"
    assert state(project, moved, quantity=quantity(0, 5, "containers")).status == "partly", "others may have moved"
    project.put_citation(Citation("p2-0", "c", "opposes", "Ada", "2024-01-01"))
    assert state(project, moved).status == "contradicted", "what is cited against it is all there is"
    project.remove_citation("p2-0", "c", "Ada")
    judge(project, "rejected")
    assert state(project, moved).status == "not observed"
    assert (row := state(project, moved, sites=ROUTE[:1])).obstacle == "no place"


def test_visits_come_to_every_status(project_with: Make, add_pair: Add) -> None:
    project = project_with([(VESSEL, "appeared", 0.9)], times=("2023-08-20", "2023-09-01"), results=LOOKED)
    calls = replace(CLAIM, kind=VESSEL, measure="visits", quantity=quantity(1, None, "visits"))
    assert (row := state(project, calls)).status == "not testable" and row.obstacle == "dates"
    add_pair(project, [(VESSEL, "vanished", 0.9)], name="2", times=("2023-09-02", "2023-09-10"), results=LOOKED)
    project.put_site(Site("depot", "Depot"))  # of which each scene shows all
    assert state(project, calls).status == "partly"
    judge(project, "accepted")
    assert state(project, calls).status == "supported"
    assert state(project, calls, quantity=quantity(5, None, "visits")).status == "partly"
    assert state(project, calls, quantity=quantity(0, 0, "visits")).status == "contradicted"
    assert state(project, calls, polarity="denies").status == "contradicted"
    judge(project, "rejected")
    assert state(project, calls).status == "not observed"


def test_what_no_image_can_show_is_not_testable_whatever_was_found(project_with: Make) -> None:
    project = project_with([(PIT, "appeared", 0.9)], results=LOOKED)
    judge(project, "accepted")
    for changes in ({"measure": "none"}, {"kind": None}):
        row = state(project, **changes)
        assert (row.status, row.obstacle) == ("not testable", "not visible in any image")
        assert row.outcome == "not testable: no image can show this."


COARSE = KindResult(PIT, False, "Storage pits need a pixel of at most 4 m to be seen; this pair has 10 × 10 m.", 0)
CLOUDED = KindResult(PIT, False, "Only 3.0% of the area has data on both dates, less than the 5% needed.", 0)
RADAR = KindResult(PIT, False, "Storage pits show in optical images; this pair is sar.", 0)


@pytest.mark.parametrize(
    ("options", "changes", "obstacle", "told"),
    [
        ({"gsd_m": 10.0, "results": [COARSE]}, {}, "pixel size", "10 × 10 m"),
        ({"sensor": "sar", "results": [RADAR]}, {}, "sensor", "this pair is sar"),
        ({"valid_fraction": 0.03, "results": [CLOUDED]}, {}, "cloud", "only 3.0% of the area has data"),
        ({"times": ("2022-01-01", "2022-03-01"), "results": LOOKED}, {}, "dates", "lie outside the claim's window"),
        ({"results": LOOKED}, {"sites": (SiteRole("far", "at"),)}, "no imagery", "no imagery of Far"),
        ({"results": LOOKED}, {"sites": ()}, "no place", "names no site"),
        ({"results": LOOKED}, {"kind": "bunker"}, "unknown kind", "'bunker' is not known"),
        ({"refused": "No registration."}, {}, "not compared", "no registration"),
        ({"results": []}, {}, "not searched", "were not looked for"),
        ({"synthetic": True, "results": LOOKED}, {}, "invented and real", "are rendered"),
    ],
)
def test_what_stands_in_the_way_has_a_name(
    project_with: Make, options: dict[str, object], changes: dict[str, object], obstacle: str, told: str
) -> None:
    row = state(project_with([], **options), replace(CLAIM, **changes))  # type: ignore[arg-type]
    assert (row.status, row.obstacle) == ("not testable", obstacle)
    assert told in row.outcome


def test_first_seen_is_a_bracket_beside_the_claims_window(project_with: Make) -> None:
    project = project_with([(PIT, "appeared", 0.9)] * 2, times=("2023-08-20", "2023-10-10"), results=LOOKED)
    judge(project, "accepted")
    (bracket,) = state(project).brackets
    assert (bracket.start, bracket.end, bracket.places, bracket.inside) == ("2023-08-20", "2023-10-10", 2, 2)
    inside = "; that is inside the claim's window, 2023-08-15 to 2023-12-01"
    assert inside in state(project).explanation
    row = state(project, window=Window("2023-09-01", None))
    assert row.status == "partly" and row.brackets[0].across == 2
    assert "; that reaches across the claim's window, 2023-09-01 to any day" in row.explanation
    assert "window" not in state(project, window=Window()).explanation, "an open window is beside everything"


def test_a_date_between_the_two_of_a_pair_narrows_the_bracket(project_with: Make, add_pair: Add) -> None:
    project = project_with([(PIT, "appeared", 0.9)], times=("2023-06-01", "2024-02-01"), results=LOOKED)
    autumn = Window("2023-08-15", "2023-12-01")
    judge(project, "accepted")
    assert state(project, window=autumn, quantity=quantity(1)).status == "partly"
    add_pair(project, name="2", places=[], proposed=["p1-0"], times=("2023-09-01", "2023-10-01"), results=LOOKED)
    project.put_site(Site("depot", "Depot"))  # of which each scene shows all
    row = state(project, window=autumn, quantity=quantity(1))
    assert row.status == "supported" and row.brackets[0].inside == 1
    assert "between 2023-09-01 and 2023-10-01" in row.explanation and "that is inside" in row.explanation


def test_what_surely_came_before_the_window_did_not_come_in_it(project_with: Make, add_pair: Add) -> None:
    project = project_with([(PIT, "appeared", 0.9)] * 2, times=("2023-06-01", "2024-02-01"), results=LOOKED)
    add_pair(project, name="2", places=[], proposed=["p1-0"], times=("2023-06-10", "2023-08-14"), results=LOOKED)
    project.put_site(Site("depot", "Depot"))  # of which each scene shows all
    judge(project, "accepted")
    row = state(project)
    assert row.status == "partly" and row.observed is not None and row.observed.high == 1
    assert (row.brackets[0].places, row.brackets[0].outside, row.brackets[0].across) == (2, 1, 1)
    assert "0 of 2 surely inside the claim's window, 2023-08-15 to 2023-12-01, 1 surely outside" in row.explanation
    assert state(project, window=Window("2023-08-14", "2023-12-01")).brackets[0].outside == 0, "that day belongs to it"
    judge(project, "rejected", "p1-1")
    row = state(project)
    assert row.status == "not observed" and "inside" not in row.explanation
    assert "first seen between 2023-06-10 and 2023-08-14, outside the claim's window" in row.explanation


def test_what_is_claimed_of_several_places_is_counted_over_all_of_them(project_with: Make, add_pair: Add) -> None:
    project = project_with([(PIT, "appeared", 0.9)] * 2, results=LOOKED)
    judge(project, "accepted")
    both = (SiteRole("depot", "at"), SiteRole("yard", "at"))
    assert state(project, sites=both, quantity=quantity(3)).status == "partly"
    add_pair(project, [(PIT, "appeared", 0.9)], name="2", site="yard", results=LOOKED)
    judge(project, "accepted")
    row = state(project, sites=both, quantity=quantity(3))
    assert row.status == "supported" and "at Depot and Yard" in row.outcome
    via = (SiteRole("depot", "at"), SiteRole("yard", "via"))
    assert state(project, sites=via, quantity=quantity(3)).status == "partly", "what passed through is not there"


def test_ground_that_cloud_hid_is_said_where_too_little_was_seen(project_with: Make) -> None:
    project = project_with([(PIT, "appeared", 0.9)], valid_fraction=0.4, results=LOOKED)
    judge(project, "rejected")
    row = state(project)
    assert row.status == "not observed" and "60% of the ground is cloud or has no data on a date" in row.explanation
    judge(project, "accepted")
    assert "cloud" not in state(project, quantity=quantity(1)).explanation, "enough was seen"


def test_three_papers_that_repeat_one_briefing_are_one_origin(project_with: Make) -> None:
    project = project_with([])
    project.put_origin(Origin("briefing", "The Ministry"))
    names: Sequence[tuple[str, str, str | None]] = [
        ("a", "first", "briefing"),
        ("b", "second", "briefing"),
        ("c", "third", "briefing"),
        ("d", "fourth", None),
        ("e", "fourth", None),
    ]
    for claim, source, origin in names:
        state(project, id=claim, source=source, origin=origin)
    rows = ledger(project)
    found = origins_of(rows)
    assert [(one.id, one.who, one.sources) for one in found] == [
        ("briefing", "The Ministry", ("first", "second", "third")),
        (None, "A fourth", ("fourth",)),
    ]
    assert found[1].claims == ("d", "e")
    assert origins_sentence(rows) == "5 claims in 4 sources rest on 2 independent origins."
    assert origins_sentence(()) == ""
