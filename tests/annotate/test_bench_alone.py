"""The bench of one date alone: everything that stands that day is to be found, and nothing that had gone."""

from depotwatch.annotate.bench.alone import alone_job, standing
from depotwatch.annotate.bench.detect import Job
from depotwatch.imagery.synthetic import render_case


def test_what_stood_before_counts_and_what_went_does_not() -> None:
    truth = render_case(3, gsd_m=1.0, extent_m=240.0, vary=True).truth
    there = standing(truth)
    assert len(there) == sum(thing.change != "vanished" for thing in truth) > 0
    assert {thing.change for thing in there} == {"present"}


def test_a_scene_alone_is_scored_for_what_one_date_is_searched_for() -> None:
    scored = alone_job(Job(3, 1.0, 240.0, null=False))
    assert "storage-pit" not in scored.tallies and "on one scene alone" in scored.untested["storage-pit"]
    stacks = scored.tallies["container-stack"]
    assert stacks.found > stacks.there / 2 and stacks.area_km2 > 0.05
