"""A registration comes back from a project as it went in."""

import json

import numpy as np
import pytest

from depotwatch.annotate.registered import kept_registration, registration_of
from depotwatch.imagery.scene import Registration, Residual


@pytest.mark.parametrize("bent", [False, True])
def test_a_registration_survives_json(bent: bool) -> None:
    rng = np.random.default_rng(4)
    local = rng.normal(0, 1.5, (40, 61, 2)) if bent else None
    residual = Residual(0.1, float("nan") if bent else 0.3, 1.0, 3.0, 120)
    known = Registration(rng.normal(size=(2, 3)), (1.25, -0.5), (12.5, -5.0), residual, bent, local)
    again = registration_of(json.loads(json.dumps(kept_registration(known), allow_nan=False)))
    assert np.array_equal(again.model, known.model)
    assert (again.shift_px, again.shift_m, again.accepted) == (known.shift_px, known.shift_m, known.accepted)
    assert str(again.residual) == str(known.residual)
    if local is None:
        assert again.local is None
    else:
        assert again.local is not None and np.abs(again.local - local).max() < 0.01
