"""How many artefacts are explained as what they are, and how many real changes are explained away."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from ...imagery.scene import Floats, Scene
from ...imagery.synthetic import Case
from ...labels.explained import BY
from .judged import Judged, labelled, rendered
from .scoring import wilson

SEEDS = (101, 102, 103, 104, 105)  # for measuring alone
GSDS_M = (0.5, 1.0)
NAMED = ("storage-pit", "container-stack", "vessel")
LOCAL_PX, LOCAL_M = 0.6, 60.0  # root mean square of a local error of registration, and over what ground it changes
CLOUDS, CLOUD_M, SOFT_M, CLOUD_LEVEL, SHADE = 3, (20.0, 70.0), 4.0, 6500.0, 0.65
CLOUD_HEIGHT_M = (80.0, 300.0)  # low, so that cloud and shadow both fall into a small scene


@dataclass(eq=False)
class ExplainingRow:
    """
    Candidates of one sort of pairs.

    Parameters
    ----------
    name
        What was done to the pairs.
    candidates, flagged
        By sort: "named" real ones of the kinds that detectors know, "other" real ones, and "none" that are no change.
    reasons
        Of the flagged that are no change.
    """

    name: str
    candidates: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, judged: Judged) -> None:
        """Count the candidates of a pair."""
        for one, real in zip(judged.candidates, judged.real, strict=True):
            if real is None:
                continue
            sort = ("named" if one.kind in NAMED else "other") if real else "none"
            self.candidates[sort] += 1
            if one.terms.get(BY):
                self.flagged[sort] += 1
                self.reasons[str(one.terms[BY])] += not real


def bench_explaining(
    pairs: Path | None, seeds: Sequence[int] = SEEDS, gsds: Sequence[float] = GSDS_M
) -> Iterator[ExplainingRow]:
    """
    Compare rendered and real pairs, and count what is explained.

    Parameters
    ----------
    pairs
        Real pairs as `judged.labelled` reads them; None for rendered ones alone.
    seeds, gsds
        Of rendered cases.

    Yields
    ------
    ExplainingRow
        Changed pairs, unchanged ones, those with a local error of registration, with clouds; then real pairs.
    """
    sorts = {
        "rendered, changed": rendered(seeds, gsds),
        "rendered, unchanged": rendered(seeds, gsds, null=True),
        "unchanged, moved locally": rendered(seeds, gsds, null=True, disturbed=moved_locally),
        "unchanged, clouds": rendered(seeds, gsds, null=True, disturbed=clouded),
        "real": labelled(pairs),
    }
    for name, judged in sorts.items():
        row = ExplainingRow(name)
        for one in judged:
            row.add(one)
        if row.candidates:
            yield row


def moved_locally(case: Case) -> Case:
    """Return a case whose after scene is moved by a smooth field, as relief and jitter leave it after registration."""
    rng = np.random.default_rng((case.seed, 31))
    rows, columns = case.after.grid.shape
    right, down = (LOCAL_PX * _field(rng, (rows, columns), LOCAL_M / case.gsd_m) for _ in range(2))
    x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
    bands = [
        cv2.remap(band, x + right, y + down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
        for band in case.after.pixels
    ]
    return _with_after(case, np.stack(bands))


def clouded(case: Case) -> Case:
    """Return a case whose after scene has clouds, and their shadows where the sun puts them."""
    rng = np.random.default_rng((case.seed, 32))
    shape, gsd_m, sun = case.after.grid.shape, case.gsd_m, case.after.acquisition.sun
    assert sun is not None
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]] * gsd_m
    bands = case.after.pixels.astype(np.float32)
    for _ in range(CLOUDS):
        at = rng.uniform(0.15, 0.85, 2) * np.array(shape) * gsd_m
        ragged = 0.18 * _field(rng, shape, 25 / gsd_m)
        cover = np.clip(1.2 - np.hypot(y - at[0], x - at[1]) / rng.uniform(*CLOUD_M) + ragged, 0, 1)
        cover = cv2.GaussianBlur(cover.astype(np.float32), (0, 0), SOFT_M / gsd_m) * np.float32(rng.uniform(0.3, 1.0))
        away = rng.uniform(*CLOUD_HEIGHT_M) / np.tan(np.radians(sun.elevation_deg)) / gsd_m
        azimuth = np.radians(sun.azimuth_deg)
        move = np.array([[1.0, 0.0, -np.sin(azimuth) * away], [0.0, 1.0, np.cos(azimuth) * away]])
        bands = bands * (1 - np.float32(SHADE) * cv2.warpAffine(cover, move, shape[::-1]))
        bands = bands * (1 - cover) + cover * np.float32(CLOUD_LEVEL)
    return _with_after(case, bands)


def _field(rng: np.random.Generator, shape: tuple[int, ...], grain_px: float) -> Floats:
    """Return a smooth random field of unit spread."""
    coarse = rng.normal(size=[max(3, round(side / grain_px) + 2) for side in shape]).astype(np.float32)
    fine = cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(fine / fine.std(), dtype=np.float32)


def _with_after(case: Case, pixels: Floats) -> Case:
    after: Scene = replace(case.after, pixels=np.asarray(np.clip(pixels, 1, 65535), dtype=np.float32))
    return replace(case, after=after)


def to_text(rows: Sequence[ExplainingRow]) -> str:
    """Return the rows as a Markdown table with 90 % intervals."""
    lines = [
        "| pairs | pits, stacks, vessels flagged | other changes flagged | no change flagged | as |",
        f"|{5 * '---|'}",
    ]
    for row in rows:
        cells = [_share(row.flagged[sort], row.candidates[sort]) for sort in ("named", "other", "none")]
        reasons = ", ".join(f"{reason} {number}" for reason, number in row.reasons.most_common() if number)
        lines.append(f"| {row.name} | {' | '.join(cells)} | {reasons or '–'} |")
    return "\n".join(lines)


def _share(flagged: int, of: int) -> str:
    if not of:
        return "–"
    low, best, high = wilson(flagged, of)
    return f"{flagged} of {of}, {best:.2f} ({low:.2f}–{high:.2f})"
