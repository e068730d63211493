"""A pair says what it cannot show, with its numbers."""

import numpy as np
import pytest
from shapely import box

from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.site_cover import valid_over
from depotwatch.annotate.testable import alone
from depotwatch.annotate.testable import testable as gate
from depotwatch.imagery.grid import Grid

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


def test_radar_shows_changes_but_no_kind_that_a_detector_tells_by_light_and_shade() -> None:
    shown = {name for name, kind in KINDS.items() if gate(kind, (10.0, 10.0), "sar").detect}
    assert shown == {"unknown"}
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


def test_a_site_under_cloud_is_not_tested_and_the_share_is_of_the_site() -> None:
    hidden = gate(KINDS["storage-pit"], (0.5, 0.5), "optical", 0.02, where="site")
    assert not hidden.detect and "2.0% of the site" in hidden.reason
    partly = gate(KINDS["storage-pit"], (0.5, 0.5), "optical", 0.4, where="site")
    assert partly.detect and "data on 40% of the site" in partly.reason


def test_what_stays_open_without_a_sun_is_said_where_the_kind_can_be_seen() -> None:
    stack, pit = KINDS["container-stack"], KINDS["storage-pit"]
    assert "the sun is not known, so tiers stay open" in gate(stack, (0.5, 0.5), "optical", sun_known=False).reason
    assert "tiers" not in gate(stack, (0.5, 0.5), "optical").reason
    assert "sun" not in gate(pit, BEIRUT, "optical", sun_known=False).reason


def test_pits_at_ten_metres_are_referred_to_their_soil() -> None:
    assert "disturbed soil" in gate(KINDS["storage-pit"], BEIRUT, "optical").reason
    assert "disturbed soil" not in gate(KINDS["storage-pit"], (1.0, 1.0), "optical").reason


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((None, None), "neither date is known, so when it changed cannot be said"),
        (("2023-08-20", None), "the date after is not known"),
        ((None, "2023-08-20"), "the date before is not known"),
        (("2023-08-20T08:00:00Z", "2023-08-20T09:00:00Z"), "both scenes are of 2023-08-20, so only"),
        (("2023-10-16", "2023-08-20"), "the after scene (2023-08-20) is older than the before scene (2023-10-16)"),
    ],
)
def test_dates_that_limit_what_is_said_are_named(days: tuple[str | None, str | None], words: str) -> None:
    answer = gate(KINDS["storage-pit"], (0.5, 0.5), "optical", days=days)
    assert answer.detect and words in answer.reason
    assert answer.reason.endswith(".") and ". " not in answer.reason


def test_known_dates_in_order_need_no_words() -> None:
    plain = gate(KINDS["vessel"], (0.5, 0.5), "optical")
    assert gate(KINDS["vessel"], (0.5, 0.5), "optical", days=("2023-08-20", "2023-10-16")) == plain


def test_one_scene_without_a_date_says_so() -> None:
    answer = alone(gate(KINDS["vessel"], (0.5, 0.5), "optical"), dated=False)
    assert "this scene has 0.5 × 0.5 m; its date is not known" in answer.reason


def test_the_share_of_a_site_counts_what_the_image_does_not_reach() -> None:
    grid = Grid.remembered((100, 100), (10.0, 0.0, 500_000.0, 0.0, -10.0, 4_700_000.0), "EPSG:32636")
    valid = np.ones((100, 100), dtype=bool)
    valid[:, 50:] = False
    west, north = (float(one) for one in grid.lonlat(10, 10))
    east, south = (float(one) for one in grid.lonlat(90, 90))
    site = box(west, south, east, north)
    assert valid_over(site, grid, valid) == pytest.approx(0.5, abs=0.02)
    beyond = box(west - (east - west), south, east, north)
    assert valid_over(beyond, grid, valid) == pytest.approx(50 / 160, abs=0.02)
    assert valid_over(None, grid, valid) == 0.5
