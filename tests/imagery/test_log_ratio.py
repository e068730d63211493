"""The log-ratio shows change in radar pairs of any looks, scale and order, and says what its threshold costs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage
from scipy.stats import chi2

from depotwatch.imagery.change import METHODS, score_change
from depotwatch.imagery.change.smooth import smooth_between_edges
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.normalise import normalise
from depotwatch.imagery.null import MIN_OBJECT_PX
from depotwatch.imagery.null.modes import mode_apart
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.register import register
from depotwatch.imagery.scene import ChangeMap, Scene, ScenePair

PAIRS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "pairs"
Radar = Callable[..., "Made"]
PairOf = Callable[..., ScenePair]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Made:
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    changed: Mask


def scored(pair_of: PairOf, made: Made) -> ChangeMap:
    return score_change(normalise(pair_of(made.before, made.after, sensor="sar")))


def kappa(said: Mask, true: Mask) -> float:
    chance = said.mean() * true.mean() + (1 - said.mean()) * (1 - true.mean())
    return float(((said == true).mean() - chance) / (1 - chance))


def best_kappa(score: NDArray[np.floating], true: Mask) -> float:
    return max(kappa(score > level, true) for level in np.quantile(score, np.linspace(0.3, 0.998, 80)))


def objects(change: ChangeMap) -> int:
    above = (np.nan_to_num(change.score) > 0.5).astype(np.uint8)
    stats = cv2.connectedComponentsWithStats(above, connectivity=8)[2]
    return int((stats[1:, cv2.CC_STAT_AREA] >= MIN_OBJECT_PX).sum())


def predicted(change: ChangeMap) -> float:
    return change.expected_false_alarms_per_km2 * float(np.isfinite(change.score).sum()) * 1e-4


@pytest.mark.parametrize(
    "kind",
    [
        {"looks": (1, 1), "share": 0.1},
        {"looks": (1, 4)},
        {},
        {"grain_px": 1.0, "share": 0.1},
        {"looks": (16, 16), "change_db": 5},
        {"share": 0.01},
        {"share": 0.3},
        {"share": 0.2, "both_ways": True},
        {"share": 0.15, "change_db": -8},
        {"share": 0.1, "season_db": 1.5},
        {"eight_bit": False},
    ],
    ids=str,
)
def test_the_threshold_is_near_the_best_there_is(radar: Radar, pair_of: PairOf, kind: dict[str, float]) -> None:
    made = [radar(seed, **kind) for seed in (1, 2)]
    maps = [scored(pair_of, one) for one in made]
    reached = [kappa(change.score > 0.5, one.changed) for change, one in zip(maps, made, strict=True)]
    possible = [best_kappa(change.score, one.changed) for change, one in zip(maps, made, strict=True)]
    assert np.mean(reached) >= np.mean(possible) - 0.06
    assert np.mean(reached) > 0.75


def test_without_change_as_many_alarms_come_as_are_predicted(radar: Radar, pair_of: PairOf) -> None:
    kinds: list[dict[str, object]] = [
        {},
        {"looks": (1, 1)},
        {"looks": (1, 4)},
        {"looks": (16, 16)},
        {"grain_px": 1.0},
        {"season_db": 1.5},
        {"eight_bit": False},
    ]
    maps = [scored(pair_of, radar(100 + seed, share=0, **kind)) for kind in kinds for seed in range(3)]
    seen, expected = sum(map(objects, maps)), sum(map(predicted, maps))
    low, high = chi2.ppf(0.05, 2 * seen) / 2 / expected, chi2.ppf(0.95, 2 * seen + 2) / 2 / expected
    assert 0.5 <= seen / expected <= 2, (low, high)
    assert all(change.null.halfway is None for change in maps)


@settings(max_examples=8, deadline=None)
@given(gain=st.floats(1e-3, 1e3))
def test_a_gain_changes_nothing(radar: Radar, pair_of: PairOf, gain: float) -> None:
    made = radar(3, size=96, eight_bit=False)
    plain, scaled = (scored(pair_of, one) for one in (made, replace(made, after=gain * made.after)))
    assert np.abs(plain.score - scaled.score).max() < 1e-3


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000))
def test_dates_in_the_other_order_turn_the_sign_and_nothing_else(radar: Radar, pair_of: PairOf, seed: int) -> None:
    made = radar(seed, size=97, share=0.1)
    there, back = scored(pair_of, made), scored(pair_of, Made(made.after, made.before, made.changed))
    assert np.corrcoef(there.signed.ravel(), -back.signed.ravel())[0, 1] > 0.999
    assert np.abs(there.score - back.score).max() < 0.05


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000))
def test_what_lies_under_a_mask_changes_nothing(radar: Radar, pair_of: PairOf, seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = radar(5, size=96)
    pair = pair_of(made.before, made.after, sensor="sar")
    mask = cv2.blur(rng.random((96, 96)), (9, 9)) < 0.58
    maps = []
    for wild in (np.zeros((96, 96)), rng.uniform(0, 6e4, (96, 96)), np.full((96, 96), np.nan)):
        pixels = np.where(mask, pair.after.pixels, wild).astype(np.float32)
        maps.append(score_change(normalise(replace(pair, after=replace(pair.after, pixels=pixels, mask=mask)))))
    assert np.isnan(maps[0].score[~mask]).all() and np.isfinite(maps[0].score).any()
    assert all(np.array_equal(maps[0].score, one.score, equal_nan=True) for one in maps[1:])


def test_nothing_masked_is_averaged_in_and_an_edge_stays_sharp() -> None:
    image = np.where(np.arange(40) < 20, 5.0, 9.0) * np.ones((40, 1))
    mask = np.random.default_rng(1).random((40, 40)) > 0.2
    smoothed = smooth_between_edges(np.where(mask, image, image + 0.5).astype(np.float32), mask, 0.4, 4.0)
    assert np.allclose(smoothed[mask], image[mask], atol=1e-4)


@pytest.mark.parametrize("gaps", [False, True])
def test_a_window_scores_as_the_whole_does(radar: Radar, pair_of: PairOf, gaps: bool) -> None:
    made, method = radar(6, size=200), METHODS["log-ratio"]
    pair = normalise(pair_of(made.before, made.after, sensor="sar"))
    if gaps:
        mask = np.random.default_rng(0).random((200, 200)) > 0.002
        pair = replace(pair, after=replace(pair.after, mask=mask))
    model = method.learn([pair])
    whole, reach = model(pair).signed, method.reach_px
    for top, left in ((0, 0), (60, 40), (120, 130)):
        rows, columns = (slice(max(at - reach, 0), at + 70 + reach) for at in (top, left))
        inside = model(replace(pair, before=part(pair.before, rows, columns), after=part(pair.after, rows, columns)))
        seen = inside.signed[top - rows.start :, left - columns.start :][:70, :70]
        assert np.allclose(seen, whole[top : top + 70, left : left + 70], atol=1e-4, equal_nan=True)


def part(scene: Scene, rows: slice, columns: slice) -> Scene:
    pixels, mask = scene.pixels[:, rows, columns], scene.mask[rows, columns]
    return replace(scene, pixels=pixels, mask=mask, grid=Grid.without_crs(mask.shape, 10.0, 10.0))


def test_decibels_and_their_pictures_give_the_map_that_intensities_give(radar: Radar, pair_of: PairOf) -> None:
    made = radar(7, eight_bit=False, share=0.1)
    decibels = [10 * np.log10(date) - 12 for date in (made.before, made.after)]
    pictures = [np.clip(np.round((db + 40) * stretch), 0, 255) for db, stretch in zip(decibels, (4, 3), strict=True)]
    for dates in ([made.before, made.after], decibels, pictures):
        score = scored(pair_of, Made(dates[0], dates[1], made.changed)).score
        assert kappa(score > 0.5, made.changed) > 0.85


def test_a_scene_mostly_clipped_is_scored_all_the_same(radar: Radar, pair_of: PairOf) -> None:
    made = radar(8, eight_bit=False, share=0.08, change_db=10)
    sea = np.arange(256) < 150
    dates = [np.where(sea & ~made.changed, 0, date) for date in (made.before, made.after)]
    change = scored(pair_of, Made(dates[0], dates[1], made.changed))
    assert kappa(change.score > 0.5, made.changed & ~sea) > 0.5
    near = ndimage.binary_dilation(made.changed, iterations=5)
    assert not (change.score > 0.5)[(np.arange(256) < 140) & ~near].any()


def test_a_second_mode_is_seen_and_a_long_tail_is_none() -> None:
    rng = np.random.default_rng(9)
    unchanged = rng.normal(size=60_000)
    assert mode_apart(np.concatenate([unchanged, rng.normal(8, 1.5, 3000)]), 1.0) == pytest.approx(8, abs=1)
    assert mode_apart(unchanged, 1.0) is None
    assert mode_apart(rng.laplace(size=60_000), 1.0) is None
    assert mode_apart(np.concatenate([unchanged, rng.exponential(4, 6000)]), 1.0) is None
    assert mode_apart(np.concatenate([unchanged, np.full(40, 9.0)]), 1.0) is None


@pytest.mark.real
@pytest.mark.skipif(not PAIRS.is_dir(), reason="the development imagery is not beside the repository")
@pytest.mark.parametrize("name", ["sar-ottawa", "sar-sanfrancisco"])
def test_real_pairs_reach_a_kappa_near_their_best(name: str) -> None:
    options = ReadOptions(gsd_m=10.0, sensor="sar")
    before, after, truth = (read_scene(PAIRS / name / f"{one}.tif", options) for one in ("before", "after", "truth"))
    change = score_change(normalise(register(before, after)))
    valid = np.isfinite(change.score)
    score, true = change.score[valid], truth.pixels[0][valid] == 1
    assert kappa(score > 0.5, true) >= 0.89
    assert kappa(score > 0.5, true) >= best_kappa(score, true) - 0.03


@pytest.mark.real
@pytest.mark.skipif(not PAIRS.is_dir(), reason="the development imagery is not beside the repository")
def test_real_scenes_under_fresh_speckle_raise_the_alarms_predicted(
    speckle: Callable[..., NDArray[np.float64]], pair_of: PairOf
) -> None:
    options = ReadOptions(gsd_m=10.0, sensor="sar")
    seen, expected = 0, 0.0
    for name in ("sar-ottawa", "sar-sanfrancisco", "null-sar-sanfrancisco", "sentinel1-flood-0013"):
        scene = read_scene(PAIRS / name / "before.tif", options).pixels
        for seed in range(3):
            rng = np.random.default_rng(seed)
            grains = [speckle(rng, scene.shape[1:], 4, 0.6) for _ in range(2)]
            if "flood" in name:  # a picture of decibels, in which speckle adds
                dates = [np.clip(scene + 20 * np.log(grain), 0, 255).round() for grain in grains]
            else:
                dates = [np.clip(scene * np.sqrt(grain), 0, 255).round() for grain in grains]
            change = score_change(normalise(pair_of(dates[0], dates[1], sensor="sar")))
            seen, expected = seen + objects(change), expected + predicted(change)
    assert 0.5 <= seen / expected <= 2
