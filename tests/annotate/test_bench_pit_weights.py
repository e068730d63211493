"""Weights of the pit odds: what separates gets its weight, and the threshold keeps its promise."""

import json
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shapely import Polygon, box

from depotwatch.annotate.bench.pit_places import EXCUSED, NONE, Examples, folder_examples
from depotwatch.annotate.bench.pit_weights import learn, main, to_toml
from depotwatch.annotate.detect.pit.odds import FALSE_PER_KM2, Odds, odds_for
from depotwatch.annotate.detect.pit.terms import COLOURS
from depotwatch.imagery.synthetic import render_case, write_case


def case(seed: int, places: int = 200, pits: int = 10) -> Examples:
    rng = np.random.default_rng(seed)
    which = np.full(places, NONE, dtype=np.int64)
    which[:pits] = np.arange(pits)
    telling = rng.normal(size=places) + 4.0 * (which >= 0)
    terms = np.column_stack([telling, rng.normal(size=places)])
    outlines: tuple[Polygon, ...] = tuple(box(40 * n, 0, 40 * n + 20, 20) for n in range(places))
    return Examples(("telling", "idle"), terms, which, outlines, 1.0)


@pytest.fixture(scope="module")
def learned() -> Odds:
    return learn([[case(seed) for seed in range(10)], [case(seed) for seed in range(10, 20)]], 2.0)


def value(odds: Odds, terms: np.ndarray, names: tuple[str, ...]) -> float:
    found: Mapping[str, float] = dict(zip(names, map(float, terms), strict=True))
    return odds.log_odds(found)


def test_the_term_that_separates_outweighs_the_one_that_does_not(learned: Odds) -> None:
    assert learned.terms["telling"][2] > 1.0 > 5 * abs(learned.terms["idle"][2])


def test_fresh_ground_exceeds_the_threshold_about_as_often_as_promised(learned: Odds) -> None:
    fresh = [case(seed, pits=0) for seed in range(100, 160)]
    above = sum(value(learned, terms, one.names) >= learned.threshold for one in fresh for terms in one.terms)
    assert FALSE_PER_KM2 / 2 < above / len(fresh) < FALSE_PER_KM2 * 2


def test_altered_pits_speak_neither_for_nor_against() -> None:
    plain, excused = case(1), case(1)
    excused.object[:5] = EXCUSED
    excused.terms[:5, 0] = -50.0
    with_them = learn([[excused, *(case(seed) for seed in range(2, 8))]], 2.0)
    without = learn([[plain, *(case(seed) for seed in range(2, 8))]], 2.0)
    assert with_them.terms["telling"][2] == pytest.approx(without.terms["telling"][2], rel=0.2)


def test_a_printed_table_reads_back_as_the_odds_it_was_printed_from(learned: Odds) -> None:
    table = tomllib.loads(to_toml("fine", learned))["fine"]
    assert table["threshold"] == pytest.approx(learned.threshold, abs=1e-3)
    assert {name: tuple(row) for name, row in table["terms"].items()} == {
        name: pytest.approx(row, abs=1e-3) for name, row in learned.terms.items()
    }


def test_one_term_out_of_all_bounds_counts_no_more_than_three_spreads(learned: Odds) -> None:
    far = learned.log_odds({"telling": 1e6, "idle": 0.0})
    mean, spread, *_ = learned.terms["telling"]
    assert far == pytest.approx(learned.log_odds({"telling": mean + 3 * spread, "idle": 0.0}))


def test_each_pixel_size_has_its_table() -> None:
    for colour in (True, False):
        assert odds_for(1.5, colour, False).coarsest_m < odds_for(3.0, colour, False).coarsest_m
        assert odds_for(9.0, colour, False) is odds_for(3.0, colour, False)
        assert odds_for(1.5, colour, True).closer


def test_a_pair_of_one_band_is_judged_without_colour() -> None:
    for step_m, closer in ((1.5, True), (1.5, False), (3.0, False)):
        assert set(COLOURS) & set(odds_for(step_m, True, closer).terms)
        assert not set(COLOURS) & set(odds_for(step_m, False, closer).terms)


def test_weights_without_colour_do_not_know_it() -> None:
    coloured = [replace(case(seed), names=("hue", "idle")) for seed in range(10)]
    odds = learn([coloured], 2.0, colour=False)
    assert set(odds.terms) == {"idle"}
    assert not odds.colour


def test_too_much_of_a_term_can_be_as_bad_as_too_little() -> None:
    cases = []
    for seed in range(12):
        one = case(seed)
        rng = np.random.default_rng(seed)
        one.terms[:, 0] = np.where(
            one.object >= 0, rng.normal(0, 0.3, len(one.object)), rng.normal(0, 3, len(one.object))
        )
        cases.append(one)
    odds = learn([cases], 2.0)
    middle, low, high = (odds.log_odds({"telling": value, "idle": 0.0}) for value in (0.0, -6.0, 6.0))
    assert middle > max(low, high) + 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One rendered case, as the command expects it."""
    whole = tmp_path_factory.mktemp("cases")
    write_case(render_case(3, 3.0, 300.0), whole / "one")
    return whole


def test_what_was_found_is_kept_until_the_case_changes(folder: Path, tmp_path: Path) -> None:
    first = folder_examples(folder / "one", True, tmp_path)
    (kept,) = tmp_path.glob("*.json")
    again = folder_examples(folder / "one", True, tmp_path)
    assert again.names == first.names and np.array_equal(again.object, first.object)
    assert again.terms == pytest.approx(first.terms)
    plain = json.loads(kept.read_text(encoding="utf-8"))
    kept.write_text(json.dumps(plain | {"area_km2": 7.5}), encoding="utf-8")
    assert folder_examples(folder / "one", True, tmp_path).area_km2 == 7.5  # read, not worked out again
    truth = folder / "one" / "truth.json"
    truth.write_text(truth.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert folder_examples(folder / "one", True, tmp_path).area_km2 == pytest.approx(first.area_km2)


def test_the_command_prints_the_table_that_was_asked_for(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(5):
        shutil.copytree(folder / "one", tmp_path / "five" / str(number))
    asked = ["search-coarse-grey", str(tmp_path / "five"), "--cache", str(tmp_path / "kept")]
    table = tomllib.loads(main(asked))["search-coarse-grey"]
    assert table["coarsest_m"] == 4 and not table["closer"] and not table["colour"]
    assert "5 of 5" in capsys.readouterr().err


def test_too_few_cases_are_refused(folder: Path) -> None:
    with pytest.raises(SystemExit, match="1 cases: at least 5 are needed"):
        main(["fine", str(folder)])
