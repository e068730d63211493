"""A comparison: two scenes or one, the settings and the version that ran on them, and what came out."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KindResult:
    """Whether one pair could show one kind, why not, and how many candidates it gave."""

    kind: str
    testable: bool
    reason: str
    candidates: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    The record of one run over one pair, or over one scene alone.

    Parameters
    ----------
    id
        SHA-256 of (before, after, settings, version): the same run again has the same id.
    before, after
        Scene ids; `after` is None for a run over one scene, which finds what is present.
    site
        Site id, or None.
    settings
        What the user chose, JSON values only.
    version
        Of depotwatch.
    refused
        None, or the sentence that says why no map and no candidates were made.
    method
        Change method used; None where refused, and for one scene.
    threshold
        Of the change statistic, in its own units; None where there is no method.
    shift_y_m, shift_x_m
        How far the after scene was moved, south and east positive, metres.
    residual_median_px, residual_p95_px
        Held-out misregistration, before-scene pixels.
    registration
        How the after scene was laid on the before grid, JSON values only, so that it can be laid so again; None where
        refused.
    valid_fraction
        Share of the before grid where every scene has data.
    valid_area_km2
        The same as ground area.
    false_alarms_per_km2
        Candidates expected per square kilometre where nothing changed.
    kinds
        One result a kind, testable or not.
    time
        When it was run, UTC. Not part of the id.
    """

    id: str
    before: str
    after: str | None
    site: str | None
    settings: Mapping[str, object]
    version: str
    refused: str | None
    method: str | None
    threshold: float | None
    shift_y_m: float | None
    shift_x_m: float | None
    residual_median_px: float | None
    residual_p95_px: float | None
    registration: Mapping[str, object] | None
    valid_fraction: float
    valid_area_km2: float
    false_alarms_per_km2: float | None
    kinds: tuple[KindResult, ...]
    time: str
