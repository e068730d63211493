"""The bench of the window: its synthetic project, and what it says of what was measured."""

from pathlib import Path

import pytest

pytest.importorskip("napari")

from depotwatch.labels.project import Project
from depotwatch.plugins.viewer import opening
from depotwatch.plugins.viewer.bench.project import write_project
from depotwatch.plugins.viewer.bench.review import figures

MEASURED = {
    "empty.start_s": 1.0,
    "empty.frame_p95_s": 0.02,
    "empty.pan_s": 0.02,
    "empty.limits_p95_s": 0.03,
    "empty.peak_mib": 400.0,
    "opening.open_s": 3.5,
    "deciding.accept_p95_s": 0.12,
    "deciding.accept_s": 0.05,
    "threshold.step_p95_s": 0.09,
    "swiping.swipe_s": 0.03,
    "swiping.swipe_uploads": 0.0,
    "large.first_s": 1.5,
    "large.more_mib": 200.0,
    "large.share_read": 0.03,
}


def test_a_figure_is_told_beside_an_empty_napari_and_whether_it_is_reached() -> None:
    rows = [figure.row() for figure in figures(MEASURED)]
    assert "2.5 s | 3 s | yes" in rows[0] and "an empty napari starts in 1.00 s" in rows[0]
    assert "120 ms | 100 ms | no" in rows[1]
    assert "1.5 × | 1.5 × | yes | 30 ms against 20 ms" in rows[3]
    assert [row.count("| yes |") for row in rows] == [1, 0, 1, 1, 1, 1, 1, 1]


def test_the_measured_project_is_synthetic_and_opens(tmp_path: Path) -> None:
    path = write_project(tmp_path, 40, 600)
    with Project.open(path, read_only=True) as project:
        assert project.synthetic and len(project.candidates()) == 40
        assert all(scene.synthetic for scene in project.scenes())
    shown = opening.loading(path, None)(lambda *_: None, lambda: False)
    assert shown.before.mask.shape == (600, 600)
    compared = opening.loading(path, "synthetic")(lambda *_: None, lambda: False)
    assert compared.awaits_map and opening.mapping(compared)(lambda *_: None, lambda: False).change is not None
    assert write_project(tmp_path, 40, 600) == path  # made once
