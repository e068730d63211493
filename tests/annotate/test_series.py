"""A site over its dates: what is counted on each, what came and went between them, and what could not be seen."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import box

from depotwatch.annotate.errors import AnnotateError
from depotwatch.annotate.kept_series import keep_series
from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.ledger import ledger
from depotwatch.annotate.series import Interval, Row, Series, series, series_of
from depotwatch.annotate.standing import what_stands
from depotwatch.annotate.visits import visits
from depotwatch.labels.project import Project
from depotwatch.labels.records import (
    Annotation,
    Candidate,
    Claim,
    Comparison,
    Count,
    KindResult,
    Quantity,
    SceneRecord,
    Shape,
    Site,
    SiteRole,
    Source,
    Verdict,
    Window,
)

DAYS = {"a": "2023-08-01", "b": "2023-08-20", "c": "2023-09-10", "d": "2023-10-01", "e": "2023-10-20"}
KINDS = load_kinds()
LOOKED = tuple(KindResult(kind, True, "", 0) for kind in ("storage-pit", "vessel", "container-stack"))


class Case:
    """A project of one site that grows by scenes and looks."""

    def __init__(self, path: Path) -> None:
        self.project = Project.create(path)
        self.project.put_site(Site("depot", "Depot", box(38.9, 45.1, 39.05, 45.16)))

    def scene(self, name: str, *, valid: float = 1.0, time: str | None = "", east_m: float = 0.0) -> None:
        self.project.add_scene(
            SceneRecord(
                id=name,
                name=f"{name}.tif",
                path=f"{name}.tif",
                time=DAYS[name] if time == "" else time,
                sensor="optical",
                platform=None,
                level=None,
                bands=("1",),
                height_px=10_000,
                width_px=20_000,
                gsd_y_m=1.0,
                gsd_x_m=1.0,
                crs="EPSG:32637",
                transform=(1.0, 0.0, 490_000.0 + east_m, 0.0, -1.0, 5_002_000.0),
                sun_azimuth_deg=None,
                sun_elevation_deg=None,
                sun_computed=False,
                view_off_nadir_deg=None,
                view_azimuth_deg=None,
                units=None,
                offset_applied=None,
                valid_fraction=valid,
                credit=None,
                licence=None,
                synthetic=False,
            )
        )

    def look(
        self,
        before: str,
        after: str,
        came: Sequence[int] = (),
        went: Sequence[int] = (),
        *,
        kind: str = "storage-pit",
        held: Count | None = None,
        site: str = "depot",
        valid: float = 1.0,
        refused: str | None = None,
        known: Sequence[str] = (),
        results: Sequence[KindResult] = LOOKED,
    ) -> None:
        """Compare two scenes; a number is a place, and the annotation is called after look and place."""
        name = before + after
        changes = [(number, "appeared") for number in came] + [(number, "vanished") for number in went]
        found = [
            Annotation(
                f"{name}{number}",
                kind,
                change,
                "unknown",
                shape(number, before),
                "machine",
                site,
                before,
                after,
                0.9,
                held or Count(1, 1, 1),
            )
            for number, change in changes
        ]
        old = [self.project.annotation(one) for one in known]
        run = Comparison(
            id=name, before=before, after=after, site=site, settings={}, version="1", refused=refused, method="plain",
            threshold=1.0, shift_y_m=0.0, shift_x_m=0.0, residual_median_px=0.1, residual_p95_px=0.2, registration=None,
            valid_fraction=valid, valid_area_km2=1.0, false_alarms_per_km2=None, kinds=tuple(results),
            time="2024-01-01T00:00:00Z",
        )  # fmt: skip
        candidates = [
            Candidate(f"{name}-{one.id}", name, one.id, one.kind, one.change, "unknown", one.shape, 0.9, one.count, {})
            for one in (*found, *old)
        ]
        self.project.add_comparison(run, candidates, found)

    def present(self, scene: str, number: int, kind: str = "storage-pit", held: int = 1) -> str:
        """Keep what an analyst drew as there on one scene."""
        name = f"{scene}{number}"
        self.project.put_annotation(
            Annotation(
                name,
                kind,
                "present",
                "unknown",
                shape(number, scene),
                "analyst",
                "depot",
                scene,
                None,
                None,
                Count(held, held, held),
            )
        )
        self.judge("accepted", name)
        return name

    def judge(self, value: str, *names: str) -> None:
        for name in names:
            reason = "other" if value == "rejected" else None
            self.project.put_verdict(Verdict(name, "Ada", value, reason, "", "2024-01-01T00:00:00Z"))

    def series(self, site: str = "depot") -> Series:
        return series(self.project, site)


def shape(number: int, scene: str) -> Shape:
    corner = 38.95 + number * 0.001
    column = 100 * number
    return Shape(
        box(column, 10, column + 20, 30), scene, box(corner, 45.13, corner + 0.0002, 45.1302), 20.0, 20.0, 400.0, 0.0
    )


def on(found: Series, day: str, kind: str = "storage-pit") -> Row:
    (row,) = [one for one in found.rows if one.scene == day and one.kind == kind]
    return row


def number(found: Series, day: str, kind: str = "storage-pit") -> tuple[int, int, int | None]:
    estimate = on(found, day, kind).estimate
    assert estimate is not None
    assert estimate.low <= estimate.best and (estimate.high is None or estimate.best <= estimate.high)
    return estimate.low, estimate.best, estimate.high


def between(found: Series, start: str, end: str, kind: str = "storage-pit") -> Interval:
    (interval,) = [one for one in found.intervals if (one.start.scene, one.end.scene, one.kind) == (start, end, kind)]
    return interval


def both(interval: Interval) -> tuple[tuple[int, int | None], tuple[int, int | None]]:
    assert interval.appeared is not None and interval.vanished is not None
    return (interval.appeared.low, interval.appeared.high), (interval.vanished.low, interval.vanished.high)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = Case(tmp_path / "series.gpkg")
    yield made
    made.project.close()


@pytest.fixture
def chain(case: Case) -> Case:
    """Return three dates: two pits dug before b, a third before c, and one of the first two gone by c."""
    for name in "abc":
        case.scene(name)
    case.look("a", "b", came=[1, 2])
    case.look("b", "c", came=[3], went=[2])
    case.judge("accepted", "ab1", "ab2", "bc3", "bc2")
    return case


def test_dates_in_a_chain_count_what_was_seen_on_each(chain: Case) -> None:
    found = chain.series()
    assert [one.scene for one in found.moments] == ["a", "b", "c"]
    assert number(found, "a") == (0, 0, 0)
    assert number(found, "b") == (2, 2, 2), "pit 2 is one place, though both looks tell of it"
    assert number(found, "c") == (1, 2, 2), "pit 1 was not seen to change after b, which is not the same as seen on c"
    assert both(between(found, "a", "b")) == ((2, 2), (0, 0))
    assert both(between(found, "b", "c")) == ((1, 1), (1, 1))


def test_a_comparison_of_the_ends_counts_nothing_twice(chain: Case) -> None:
    before = chain.series()
    chain.look("a", "c", came=[1], known=["bc3"])
    after = chain.series()
    assert number(after, "a") == (0, 0, 0) and number(after, "b") == (2, 2, 2)
    assert number(after, "c") == (1, 2, 2), "pit 1 is now seen on c, by a proposal that nobody judged"
    assert [both(one) for one in after.intervals if one.kind == "storage-pit"] == [
        both(one) for one in before.intervals if one.kind == "storage-pit"
    ]
    assert len(after.stays) == len(before.stays) == 3
    chain.judge("accepted", "ac1")
    assert number(chain.series(), "c") == (2, 2, 2)


def test_unreviewed_is_possible_and_accepted_is_definite(case: Case) -> None:
    for name in "ab":
        case.scene(name)
    case.look("a", "b", came=range(8))
    low, best, high = number(case.series(), "b")
    assert low < best <= 8 and high == 8
    case.judge("accepted", *(f"ab{place}" for place in range(8)))
    assert number(case.series(), "b") == (8, 8, 8)
    case.judge("rejected", "ab0")
    found = case.series()
    assert number(found, "b") == (7, 7, 7) and len(found.stays) == 7
    case.judge("unsure", "ab1")
    assert number(case.series(), "b") == (6, 6, 7)


def test_a_stay_has_the_days_that_bracket_it_and_those_hidden_by_cloud(case: Case) -> None:
    for name in "abcde":
        case.scene(name, valid=0.1 if name in "bd" else 1.0)
    case.look("a", "c", came=[1])
    case.look("c", "e", went=[1])
    (stay,) = case.series().stays
    days = [stay.last_absent, stay.first_present, stay.last_present, stay.first_absent]
    assert [one and one.scene for one in days] == ["a", "c", "c", "e"]
    assert stay.hidden_before == ((DAYS["b"], "90% of its scene is cloud or has no data"),)
    assert stay.hidden_after == ((DAYS["d"], "90% of its scene is cloud or has no data"),)


def test_a_clouded_date_has_no_number_and_splits_no_interval(case: Case) -> None:
    for name in "abc":
        case.scene(name, valid=0.2 if name == "b" else 1.0)
    case.look("a", "b")
    case.look("b", "c")
    case.look("a", "c", came=[1])
    found = case.series()
    assert on(found, "b").estimate is None and "cloud" in on(found, "b").reason
    interval = between(found, "a", "c")
    assert interval.hidden == ((DAYS["b"], "80% of its scene is cloud or has no data"),)
    assert interval.appeared is not None and interval.appeared.high == 1


def test_not_covered_differs_from_not_seen(case: Case) -> None:
    for name in "ab":
        case.scene(name)
    case.scene("c", east_m=9_500.0)
    case.look("a", "b", came=[1])
    row = on(case.series(), "c")
    assert row.estimate is None and "covers" in row.reason and "Depot" in row.reason
    case.scene("d")
    assert on(case.series(), "d").reason == "No comparison or search uses its scene."


def test_a_date_that_says_nothing_of_a_place_leaves_it_possible(case: Case) -> None:
    for name in "abc":
        case.scene(name)
    case.look("a", "b", came=[1])
    case.look("a", "c", came=[2])
    case.judge("accepted", "ab1", "ac2")
    found = case.series()
    assert number(found, "c") == (1, 1, 2), "a–c saw nothing come at 1, and 1 was there on b: c cannot be told"
    interval = between(found, "b", "c")
    assert both(interval) == ((0, 1), (0, 0)), "2 came between a and c, before or after b"


def test_a_look_over_a_date_that_shows_otherwise_carries_nothing_across_it(case: Case) -> None:
    for name in "abcd":
        case.scene(name)
    case.look("b", "c", came=[1])
    case.look("c", "d")
    case.look("a", "b")
    case.look("a", "d")
    case.judge("accepted", "bc1")
    found = case.series()
    assert number(found, "d") == (0, 1, 1), "c–d carries it on, and a–d spans the date on which it came"
    assert number(found, "a") == (0, 0, 0)


def test_a_search_of_one_scene_says_what_is_there_and_what_was_not_found(chain: Case) -> None:
    standing = what_stands(chain.project)
    searched = replace(
        standing.comparisons["bc"], id="search", before="c", after=cast(Any, None), kinds=LOOKED, time="2024-02-01"
    )
    found_there = Annotation(
        "c9", "storage-pit", "present", "unknown", shape(9, "c"), "machine", "depot", "c", None, 0.9, Count(1, 1, 1)
    )
    after = replace(
        standing,
        comparisons={**standing.comparisons, "search": searched},
        annotations={**standing.annotations, "c9": found_there},
        proposals={**standing.proposals, "search": frozenset({"c9"})},
        proposed_as={**standing.proposed_as, "search": {"c9": "present"}},
    )
    found = series_of(after, chain.project.sites()[0], KINDS)
    row = on(found, "c")
    assert row.searched == "present" and on(found, "b").searched == "changes"
    assert row.estimate is not None and row.confirmed == 1
    assert (row.estimate.low, row.estimate.high) == (1, 3), "3 is accepted, 9 proposed, and 1 was not found again"
    assert "c9" in {stay.annotations[0] for stay in found.stays if stay.last_absent is None}


def test_a_clouded_look_carries_nothing_on(case: Case) -> None:
    for name in "abc":
        case.scene(name)
    case.look("a", "b", came=[1])
    case.look("b", "c", valid=0.3)
    case.judge("accepted", "ab1")
    assert number(case.series(), "c") == (0, 0, 1)


def test_what_is_drawn_as_present_counts_on_its_date(chain: Case) -> None:
    chain.present("c", 1)
    found = chain.series()
    assert number(found, "c") == (2, 2, 2)
    assert len(found.stays) == 3, "the drawing is the pit that came before b"


def test_what_came_again_at_a_place_is_another_stay(case: Case) -> None:
    for name in "abcd":
        case.scene(name)
    case.look("a", "b", came=[1], kind="vessel")
    case.look("b", "c", went=[1], kind="vessel")
    case.look("c", "d", came=[1], kind="vessel")
    case.judge("accepted", "ab1", "bc1", "cd1")
    stays = case.series().stays
    assert [(one.first_present.scene, one.last_present.scene) for one in stays] == [("b", "b"), ("d", "d")]
    assert [number(case.series(), day, "vessel")[0] for day in "abcd"] == [0, 1, 0, 1]


def test_what_came_twice_at_a_place_without_going_is_two(case: Case) -> None:
    for name in "abc":
        case.scene(name)
    case.look("a", "b", came=[1], kind="container-stack", held=Count(6, 6, 6))
    case.look("b", "c", came=[1], kind="container-stack", held=Count(4, 4, 4))
    case.judge("accepted", "ab1", "bc1")
    found = case.series()
    assert len(found.stays) == 2, "boxes set on boxes: b shows the first and not yet the second"
    assert number(found, "b", "container-stack")[0] == 6 and number(found, "c", "container-stack") == (4, 10, 10)


def test_a_refused_comparison_says_why_it_shows_nothing(case: Case) -> None:
    for name in "ab":
        case.scene(name)
    case.look("a", "b", refused="The scenes do not overlap.", results=())
    case.present("b", 1)
    found = case.series()
    assert on(found, "a").estimate is None and on(found, "a").reason == "The scenes do not overlap."
    assert number(found, "b") == (1, 1, 1), "what was drawn is there all the same"


def test_one_date_alone_has_a_row_and_no_interval(case: Case) -> None:
    case.scene("a")
    case.present("a", 1, "vessel")
    found = case.series()
    assert number(found, "a", "vessel") == (1, 1, 1)
    assert not found.intervals and found.stays[0].last_absent is None


def test_a_site_without_dates_is_empty_and_undated_scenes_are_named(case: Case) -> None:
    assert case.series().moments == ()
    case.scene("a", time=None)
    found = case.series()
    assert found.moments == () and "a.tif has no date" in found.left_out[0]


def test_an_undated_scene_bounds_nothing(case: Case) -> None:
    case.scene("a")
    case.scene("c")
    case.look("a", "c", came=[1])
    before = case.series()
    case.scene("b", time=None)
    case.look("a", "b", came=[2])
    case.look("b", "c", went=[3])
    found = case.series()
    assert [moment.scene for moment in found.moments] == ["a", "c"]
    spans = [
        [(one.kind, one.start.scene, one.end.scene, one.appeared, one.vanished) for one in said.intervals]
        for said in (before, found)
    ]
    assert spans[0] == spans[1]
    assert not [stay for stay in found.stays if stay.last_absent is not None and stay.last_absent.scene == "b"]


def test_rendered_scenes_are_left_out_beside_real_ones(chain: Case) -> None:
    chain.scene("d")
    chain.project.put_scene(replace(chain.project.scene("d"), synthetic=True))
    found = chain.series()
    assert [one.scene for one in found.moments] == ["a", "b", "c"]
    assert found.left_out == ("Scene d.tif is rendered and left out, as others are real.",)


def test_a_wrong_site_is_refused_with_those_there_are(case: Case) -> None:
    with pytest.raises(AnnotateError, match=r"'harbour' is not in the project \(it has depot\)"):
        case.series("harbour")


def test_two_scenes_of_one_day_are_two_dates(case: Case) -> None:
    case.scene("a", time="2023-10-20T11:01:00Z")
    case.scene("b", time="2023-10-20T15:43:00Z")
    case.look("a", "b", went=[1], kind="vessel")
    case.judge("accepted", "ab1")
    found = case.series()
    assert both(between(found, "a", "b", "vessel")) == ((0, 0), (1, 1))


@pytest.mark.parametrize(("measure", "observed"), [("new", 3), ("gone", 1), ("present", 2)])
def test_the_ledger_counts_the_same_places_once(chain: Case, measure: str, observed: int) -> None:
    chain.look("a", "c", came=[1], known=["bc3"])
    chain.judge("accepted", "ac1")
    chain.project.put_source(Source("report", {"title": "A report"}))
    chain.project.put_claim(
        Claim(
            "c1", "report", "…", "storage-pit", measure, Quantity(observed, None, "pits"), (SiteRole("depot", "at"),),
            Window(DAYS["a"], DAYS["c"]), "asserts", None,
        )
    )  # fmt: skip
    (found,) = ledger(chain.project)
    assert found.observed is not None and found.status == "supported"
    assert (found.observed.low, found.observed.high) == (observed, observed)


@pytest.fixture
def harbour(case: Case) -> Case:
    """Return four dates with a vessel on the second and another on the fourth, at other berths, and none between."""
    for name in "abcd":
        case.scene(name)
    case.look("a", "b", came=[1], kind="vessel")
    case.look("b", "c", went=[1], kind="vessel")
    case.look("c", "d", came=[2], kind="vessel")
    case.judge("accepted", "ab1", "bc1", "cd2")
    return case


def test_a_rise_after_a_fall_is_another_visit_and_no_date_bounds_them_from_above(harbour: Case) -> None:
    found = visits(harbour.series(), KINDS["vessel"])
    assert found.estimate is not None
    assert (found.estimate.low, found.estimate.best, found.estimate.high) == (2, 2, None)
    assert (found.confirmed, found.dates) == (2, 4)
    assert "any number may have come and gone" in found.estimate.rule_high


def test_a_move_from_berth_to_berth_is_no_second_visit(case: Case) -> None:
    for name in "ab":
        case.scene(name)
    case.look("a", "b", went=[1], came=[2], kind="vessel")
    case.judge("accepted", "ab1", "ab2")
    found = visits(case.series(), KINDS["vessel"])
    assert found.estimate is not None and found.estimate.low == 1


def test_a_shortest_stay_bounds_visits_where_dates_are_close_enough(harbour: Case) -> None:
    window = Window(DAYS["a"], DAYS["d"])
    close = visits(harbour.series(), KINDS["vessel"], window, shortest_stay_days=22.0).estimate
    assert (
        close is not None
        and close.high is not None
        and 2 <= close.high <= 5
        and "no visit is shorter than 22 days" in close.rule_high
    )
    sparse = visits(harbour.series(), KINDS["vessel"], window, shortest_stay_days=21.0).estimate
    assert sparse is not None and sparse.high is None and "further apart than 21 days" in sparse.rule_high


def test_visits_outside_the_window_are_not_counted(harbour: Case) -> None:
    found = visits(harbour.series(), KINDS["vessel"], Window("2023-08-10", "2023-09-15"))
    assert found.estimate is not None and (found.estimate.low, found.dates) == (1, 2)
    none = visits(harbour.series(), KINDS["vessel"], Window("2024-01-01", None))
    assert none.estimate is None and none.reason == "No date of Depot in this time can show vessels."


def test_the_kept_series_is_replaced_when_something_was_decided_since(chain: Case) -> None:
    project = chain.project

    def keep() -> bool:
        return keep_series(project, chain.series(), project.head)

    assert keep() and not keep(), "the same again adds nothing"
    rows = {(row.scene, row.kind): row for row in project.series("depot")}
    last = rows["c", "storage-pit"]
    assert (last.low, last.best, last.high, last.unit) == (1, 2, 2, "pits")
    assert (last.since, last.appeared_best, last.vanished_best) == (DAYS["b"], 1, 1)
    assert rows["a", "storage-pit"].since is None
    stays = {row.annotation: row for row in project.stays("depot")}
    assert (stays["ab1"].last_absent, stays["ab1"].first_present) == (DAYS["a"], DAYS["b"])
    assert stays["bc2"].first_absent == DAYS["c"] and stays["bc2"].number == 0
    chain.judge("rejected", "bc3")
    project.append("Ada", "verdict", {"annotation": "bc3"})
    assert project.series("depot")[0].head != project.head, "the reader sees that it is out of date"
    assert keep() and project.series("depot")[0].head == project.head
    assert "bc3" not in {row.annotation for row in project.stays("depot")}


@given(
    looks=st.lists(
        st.tuples(
            st.integers(0, 3),
            st.integers(1, 4),
            st.lists(st.integers(0, 4), unique=True, max_size=4),
            st.sets(st.integers(0, 4)),
            st.sampled_from(("accepted", "unreviewed", "rejected", "unsure")),
        ),
        max_size=4,
        unique_by=lambda look: (look[0], look[0] + look[1]),
    ),
    clouded=st.sets(st.integers(0, 4), max_size=2),
)
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_numbers_hang_together_whatever_was_compared(
    tmp_path: Path, looks: list[tuple[int, int, list[int], set[int], str]], clouded: set[int]
) -> None:
    with TemporaryDirectory(dir=tmp_path) as folder:
        case = Case(Path(folder) / "any.gpkg")
        for at, name in enumerate("abcde"):
            case.scene(name, valid=0.1 if at in clouded else 1.0)
        for first, step, places, gone, verdict in looks:
            last = min(first + step, 4)
            if f"{'abcde'[first]}{'abcde'[last]}" in {one.id for one in case.project.comparisons()}:
                continue
            went = [place for place in places if place in gone]
            came = [place for place in places if place not in gone]
            case.look("abcde"[first], "abcde"[last], came, went)
            if verdict != "unreviewed":
                case.judge(verdict, *(f"{'abcde'[first]}{'abcde'[last]}{place}" for place in places))
        found = case.series()
        case.project.close()
    rows = {(row.scene, row.kind): row.estimate for row in found.rows}
    changes = [one for interval in found.intervals for one in (interval.appeared, interval.vanished)]
    for estimate in [one for one in (*rows.values(), *changes) if one is not None]:
        assert estimate.high is not None and 0 <= estimate.low <= estimate.best <= estimate.high
    for interval in found.intervals:
        before, after = (rows[moment.scene, interval.kind] for moment in (interval.start, interval.end))
        for change, stock in ((interval.vanished, before), (interval.appeared, after)):
            if change is not None and stock is not None and stock.high is not None and change.high is not None:
                assert change.low <= stock.low and change.best <= stock.best and change.high <= stock.high
    for stay in found.stays:
        order = [
            one.time for one in (stay.last_absent, stay.first_present, stay.last_present, stay.first_absent) if one
        ]
        assert order == sorted(order)
