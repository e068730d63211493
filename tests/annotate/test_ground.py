"""Ground looked at: what rests on the screen close enough and long enough, kept in batches, and said beside counts."""

from collections.abc import Callable

import numpy as np
import pytest

from depotwatch.annotate.count import count
from depotwatch.annotate.ledger import ledger
from depotwatch.annotate.reading.ground import ground_of, looked, looked_at
from depotwatch.annotate.reading.watch import IDLE_S, View, Watch
from depotwatch.annotate.review import Review
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project
from depotwatch.labels.records import Claim, Glance, KindResult, SiteRole, Source, Window

PAIR = ("before-1", "after-1")
WHOLE = View("both", 0, 0, 1000, 1000, 1.0)
NORTH = View("both", -50, -50, 1000.5, 512, 1.5)


def glances(*views: View, seconds: float = 2.0, analyst: str = "Ada") -> list[Glance]:
    """Return what a watch notes of views that each rest for a time."""
    watch, now = Watch(analyst, *PAIR), 0.0
    for view in views:
        watch.see([view], now)
        for _ in range(round(seconds / 0.5)):
            now += 0.5
            watch.see([view], now)
    return list(watch.take())


def test_a_view_that_rests_is_a_glance_and_one_that_moves_is_none() -> None:
    watch = Watch("Ada", *PAIR)
    for tick in range(20):
        watch.see([View("after", tick, 0, tick + 100, 100, 2.0)], tick * 0.5)
    assert watch.take() == ()
    for tick in range(20, 25):
        watch.see([View("after", 50, 0, 150, 100, 2.0)], tick * 0.5)
    (one,) = watch.take()
    assert (one.analyst, one.before, one.after, one.shown) == ("Ada", *PAIR, "after")
    assert (one.left, one.right, one.scale, one.seconds) == (50, 150, 2.0, 2.0)
    assert watch.take() == ()
    watch.see([View("after", 50, 0, 150, 100, 2.0)], 12.5)
    assert [again.seconds for again in watch.take()] == [0.5]


def test_nobody_looks_while_nothing_stirs_or_the_machine_sleeps() -> None:
    watch = Watch("Ada", *PAIR)
    for second in range(600):
        watch.see([WHOLE], float(second))
    (idle,) = watch.take()
    assert idle.seconds == IDLE_S
    for second in range(600, 700):
        watch.see([WHOLE], float(second), sign=second)
    (stirring,) = watch.take()
    assert stirring.seconds == 100
    watch.see([WHOLE], 10_000.0, sign="woken")
    assert watch.take()[0].seconds <= 2.0
    watch.see([], 10_001.0)
    watch.see([], 10_002.0)
    assert watch.take() == ()


def test_ground_counts_where_both_dates_were_on_the_screen_at_native_zoom_for_a_second() -> None:
    ground = ground_of(PAIR, np.ones((1000, 1000), dtype=bool), (0, 0), (1000, 1000))
    assert looked(ground, glances(WHOLE)).share() == 1.0
    assert looked(ground, glances(View("both", 0, 0, 1000, 1000, 0.9))).share() == 0.0
    assert looked(ground, glances(WHOLE, seconds=0.5)).share() == 0.0
    north = looked(ground, glances(NORTH))
    assert north.share() == pytest.approx(32 / 63)
    after, before = View("after", 0, 0, 1000, 1000, 1.0), View("before", 0, 0, 1000, 1000, 1.0)
    assert looked(ground, glances(after)).share() == 0.0
    assert looked(ground, glances(after, before)).share() == 1.0
    alone = ground_of(("before-1", None), np.ones((1000, 1000), dtype=bool), (0, 0), (1000, 1000))
    assert looked(alone, glances(before)).share() == 1.0


def test_ground_without_data_is_none_to_look_at_and_a_part_lies_where_it_lies_in_the_file() -> None:
    mask = np.zeros((300, 200), dtype=bool)
    mask[10:20, 10:20] = True
    ground = ground_of(PAIR, mask, (100, 7), (1000, 1000))
    seen = looked(ground, glances(View("both", 16, 96, 32, 128, 4.0)))
    assert np.argwhere(seen.valid).tolist() == [[6, 1], [7, 1]]
    assert seen.share() == 1.0


def test_each_analyst_has_ground_of_their_own(project_with: Callable[..., Project]) -> None:
    project = project_with([("storage-pit", "appeared", 0.9)])
    ground = ground_of(PAIR, np.ones((1000, 1000), dtype=bool), (0, 0), (1000, 1000))
    south = View("both", 0, 512, 1000, 1000, 1.0)
    Review(project, "Ada").keep_glances(ground, glances(NORTH))
    bo = Review(project, "Bo")
    bo.keep_glances(ground, glances(south, analyst="Bo"))
    seen = looked_at(project)[PAIR]
    assert seen.share({"Ada"}) + seen.share({"Bo"}) == pytest.approx(1.0) and seen.share() == 1.0
    assert bo.standing.looked == {PAIR: 1.0}
    bo.read_blind(True)
    assert bo.standing.looked[PAIR] == pytest.approx(31 / 63)


def test_a_batch_is_in_the_journal_and_is_no_step(project_with: Callable[..., Project]) -> None:
    project = project_with([("storage-pit", "appeared", 0.9)])
    review, events = Review(project, "Ada"), list[str]()
    ground = ground_of(PAIR, np.ones((1000, 1000), dtype=bool), (0, 0), (1000, 1000))
    review.accept()
    review.keep_glances(ground, glances(NORTH))
    entry = project.journal()[-1]
    assert (entry.action, entry.payload["glances"], entry.payload["seconds"]) == ("looked", 1, 2.0)
    assert verify_chain(project.journal()) is None
    review.subscribe(lambda event, _: events.append(event))
    with Project.open(project.path) as other:
        Review(other, "Bo").keep_glances(ground, glances(WHOLE, analyst="Bo"))
    assert review.undo().startswith("Undone") and "reloaded" not in events
    assert project.verdicts() == ()


def test_counts_and_ledger_tell_what_was_not_looked_at_from_what_was_not_seen(
    project_with: Callable[..., Project],
) -> None:
    project = project_with(site="depot", results=[KindResult("storage-pit", True, "", 0)], false_alarms_per_km2=0.1)
    project.put_source(Source("report", {"title": "A report"}))
    sites = (SiteRole("depot", "at"),)
    project.put_claim(Claim("c1", "report", "Pits", "storage-pit", "new", None, sites, Window(), "asserts", None))
    (before,) = count(project)
    (claimed,) = ledger(project)
    assert before.looked is None and "looked at" not in before.reason + claimed.explanation
    ground = ground_of(PAIR, np.ones((1000, 1000), dtype=bool), (0, 0), (1000, 1000))
    Review(project, "Ada").keep_glances(ground, glances(NORTH))
    (half,) = count(project)
    (claimed,) = ledger(project)
    assert half.looked == pytest.approx(32 / 63) and "51% of the ground was looked at" in half.reason
    assert claimed.status == "not observed" and "the rest was not looked at." in claimed.explanation
    Review(project, "Ada").keep_glances(ground, glances(WHOLE))
    (whole,) = count(project)
    (claimed,) = ledger(project)
    assert whole.looked == 1.0 and "looked at" not in whole.reason + claimed.explanation


def test_tiles_of_a_large_scene_are_larger() -> None:
    ground = ground_of(PAIR, np.ones((100, 20_000), dtype=bool), (0, 0), (20_000, 20_000))
    assert ground.tile_px == 32 and ground.shape == (625, 625)
    seen = looked(ground, glances(View("both", 0, 0, 64, 32, 1.0)))
    assert seen.tiles().sum() == 2
