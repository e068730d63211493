"""Product folders on the command line, and what the flags say of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import typer

from depotwatch.imagery.scene import View
from depotwatch.plugins.cli import main
from depotwatch.plugins.cli.flags import SceneFlags, parse_view

Make = Callable[..., Path]
NUMBERS = np.random.default_rng(6).integers(1500, 4000, (4, 96, 96))


def test_unlike_levels_are_refused_in_one_sentence_and_nothing_is_written(
    make_safe: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = make_safe(NUMBERS, level="L1C"), make_safe(NUMBERS, level="L2A")
    assert main(["change", *map(str, folders), str(tmp_path / "map.tif")]) == 1
    told = capsys.readouterr()
    assert told.out == "" and not (tmp_path / "map.tif").exists()
    assert "top-of-atmosphere (L1C)" in told.err and "surface (L2A)" in told.err and "Traceback" not in told.err


def test_a_level_that_is_flagged_counts_as_the_products_own(
    make_safe: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(make_safe(NUMBERS, level="L1C"))
    assert main(["change", folder, folder, str(tmp_path / "map.tif"), "--level", "L1C", "--level", "L2A"]) == 1
    assert "surface (L2A)" in capsys.readouterr().err


def test_an_incomplete_product_is_named(make_safe: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_safe(NUMBERS)
    next(folder.rglob("*_B08_10m.jp2")).unlink()
    assert main(["detect", str(folder), "--project", str(tmp_path / "p.gpkg")]) == 1
    assert "B08_10m.jp2 is missing" in capsys.readouterr().err


def test_scene_flags_once_and_twice() -> None:
    flags = SceneFlags(view=["21.5,77", "8"], level=["L2A"])
    before, after = flags.options()
    assert (before.view, after.view) == (View(21.5, 77.0), View(8.0))
    assert before.level == after.level == "L2A"


@pytest.mark.parametrize("text", ["", "east", "-1", "90,0", "10,361", "1,2,3", "nan"])
def test_a_view_that_is_none_is_wrong_usage(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="OFFNADIR"):
        parse_view(text)
