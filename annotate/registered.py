"""A registration as a comparison keeps it, so that its pair can be shown again without being registered again."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..imagery.scene import Registration, Residual


def kept_registration(registration: Registration) -> dict[str, object]:
    """Return a registration as JSON values, exact enough to lay the after scene to a hundredth of a pixel again."""
    local = registration.local
    residual = {name: value if isfinite(value) else None for name, value in asdict(registration.residual).items()}
    return {
        "model": registration.model.ravel().tolist(),
        "shift_px": list(registration.shift_px),
        "shift_m": list(registration.shift_m),
        "residual": residual,
        "accepted": registration.accepted,
        "local": None if local is None else {"shape": list(local.shape), "px": _packed(local)},
        "local_step_px": registration.local_step_px,
    }


def registration_of(kept: Mapping[str, Any]) -> Registration:
    """Return the registration of what `kept_registration` gave."""
    local = kept["local"]
    return Registration(
        model=np.reshape(np.array(kept["model"], dtype=np.float64), (2, 3)),
        shift_px=(kept["shift_px"][0], kept["shift_px"][1]),
        shift_m=(kept["shift_m"][0], kept["shift_m"][1]),
        residual=_residual(kept["residual"]),
        accepted=kept["accepted"],
        local=None if local is None else _unpacked(local["px"]).reshape(local["shape"]),
        local_step_px=kept["local_step_px"],
    )


def _residual(kept: Mapping[str, Any]) -> Residual:
    median_px, p95_px, median_m, p95_m = (
        nan if kept[name] is None else float(kept[name]) for name in ("median_px", "p95_px", "median_m", "p95_m")
    )
    return Residual(median_px, p95_px, median_m, p95_m, int(kept["points"]))


def _packed(local: NDArray[np.float64]) -> str:
    """Half precision holds a move of a few pixels to a thousandth."""
    return b64encode(zlib.compress(local.astype("<f2").tobytes(), 9)).decode("ascii")


def _unpacked(text: str) -> NDArray[np.float64]:
    return np.frombuffer(zlib.decompress(b64decode(text)), dtype="<f2").astype(np.float64)
