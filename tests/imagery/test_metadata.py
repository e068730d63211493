"""What is known of an acquisition comes from the file or the user, and is never invented."""

from collections.abc import Mapping

import pytest

from depotwatch.imagery.errors import UnreadableSceneError
from depotwatch.imagery.facts import facts_of_tags, parse_time
from depotwatch.imagery.metadata import ReadOptions, acquisition_of
from depotwatch.imagery.scene import Acquisition, Sun

NOTHING_SAID = ReadOptions()


def known(
    tags: Mapping[str, str], options: ReadOptions = NOTHING_SAID, bands: tuple[str, ...] = ("band1",)
) -> Acquisition:
    return acquisition_of([facts_of_tags(tags)], bands, options, "scene.tif")


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2023-10-16", "2023-10-16"),
        ("2023:10:16 08:31:22", "2023-10-16T08:31:22Z"),
        ("2023-10-16T08:31Z", "2023-10-16T08:31:00Z"),
        ("2023-10-16T10:31:22.75+02:00", "2023-10-16T08:31:22Z"),
        (" 2023-10-16 08:31:22 ", "2023-10-16T08:31:22Z"),
    ],
)
def test_times_are_read_as_utc(text: str, time: str) -> None:
    assert parse_time(text) == time


@pytest.mark.parametrize("text", ["", "yesterday", "2023-13-01", "16.10.2023"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_time(text)


@pytest.mark.parametrize("tag", ["TIFFTAG_DATETIME", "ACQUISITION_DATE", "DATE_ACQUIRED"])
def test_the_time_comes_from_the_tags(tag: str) -> None:
    assert known({tag: "2023-10-16"}).time == "2023-10-16"


def test_a_malformed_time_tag_is_no_knowledge_and_a_malformed_flag_is_an_error() -> None:
    assert known({"ACQUISITION_DATE": "soon", "TIFFTAG_DATETIME": "2021:01:02 03:04:05"}).time == "2021-01-02T03:04:05Z"
    assert known({"ACQUISITION_DATE": "soon"}).time is None
    with pytest.raises(UnreadableSceneError, match="'soon'"):
        known({}, ReadOptions(time="soon"))


def test_the_sun_comes_from_the_tags_and_only_whole() -> None:
    assert known({"SUN_AZIMUTH": "151.5", "SUN_ELEVATION": "42"}).sun == Sun(151.5, 42.0)
    assert known({"SUN_AZIMUTH": "-20", "SUN_ELEVATION": "42"}).sun == Sun(340.0, 42.0)
    assert known({"SUN_AZIMUTH": "151.5"}).sun is None
    assert known({"SUN_AZIMUTH": "south", "SUN_ELEVATION": "42"}).sun is None


@pytest.mark.parametrize("sun", [Sun(10, 0), Sun(10, 91), Sun(400, 30)])
def test_an_impossible_sun_is_refused(sun: Sun) -> None:
    with pytest.raises(UnreadableSceneError, match="not possible"):
        known({}, ReadOptions(sun=sun))


def test_the_user_overrules_the_file() -> None:
    tags = {"ACQUISITION_DATE": "2020-01-01", "SUN_AZIMUTH": "10", "SUN_ELEVATION": "20", "CREDIT": "file"}
    said = known(tags, ReadOptions(time="2023-10-16", sun=Sun(150, 40), credit="user", licence="CC-BY-4.0"))
    assert (said.time, said.sun, said.credit, said.licence) == ("2023-10-16", Sun(150, 40), "user", "CC-BY-4.0")


def test_radar_is_known_by_platform_polarisation_or_flag() -> None:
    assert known({"PLATFORM": "Sentinel-1A"}).sensor == "sar"
    assert known({}, bands=("VV", "VH")).sensor == "sar"
    assert known({}, ReadOptions(sensor="sar")).sensor == "sar"
    assert known({"PLATFORM": "Sentinel-2B"}).sensor == "optical"
    assert known({"PLATFORM": "Sentinel-1A"}, ReadOptions(sensor="optical")).sensor == "optical"
    with pytest.raises(UnreadableSceneError, match="'lidar'"):
        known({}, ReadOptions(sensor="lidar"))


def test_nothing_said_is_nothing_known() -> None:
    assert known({}) == Acquisition()


def test_rendered_pixels_say_so() -> None:
    assert known({"DEPOTWATCH_SYNTHETIC": "YES"}).synthetic
