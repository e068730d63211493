"""What the user chose for a comparison."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shapely import Polygon

from ..imagery.metadata import ReadOptions


@dataclass(frozen=True)
class Settings:
    """
    What the user chose.

    Parameters
    ----------
    site
        Id of a site of the project, or None.
    area
        Compare only inside this polygon, EPSG:4326 (longitude, latitude).
    method
        Change method, or "auto".
    threshold
        Of the change statistic, in the method's own units; None for the one that the pair's null gives.
    kinds
        Only these kinds; None for all.
    analyst
        In whose name the run is journalled.
    accept_residual
        Go on although the scenes are not registered well enough.
    map_path
        Write the change map there too.
    before, after
        What the user says about each scene.
    control
        A third scene of the place, of a date with no event between it and the before scene: what differs there is the
        null. A file, a product folder, or band files joined by commas.
    control_sha256
        Of its bytes; `compare` fills it in.
    implants
        After the comparison, draw so many things of each searched kind into copies of the after scene, and keep which
        of them are found. It changes no result of the comparison, and is no part of its identity.
    own_kinds
        Kinds of the user's own as `kinds.own_tables` gives them; those that the project keeps are added.
    vessel_length_m
        Say of each vessel whether its length agrees with this one, metres. Which are proposed stays the same; what is
        kept of them does not, so it is a part of the comparison's identity where it is given.
    read_as
        Where scenes are read as a project remembers them: what the comparison that is run again kept of how each was
        first read, before and after, in place of what `before` and `after` would give.
    """

    site: str | None = None
    area: Polygon | None = None
    method: str = "auto"
    threshold: float | None = None
    kinds: tuple[str, ...] | None = None
    analyst: str = "unnamed"
    accept_residual: bool = False
    map_path: Path | None = None
    before: ReadOptions = field(default_factory=ReadOptions)
    after: ReadOptions = field(default_factory=ReadOptions)
    control: str | Path | None = None
    control_sha256: str | None = None
    implants: int = 0
    own_kinds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    vessel_length_m: float | None = None
    read_as: tuple[Mapping[str, object], Mapping[str, object]] | None = None

    def kept(self) -> dict[str, object]:
        """
        Return what changes the result, JSON values only: a part of the comparison's identity.

        Times, credits and licences describe a scene and change no pixel; files are named by their hash.
        """
        before, after = self.read_as or (_read_options(self.before), _read_options(self.after))
        return {
            "area": None if self.area is None else self.area.wkt,
            "method": self.method,
            "kinds": None if self.kinds is None else sorted(self.kinds),
            "accept_residual": self.accept_residual,
            "before": dict(before),
            "after": dict(after),
            **({} if self.threshold is None else {"threshold": self.threshold}),
            **({} if self.control_sha256 is None else {"control": self.control_sha256}),
            **({"own_kinds": {name: dict(table) for name, table in self.own_kinds.items()}} if self.own_kinds else {}),
            **({} if self.vessel_length_m is None else {"vessel_length_m": self.vessel_length_m}),
        }


def _read_options(options: ReadOptions) -> dict[str, object]:
    return {
        "gsd_m": options.gsd_m,
        "sun": None if options.sun is None else [options.sun.azimuth_deg, options.sun.elevation_deg],
        "sensor": options.sensor,
        "gcp": _digest(options.gcp),
        **({} if options.level is None else {"level": options.level}),
    }


def _digest(file: Path | None) -> str | None:
    return None if file is None or not file.is_file() else hashlib.sha256(file.read_bytes()).hexdigest()
