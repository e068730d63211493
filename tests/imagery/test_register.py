"""The after scene lands where it belongs, or is refused: a wrong registration is worse than none."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from scipy import ndimage

from depotwatch.imagery.errors import CancelledError, NoOverlapError, RegistrationError
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.register import MAX_RESIDUAL_PX, register
from depotwatch.imagery.register import structure as structures
from depotwatch.imagery.register.evidence import MIN_STANDING_OUT, standing_out
from depotwatch.imagery.register.place import locate
from depotwatch.imagery.register.views import Part
from depotwatch.imagery.scene import Acquisition, Scene

Image = NDArray[np.float64]
SIDE, EDGE = 240, 24  # pixels of a scene; of ground around it, so that nothing wraps into view


def ground(seed: int, side: int = SIDE + 2 * EDGE) -> Image:
    """Make fields, roofs and roads with the power spectrum of land."""
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side))
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.normal(size=(side, side))) * frequency**-1.3
    land = np.fft.irfft2(spectrum, (side, side))
    land /= land.std()
    for _ in range(side // 5):
        row, column = rng.integers(0, side - 20, 2)
        height, width = rng.integers(5, 20, 2)
        land[row : row + height, column : column + width] += 1.5 * rng.normal()
    return 1000 + 150 * np.asarray(ndimage.gaussian_filter(land, 0.8))


def scene(
    pixels: Image, grid: Grid | None = None, mask: NDArray[np.bool_] | None = None, sensor: str = "optical"
) -> Scene:
    bands = np.atleast_3d(pixels.T).T.astype(np.float32)
    grid = grid or Grid.without_crs(bands.shape[1:], 10.0, 10.0)
    mask = np.ones(grid.shape, dtype=bool) if mask is None else mask
    names = tuple(f"band{i}" for i in range(1, len(bands) + 1))
    return Scene(grid, np.where(mask, bands, 0), mask, names, Acquisition(sensor=sensor), Path("scene.tif"), "")


def middle(image: Image) -> Image:
    return image[EDGE:-EDGE, EDGE:-EDGE]


def by_spline(order: int) -> Callable[[Image, float, float], Image]:
    return lambda image, down, right: np.asarray(ndimage.shift(image, (down, right), order=order, mode="mirror"))


def by_fourier(image: Image, down: float, right: float) -> Image:
    return np.asarray(np.fft.ifft2(ndimage.fourier_shift(np.fft.fft2(image), (down, right))).real)


SHIFTERS = {"linear": by_spline(1), "cubic": by_spline(3), "quintic": by_spline(5), "fourier": by_fourier}
SHIFTS = [(0.6, -0.4), (-0.25, 0.5), (-3.3, 7.1), (0.0, 0.0)]


def later(image: Image, seed: int) -> Image:
    """Return the same ground under another gain, offset, season and noise."""
    rng = np.random.default_rng([seed, 1])  # not the ground's own draws, or the noise would hold the unshifted ground
    season = ndimage.gaussian_filter(rng.normal(size=image.shape), 15)
    return np.asarray(60 + 1.3 * image * (1 + 0.05 * season / season.std()) + rng.normal(0, 8, image.shape))


@pytest.mark.parametrize("shifter", SHIFTERS.values(), ids=SHIFTERS)
def test_known_shifts_are_found_to_a_fiftieth_of_a_pixel(shifter: Callable[[Image, float, float], Image]) -> None:
    errors = []
    for seed, (down, right) in enumerate(SHIFTS):
        land = ground(seed)
        pair = register(scene(middle(land)), scene(middle(later(shifter(land, down, right), seed))))
        moved = pair.registration.shift_px
        errors.append(float(np.hypot(moved[0] + down, moved[1] + right)))
        assert pair.registration.residual.p95_px < 0.2
        assert pair.registration.local is None
    assert max(errors) <= 0.05
    assert np.median(errors) <= 0.02


def test_the_shift_is_told_in_metres_south_and_east() -> None:
    land = ground(8)
    grid = Grid.without_crs((SIDE, SIDE), 4.0, 2.0)
    pair = register(scene(middle(land), grid), scene(middle(by_fourier(land, 1.5, -2.5)), grid))
    assert pair.registration.shift_px == pytest.approx((-1.5, 2.5), abs=0.03)
    assert pair.registration.shift_m == pytest.approx((-6.0, 5.0), abs=0.15)
    assert pair.registration.residual.p95_m == pytest.approx(pair.registration.residual.p95_px * np.sqrt(8))


def test_the_before_pixels_are_never_touched_and_the_after_pixels_fit_them() -> None:
    land = ground(9)
    before = scene(middle(land))
    kept = before.pixels.copy()
    pair = register(before, scene(middle(by_fourier(land, 0.5, 0.5))))
    assert pair.before is before
    np.testing.assert_array_equal(before.pixels, kept)
    difference = (pair.after.pixels - kept)[:, pair.valid]
    assert np.abs(difference).max() < 0.1 * kept.std()


def test_an_object_that_appears_does_not_pull_the_ground_along() -> None:
    land = ground(10)
    changed = by_fourier(land, 0.6, -0.4)
    changed[60:130, 70:150] = 1700 + by_fourier(ground(11), 0, 0)[60:130, 70:150] / 3
    moved = register(scene(middle(land)), scene(middle(changed))).registration.shift_px
    assert np.hypot(moved[0] + 0.6, moved[1] - 0.4) < 0.05


def test_pixels_that_are_not_valid_change_nothing() -> None:
    land = ground(12)
    mask = np.ones((SIDE, SIDE), dtype=bool)
    mask[20:60, 30:90] = False
    before = scene(middle(land))
    after = scene(middle(by_spline(3)(land, 0.4, 0.3)), mask=mask)
    garbage = replace(after, pixels=np.where(mask, after.pixels, 1e4 * np.random.default_rng(1).random((SIDE, SIDE))))
    results = [
        register(before, candidate) for candidate in (after, replace(garbage, pixels=garbage.pixels.astype(np.float32)))
    ]
    np.testing.assert_array_equal(results[0].registration.model, results[1].registration.model)
    np.testing.assert_array_equal(results[0].after.pixels, results[1].after.pixels)
    assert not results[0].after.mask[22:58, 32:88].any()


def test_a_field_that_bends_is_followed_where_a_shift_is_not_enough() -> None:
    land = ground(13, 300)
    rows, columns = np.mgrid[:300, :300].astype(float)
    across, down = 0.9 * np.sin(rows / 45), 0.9 * np.cos(columns / 45)
    bent = ndimage.map_coordinates(land, [rows + down, columns + across], order=3, mode="mirror")
    pair = register(scene(land), scene(bent))
    registration = pair.registration
    assert registration.local is not None
    assert registration.residual.p95_px <= MAX_RESIDUAL_PX
    inner = np.s_[30:-30, 30:-30]
    left, straight = (np.abs(image - land)[inner].mean() for image in (pair.after.pixels[0], bent))
    assert left < 0.3 * straight


def utm(epsg: int, size: int, gsd: float, east: float, north: float) -> Grid:
    return Grid((size, size), Affine(gsd, 0, east, 0, -gsd, north), CRS.from_epsg(epsg))


def drawn_on(grid: Grid, reference: Grid, land: Image, off: float) -> Image:
    """Sample ground that lies on `reference` at the pixels of another grid, `off` reference pixels too far right."""
    rows, columns = np.mgrid[: grid.shape[0], : grid.shape[1]]
    at = locate(grid, reference, np.column_stack([columns.ravel(), rows.ravel()]).astype(float))
    return np.asarray(
        ndimage.map_coordinates(land, [at[:, 1], at[:, 0] - off], order=3, mode="mirror").reshape(grid.shape)
    )


@pytest.mark.parametrize("off", [0.0, 1.6])
def test_another_coordinate_system_and_pixel_size_meet_on_the_before_grid(off: float) -> None:
    reference = utm(32636, 260, 10.0, 730_000, 3_755_000)
    lon, lat = reference.lonlat([0, 260], [0, 260])
    degrees = Grid(
        (360, 360),
        Affine(float(np.ptp(lon)) / 360, 0, lon[0], 0, -float(np.ptp(lat)) / 360, lat[0]),
        CRS.from_epsg(4326),
    )
    land = ndimage.gaussian_filter(ground(14, 260), 0.7)
    pair = register(scene(land, reference), scene(drawn_on(degrees, reference, land, off), degrees))
    assert pair.grid == reference
    assert pair.registration.shift_px == pytest.approx((0.0, -off), abs=0.05)


def test_images_that_share_a_corner_are_found_without_georeference() -> None:
    land = ground(15, 420)
    before, after = scene(land[:280, :280]), scene(later(land, 15)[140:, 150:])
    pair = register(before, after)
    assert pair.registration.shift_px == pytest.approx((140, 150), abs=0.05)
    assert pair.valid[145:, 155:].mean() > 0.95
    assert not pair.valid[:138].any() and not pair.valid[:, :148].any()


@pytest.mark.parametrize(("turn_deg", "scale"), [(4.4, 1.0), (-2.2, 1.02), (0.7, 0.985)])
def test_turned_and_scaled_images_that_share_a_part_are_found(turn_deg: float, scale: float) -> None:
    land = ground(16, 460)
    before = land[60:380, 60:380]
    radians = np.radians(turn_deg)
    matrix = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]]) / scale
    centre = np.array([220.0, 220.0])
    turned = ndimage.affine_transform(later(land, 16), matrix, centre - matrix @ centre, order=5, mode="mirror")
    after = turned[150:450, 140:450]
    pair = register(scene(before), scene(after))
    inner = np.s_[:, 100:-5, 100:-5]
    assert pair.valid[inner[1:]].all()
    whole = np.array([[150.0, 150.0], [300.0, 140.0], [160.0, 290.0]])  # column, row
    rows_columns = whole[:, ::-1] + 60
    there = (rows_columns - centre) @ np.linalg.inv(matrix).T + centre - [150, 140]
    moved = pair.registration.model[:, :2] @ whole.T + pair.registration.model[:, 2:]
    np.testing.assert_allclose(moved.T, there[:, ::-1], atol=0.1)


@pytest.mark.parametrize("seed", [20, 21, 22])
def test_unrelated_scenes_are_refused(seed: int) -> None:
    with pytest.raises(RegistrationError, match=r"could not be registered|misregistration left"):
        register(scene(middle(ground(seed))), scene(middle(ground(seed + 100))))


def test_only_a_match_in_its_place_stands_out() -> None:
    def shown(before: Image, after: Image) -> float:
        looks = [structures.brightness(scene(middle(image))) for image in (before, after)]
        fixed, moving = (structures.Image(structures.structure(look), look.mask) for look in looks)
        return standing_out([Part(fixed, moving, 0, 0)])

    land = ground(23)
    assert shown(land, later(land, 23)) > 2 * MIN_STANDING_OUT
    assert shown(land, by_fourier(land, 7, 0)) == 0
    assert all(shown(land, ground(seed)) < MIN_STANDING_OUT for seed in range(50, 60))


def test_water_and_noise_are_refused() -> None:
    rng = np.random.default_rng(3)
    waves = [ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), (1, 4)) for _ in range(2)]
    with pytest.raises(RegistrationError):
        register(scene(waves[0]), scene(waves[1]))


def test_a_flat_image_is_refused() -> None:
    with pytest.raises(RegistrationError):
        register(scene(middle(ground(1))), scene(np.full((SIDE, SIDE), 7.0)))


def test_scenes_of_two_places_share_no_ground() -> None:
    here, there = utm(32636, SIDE, 10, 730_000, 3_755_000), utm(32636, SIDE, 10, 760_000, 3_755_000)
    with pytest.raises(NoOverlapError, match="share no ground"):
        register(scene(middle(ground(1)), here), scene(middle(ground(1)), there))


def test_a_user_may_take_the_publishers_word_where_nothing_can_be_measured() -> None:
    before, after = scene(middle(ground(30))), scene(middle(ground(130)))
    pair = register(before, after, accept_residual=True)
    assert pair.registration.accepted
    assert np.isnan(pair.registration.residual.p95_px)
    np.testing.assert_array_equal(pair.after.pixels, after.pixels)
    smaller = scene(middle(ground(130))[:-40])
    with pytest.raises(RegistrationError):
        register(before, smaller, accept_residual=True)


def test_work_stops_when_asked() -> None:
    land = middle(ground(1))
    with pytest.raises(CancelledError):
        register(scene(land), scene(land), cancelled=lambda: True)


def test_radar_is_registered_through_its_speckle() -> None:
    land = ground(40, 300 + 2 * EDGE)
    looks = 6
    power = np.exp((land - land.mean()) / 150)
    rng = np.random.default_rng(40)
    dates = [
        middle(image) * rng.gamma(looks, 1 / looks, middle(image).shape)
        for image in (power, by_spline(3)(power, 0.5, -1.0))
    ]
    before, after = (scene(np.sqrt(np.maximum(date, 0)), sensor="sar") for date in dates)
    pair = register(before, after)
    assert pair.registration.shift_px == pytest.approx((-0.5, 1.0), abs=0.15)
    assert (pair.after.pixels[:, pair.valid] >= 0).all()
