"""
Storage pits: earth walls around a floor, told by what the sun makes of them.

Each wall shows a bright and a dark flank whose order the sun's azimuth fixes; a cleared patch or a roof does not.
Where the sun is not known, eight azimuths are tried and the best is named, at the price of a higher threshold.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from ...imagery.scene import ChangeMap, Floats, Mask, ScenePair, Sun
from ...labels.records import Count
from ..kinds import Kind
from ..testable import Testability
from . import matched, relief
from .brightness import brightness
from .detection import Cancelled, Detection, calibrated, raise_if
from .frame import MetricFrame

FINEST_STEP_M = 1.0  # walls are several metres wide; finer sampling adds noise and time
CELL_M = 16.0
LARGEST_CHANGE = 1.0  # of the median level: no light on soil does more, metal roofs do
SECTORS = 8
OMITTED = 3  # neighbouring sectors, enough to hold one side of a wall
LEAST_SHARE = 0.2  # of the expected score that must be left for the rest to speak
LEAST_PART = 0.01
COHERENT = 0.5  # share of the expected score that its own parts must bear out
GAIN_SPREAD = 0.7  # of its logarithm: slopes of 15 to 40 degrees, and soil lighter or darker than its surroundings
LEAST_LEVEL = 0.05  # of the median: darker ground has no shading to speak of


@dataclass(frozen=True, eq=False)
class View:
    """The pair in a metric frame: noise-normalised image to search, its noise level, and both dates."""

    frame: MetricFrame
    image: Floats
    noise: Floats
    valid: Mask
    before: Floats
    after: Floats


@dataclass(frozen=True, eq=False)
class Evidence:
    """
    What speaks for one template at one place.

    In noise units, but for `gain`, the contrast found over what the template gives the ground around it, and `sign`, 1
    for what the after date has and -1 for the before date.
    """

    template: relief.Template
    row: int
    column: int
    filter_z: float
    balanced_z: float
    misfit: float
    gain: float
    before_z: float
    after_z: float
    sign: int

    @property
    def statistic(self) -> float:
        """
        The lesser of the balanced score and that of its own date alone, over the misfit, times the plausibility.

        Neither one side alone, nor a wall that the other date lost or had, nor a bad fit can raise it.
        """
        return min(self.balanced_z, self.own_z - abs(self.other_z)) / max(self.misfit, 1.0) * self.plausibility

    @property
    def own_z(self) -> float:
        """Score on the date that shows it."""
        return self.after_z if self.sign > 0 else self.before_z

    @property
    def other_z(self) -> float:
        """Score on the date that does not."""
        return self.before_z if self.sign > 0 else self.after_z

    @property
    def plausibility(self) -> float:
        """How well the gain suits loose soil: 1 where shading is as strong as the template says."""
        return float(np.exp(-0.5 * (np.log(max(self.gain, 1e-3)) / GAIN_SPREAD) ** 2))


def storage_pits(
    pair: ScenePair, change: ChangeMap, kind: Kind, testability: Testability, cancelled: Cancelled | None = None
) -> list[Detection]:
    """
    Find pits that appeared or vanished.

    Parameters
    ----------
    pair
        Registered and normalised.
    change
        Its change map; not used, as walls show in the brightness itself.
    kind
        Bounds of the outer size.
    testability
        Whether pits may be counted at this pixel size.
    cancelled
        Asked between templates.
    """
    view = _view(pair)
    found = []
    for word, scene, sign in (("appeared", pair.after, 1), ("vanished", pair.before, -1)):
        sun = scene.acquisition.sun
        kernels = _kernels(kind, (sun,) if sun is not None else relief.ASSUMED_SUNS, view)
        for evidence, threshold in _search(view, sign, kernels, cancelled):
            found.append(_detection(evidence, threshold, word, sun is not None, view, kind, testability))
    return found


def _view(pair: ScenePair) -> View:
    frame = MetricFrame.over(pair.grid, max(pair.grid.mean_gsd_m, FINEST_STEP_M))
    (before, valid), (after, _) = (frame.resample(date, pair.valid) for date in brightness(pair))
    change = np.clip(after - before, -LARGEST_CHANGE, LARGEST_CHANGE)
    middle = float(np.median(change[valid])) if valid.any() else 0.0
    change = np.where(valid, change - middle, 0).astype(np.float32)
    noise = matched.noise_level(change, valid, max(2, round(CELL_M / frame.step_m)))
    return View(frame, np.asarray(change / noise, dtype=np.float32), noise, valid, before, after)


def _kernels(kind: Kind, suns: tuple[Sun, ...], view: View) -> matched.Kernels:
    step = view.frame.step_m
    size = 2 * int(np.ceil((kind.length_m[1] * 1.42 + 16) / step / 2))
    optics = relief.Optics(step, view.frame.grid.mean_gsd_m)
    spectrum = matched.power(view.image, view.valid, size, step)
    templates = [template for sun in suns for template in relief.bank(kind, sun, optics, size)]
    return matched.whiten(templates, spectrum)


def _search(
    view: View, sign: int, kernels: matched.Kernels, cancelled: Cancelled | None
) -> Iterator[tuple[Evidence, float]]:
    best = np.full(view.image.shape, -np.inf, dtype=np.float32)
    index = np.zeros(view.image.shape, dtype=np.int16)
    widths: list[float] = []
    correlate = matched.Correlator(view.image, kernels.arrays.shape[-1])
    for number, kernel in enumerate(kernels.arrays):
        raise_if(cancelled)
        score = sign * correlate(kernel)
        widths.append(matched.dispersion(score[::4, ::4], view.valid[::4, ::4]))
        np.copyto(index, number, where=score > best)
        np.maximum(best, score, out=best)
    best = np.where(view.valid, best, 0).astype(np.float32)
    threshold = matched.threshold(float(np.median(widths)), len(kernels.templates))
    for row, column in matched.peaks(best, max(1, round(8 / view.frame.step_m)), threshold):
        evidence = _weigh(view, sign, kernels, int(index[row, column]), int(row), int(column))
        if evidence.statistic >= threshold:
            yield evidence, threshold


def _weigh(view: View, sign: int, kernels: matched.Kernels, number: int, row: int, column: int) -> Evidence:
    template, kernel = kernels.templates[number], kernels.arrays[number]
    size, step = kernel.shape[0], view.frame.step_m
    image = sign * matched.patch(view.image, row, column, size)
    east, north = matched.axes(size, step)
    inside = template.wall.distance(east, north) < template.wall.foot_m / 2 + 3
    model = np.concatenate([template.signal[None], template.nuisance])[:, inside].T
    fitted = np.linalg.lstsq(model, image[inside], rcond=None)[0]
    noise = float(view.noise[row, column])
    shown = view.after if sign > 0 else view.before
    level = float(np.median(matched.patch(shown, row, column, size)[inside]))
    before, after = (
        float((matched.patch(date, row, column, size) * kernel).sum()) / noise for date in (view.before, view.after)
    )
    return Evidence(
        template,
        row,
        column,
        float((image * kernel).sum()),
        _balanced(image * kernel, kernels.signals[number] * kernel, template.wall, east, north),
        float((image[inside] - model @ fitted).std()),
        float(fitted[0]) * noise / max(level, LEAST_LEVEL),
        before,
        after,
        sign,
    )


def _balanced(answer: Floats, expected: Floats, wall: relief.Wall, east: Floats, north: Floats) -> float:
    """
    Return the z score that the least favourable omission of a whole side leaves, less what is incoherent.

    The wall is cut into sectors, and each into its outer and inner flank. A lone edge, of a road or of a patch laid
    askew, gives one side or one flank all it has and the others nothing, or the wrong sign.
    """
    turn = np.radians(wall.heading_deg)
    along, across = east * np.sin(turn) + north * np.cos(turn), east * np.cos(turn) - north * np.sin(turn)
    angle = np.arctan2(along / wall.length_m, across / wall.width_m) / (2 * np.pi) * SECTORS
    flank = (wall.distance(east, north) > 0).astype(int)
    part = (np.mod(np.round(angle), SECTORS).astype(int) * 2 + flank).ravel()
    got, due = (np.bincount(part, array.ravel(), 2 * SECTORS) for array in (answer, expected))
    whole, asked = float(got.sum()), float(due.sum())
    sides = [total.reshape(SECTORS, 2).sum(axis=1) for total in (got, due)]
    kept, left = (side.sum() - sum(np.roll(side, -n) for n in range(OMITTED)) for side in sides)
    usable = left > LEAST_SHARE * asked
    if whole <= 0 or not usable.any():
        return whole
    held = due > LEAST_PART * asked
    fair = whole / asked * due[held]
    coherence = float(np.clip(got[held], -fair, fair).sum() / fair.sum())
    return float((kept[usable] / left[usable]).min()) * asked * float(np.clip(coherence / COHERENT, 0, 1))


def _detection(
    evidence: Evidence, threshold: float, change: str, sun_known: bool, view: View, kind: Kind, testability: Testability
) -> Detection:
    wall = evidence.template.wall
    terms: dict[str, float | str | bool] = {
        "evidence": "shading of walls under the known sun" if sun_known else "shading of walls; the sun is not known",
        "sun_azimuth_deg": round(evidence.template.sun.azimuth_deg, 1),
        "statistic": round(evidence.statistic, 3),
        "threshold": round(threshold, 3),
        "filter_z": round(evidence.filter_z, 3),
        "balanced_z": round(evidence.balanced_z, 3),
        "misfit": round(evidence.misfit, 3),
        "relief_gain": round(evidence.gain, 4),
        "before_z": round(evidence.before_z, 3),
        "after_z": round(evidence.after_z, 3),
        "length_m": round(wall.length_m, 1),
        "width_m": round(wall.width_m, 1),
        "heading_deg": round(wall.heading_deg, 1),
    }
    count = Count(1, 1, 1) if testability.count and kind.countable else None
    polygon = _polygon(wall, evidence.row, evidence.column, view.frame)
    return Detection(kind.name, change, "unknown", polygon, calibrated(evidence.statistic, threshold), count, terms)


def _polygon(wall: relief.Wall, row: int, column: int, frame: MetricFrame) -> Polygon:
    turn = np.radians(wall.heading_deg)
    along = np.array([np.sin(turn), -np.cos(turn)]) * wall.length_m / 2 / frame.step_m
    across = np.array([np.cos(turn), np.sin(turn)]) * wall.width_m / 2 / frame.step_m
    if wall.rounding < 1:
        ring = np.array([along + across, along - across, -along - across, across - along])
    else:
        angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)[:, None]
        ring = np.cos(angle) * along + np.sin(angle) * across
    pixels = frame.to_pixels(ring[:, 0] + column, ring[:, 1] + row)
    rows, columns = frame.grid.shape
    return Polygon(pixels).intersection(shapely.box(0, 0, columns, rows))
