"""Kinds are data, and a wrong file is refused with the kind and the field."""

from pathlib import Path

import pytest

from depotwatch.annotate.errors import KindError
from depotwatch.annotate.kinds import Kind, kind_named, load_kinds

QUAY_CRANE = """
[quay-crane]
title = "quay crane"
definition = "A gantry on rails along a quay."
unit = "cranes"
length_m = [20.0, 150.0]
width_m = [10.0, 60.0]
feature_m = 15.0
detect_px = 3.0
count_px = 5.0
countable = true
sensors = ["optical"]
colour = "#009E73"
key = "t"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_kinds_of_the_design_are_there_with_their_limits() -> None:
    kinds = load_kinds()
    assert list(kinds) == ["storage-pit", "container-stack", "vessel", "rail-car", "disturbed-soil", "unknown"]
    pit = kinds["storage-pit"]
    assert isinstance(pit, Kind)
    assert pit.detect_gsd_m == pytest.approx(pit.feature_m / pit.detect_px)
    assert kinds["container-stack"].count_gsd_m < kinds["container-stack"].detect_gsd_m
    assert kinds["unknown"].detect_gsd_m == float("inf")


def test_keys_and_colours_tell_the_kinds_apart() -> None:
    kinds = load_kinds().values()
    assert len({kind.key for kind in kinds}) == len({kind.colour for kind in kinds}) == len(kinds)


def test_an_outline_of_a_stack_holds_several_and_a_pit_is_one() -> None:
    kinds = load_kinds()
    assert kinds["storage-pit"].single and kinds["vessel"].single
    assert not kinds["container-stack"].single and not kinds["rail-car"].single


def test_a_users_file_adds_a_kind_and_keeps_the_others(tmp_path: Path) -> None:
    kinds = load_kinds(write(tmp_path, QUAY_CRANE))
    assert kind_named("quay-crane", kinds).unit == "cranes"
    assert "storage-pit" in kinds
    assert "quay-crane" not in load_kinds()


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('title = "quay crane"\n', "", "title"),
        ("feature_m = 15.0", "feature_m = 0", "feature_m"),
        ("feature_m = 15.0", 'feature_m = "wide"', "feature_m"),
        ("length_m = [20.0, 150.0]", "length_m = [150.0, 20.0]", "length_m"),
        ("width_m = [10.0, 60.0]", "width_m = 10.0", "width_m"),
        ("count_px = 5.0", "count_px = 1.0", "count_px"),
        ("detect_px = 3.0", "detect_px = -1", "detect_px"),
        ("countable = true", "countable = 1", "countable"),
        ('sensors = ["optical"]', 'sensors = ["radar"]', "sensors"),
        ('colour = "#009E73"', 'colour = "green"', "colour"),
        ('key = "t"', 'key = "tt"', "key"),
        ('key = "t"', 'key = "j"', "key"),
        ('key = "t"', 'key = "y"', "key"),
        ('key = "t"', 'key = "Y"', "key"),
        ('key = "t"', 'height = 3\nkey = "t"', "height"),
    ],
)
def test_a_wrong_field_is_refused_by_name(tmp_path: Path, old: str, new: str, field: str) -> None:
    assert old in QUAY_CRANE
    with pytest.raises(KindError, match=f"Kind quay-crane, field {field}: "):
        load_kinds(write(tmp_path, QUAY_CRANE.replace(old, new)))


def test_a_built_in_kind_cannot_be_redefined(tmp_path: Path) -> None:
    with pytest.raises(KindError, match=r"vessel.*built in"):
        load_kinds(write(tmp_path, QUAY_CRANE.replace("quay-crane", "vessel")))


def test_a_file_that_is_missing_or_not_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KindError, match="cannot be read"):
        load_kinds(tmp_path / "none.toml")
    with pytest.raises(KindError, match="is not TOML"):
        load_kinds(write(tmp_path, "quay crane"))
    with pytest.raises(KindError, match="expected a table"):
        load_kinds(write(tmp_path, "crane = 3"))
    with pytest.raises(KindError, match="joined by hyphens"):
        load_kinds(write(tmp_path, QUAY_CRANE.replace("[quay-crane]", '["Quay crane"]')))


def test_an_unknown_kind_is_answered_with_those_there_are() -> None:
    with pytest.raises(KindError, match="'crane' is not known; choose one of storage-pit, "):
        kind_named("crane", load_kinds())
