"""A pair says what it cannot show, with its numbers."""

import pytest

from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.testable import testable as gate

KINDS = load_kinds()
BEIRUT = (9.15, 10.97)


def test_ten_metre_pixels_show_no_containers_and_the_reason_has_both_limits_and_the_pixel() -> None:
    answer = gate(KINDS["container-stack"], BEIRUT, "optical")
    assert not answer.detect and not answer.count
    assert answer.reason == (
        "Container stacks need a pixel of at most 3.25 m to be seen and 1 m to be counted; this pair has 9.15 × 11 m."
    )


def test_three_metre_pixels_show_stacks_that_cannot_be_counted() -> None:
    answer = gate(KINDS["container-stack"], (3.0, 3.0), "optical")
    assert answer.detect and not answer.count


@pytest.mark.parametrize(("gsd_m", "seen"), [((4.0, 4.0), True), ((4.1, 1.0), False), ((1.0, 4.1), False)])
def test_the_coarser_side_of_a_pixel_decides(gsd_m: tuple[float, float], seen: bool) -> None:
    assert gate(KINDS["storage-pit"], gsd_m, "optical").detect is seen


def test_the_scale_factor_of_a_projection_does_not_cost_a_kind() -> None:
    assert gate(KINDS["vessel"], (10.004, 10.004), "optical").count


def test_the_coarser_scene_decides() -> None:
    answer = gate(KINDS["storage-pit"], (0.5, 0.5), "optical", after_gsd_m=(10.0, 10.0))
    assert not answer.detect
    assert "0.5 × 0.5 m before and 10 × 10 m after" in answer.reason


def test_two_scenes_of_one_pixel_size_are_named_once() -> None:
    alone, pair = (gate(KINDS["vessel"], (0.5, 0.5), "optical", after_gsd_m=after) for after in (None, (0.5, 0.5)))
    assert alone == pair


def test_radar_shows_vessels_and_changes_but_no_pits_and_no_soil() -> None:
    shown = {name for name, kind in KINDS.items() if gate(kind, (10.0, 10.0), "sar").detect}
    assert shown == {"vessel", "unknown"}
    assert "optical images; this pair is sar" in gate(KINDS["storage-pit"], (0.5, 0.5), "sar").reason


def test_areas_are_seen_at_any_pixel_from_a_stated_size_and_never_counted() -> None:
    answer = gate(KINDS["disturbed-soil"], (30.0, 30.0), "optical")
    assert answer.detect and not answer.count
    assert "at least 60 m across" in answer.reason
    assert not gate(KINDS["disturbed-soil"], (2000.0, 2000.0), "optical").detect


def test_without_map_or_data_nothing_is_testable() -> None:
    without_map = gate(KINDS["storage-pit"], (0.5, 0.5), "optical", has_map=False)
    without_data = gate(KINDS["storage-pit"], (0.5, 0.5), "optical", valid_fraction=0.0)
    assert not without_map.detect and "No change map" in without_map.reason
    assert not without_data.detect and "0 %" in without_data.reason


def test_missing_data_is_named() -> None:
    assert "data on 34% of the area" in gate(KINDS["storage-pit"], (0.5, 0.5), "optical", 0.34).reason
    assert "area" not in gate(KINDS["storage-pit"], (0.5, 0.5), "optical").reason


@pytest.mark.parametrize("name", list(KINDS))
@pytest.mark.parametrize("sensor", ["optical", "sar"])
@pytest.mark.parametrize("gsd", [0.3, 1.0, 3.0, 10.0, 30.0])
def test_what_can_be_counted_can_be_seen_and_the_reason_is_one_sentence(name: str, sensor: str, gsd: float) -> None:
    answer = gate(KINDS[name], (gsd, gsd), sensor)
    assert answer.detect or not answer.count
    assert answer.reason.endswith(".") and ". " not in answer.reason
