"""A stored comparison run again with another threshold or method."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from scipy import ndimage

from depotwatch.annotate import Review, Settings, compare
from depotwatch.annotate.errors import AnnotateError
from depotwatch.annotate.rerun import rerun
from depotwatch.imagery.errors import CancelledError, MethodError
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.labels.project import Project
from depotwatch.labels.records import Comparison

SIDE = 160


def write(path: Path, pixels: np.ndarray, date: str) -> Path:
    place = Affine(10, 0, 500_000.0, 0, -10, 4_700_000.0)
    profile = {"driver": "GTiff", "dtype": "uint16", "count": 3, "height": SIDE, "width": SIDE, "crs": "EPSG:32636"}
    with rasterio.open(path, "w", transform=place, **profile) as out:
        out.write(np.clip(pixels, 1, 65535).astype(np.uint16))
        out.update_tags(TIFFTAG_DATETIME=date)
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A date, and another with a bright clearing and a faint one."""
    rng = np.random.default_rng(4)
    texture = sum(ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), scale) * scale for scale in (1.5, 4, 12))
    before = 2000 + 250 * np.stack([texture * share for share in (0.8, 1.0, 1.2)])
    after = before + rng.normal(0, 25, before.shape)
    after[:, 30:42, 40:56] += 1800
    after[:, 100:112, 90:106] += 500
    return write(tmp_path / "a.tif", before, "2023:08:15 08:30:00"), write(
        tmp_path / "b.tif", after, "2023:10:16 08:31:00"
    )


@pytest.fixture
def project(files: tuple[Path, Path], tmp_path: Path) -> Path:
    path = tmp_path / "p.gpkg"
    compare(*files, path, Settings(before=ReadOptions(sensor="optical"), analyst="Ada"))
    return path


def comparisons(project: Path) -> tuple[Comparison, ...]:
    with Project.open(project, read_only=True) as store:
        return store.comparisons()


def newest(project: Path) -> Comparison:
    with Project.open(project, read_only=True) as store:
        (one,) = store.latest_comparisons()
        return one


def test_a_higher_threshold_is_a_new_comparison_and_the_verdicts_stay(project: Path) -> None:
    old = newest(project)
    assert old.threshold is not None and old.false_alarms_per_km2 is not None
    with Project.open(project) as store:
        review = Review(store, "Ada")
        review.accept()
        judged = store.verdicts()
    higher = rerun(project, old.id, "Bert", "auto", 1.5 * old.threshold)
    assert higher.new
    assert newest(project).id == higher.comparison.id != old.id
    assert higher.comparison.threshold == pytest.approx(1.5 * old.threshold)
    assert higher.comparison.settings == {**old.settings, "threshold": 1.5 * old.threshold}
    assert (higher.comparison.false_alarms_per_km2 or 0.0) < old.false_alarms_per_km2
    assert higher.comparison.shift_x_m == old.shift_x_m
    with Project.open(project) as store:
        assert store.verdicts() == judged
        assert {one.annotation for one in store.candidates(higher.comparison.id)} >= {judged[0].annotation}
        assert store.journal()[-1].analyst == "Bert"
        assert Review(store, "Ada").my_verdict(judged[0].annotation) is not None


def test_the_command_with_that_threshold_finds_the_very_same(
    project: Path, files: tuple[Path, Path], tmp_path: Path
) -> None:
    old = newest(project)
    assert old.threshold is not None
    again = rerun(project, old.id, "Ada", "auto", 0.8 * old.threshold)
    asked = Settings(before=ReadOptions(sensor="optical"), threshold=0.8 * old.threshold)
    direct = compare(*files, tmp_path / "other.gpkg", asked)
    assert direct.comparison.id == again.comparison.id
    assert [replace(one, annotation="") for one in direct.candidates] == [
        replace(one, annotation="") for one in again.candidates
    ]


def test_going_back_makes_the_earlier_comparison_the_newest_again(project: Path) -> None:
    old = newest(project)
    assert old.threshold is not None
    rerun(project, old.id, "Ada", "auto", 2 * old.threshold)
    back = rerun(project, newest(project).id, "Ada", "auto", None)
    assert not back.new
    assert back.comparison.id == old.id == newest(project).id
    with Project.open(project) as store:
        entries = len(store.journal())
    rerun(project, old.id, "Ada", "auto", None)  # and the same once more adds nothing
    with Project.open(project) as store:
        assert len(store.journal()) == entries
        assert len(store.comparisons()) == 2


def test_another_method_is_another_comparison(project: Path) -> None:
    old = newest(project)
    other = rerun(project, old.id, "Ada", "mad", None)
    assert (other.comparison.method, old.method) == ("mad", "change-vector")
    assert other.comparison.settings["method"] == "mad"
    with pytest.raises(MethodError, match="not known"):
        rerun(project, old.id, "Ada", "guess", None)
    with pytest.raises(MethodError, match="above 0"):
        rerun(project, old.id, "Ada", "auto", 0.0)
    assert len(comparisons(project)) == 2


def _move(file: Path) -> None:
    file.rename(file.with_suffix(".moved.tif"))


def _change(file: Path) -> None:
    with rasterio.open(file, "r+") as out:
        out.write(out.read() + 1)


@pytest.mark.parametrize(("harm", "words"), [(_move, "is not there"), (_change, "has changed since")])
def test_a_moved_or_changed_file_is_refused_and_nothing_is_kept(
    project: Path, files: tuple[Path, Path], harm: Callable[[Path], None], words: str
) -> None:
    harm(files[1])
    kept = project.read_bytes()
    with pytest.raises(AnnotateError, match=words):
        rerun(project, newest(project).id, "Ada", "auto", 9.0)
    assert project.read_bytes() == kept


def test_it_can_be_cancelled_and_then_keeps_nothing(project: Path) -> None:
    said: list[str] = []
    with pytest.raises(CancelledError):
        rerun(
            project,
            newest(project).id,
            "Ada",
            "auto",
            9.0,
            progress=lambda done, total, what: said.append(what),
            cancelled=lambda: "score" in said,
        )
    assert len(comparisons(project)) == 1
