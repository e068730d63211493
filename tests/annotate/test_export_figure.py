"""The figure shows both dates where it may, says what a reader must know, and never shows withheld pixels."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from depotwatch.annotate.exports import FORMATS
from depotwatch.annotate.pictures.figure import SIDE_PX
from depotwatch.annotate.pictures.lettering import drawable, wrapped
from depotwatch.annotate.pictures.licence import condition, withheld
from depotwatch.imagery.scene import Scene
from depotwatch.labels.errors import ExportError
from depotwatch.labels.export import Exported, export
from depotwatch.labels.project import Project

FIGURE = FORMATS["figure"]


def drawn(
    project: Project, verdicts: tuple[str, ...] | None = None
) -> tuple[NDArray[np.uint8], dict[str, str], Exported]:
    out = project.path.with_name("figure.png")
    done = export(project, out, FIGURE, verdicts=verdicts)
    with Image.open(out) as image:
        return np.array(image), dict(image.text), done  # type: ignore[attr-defined]


def colourful(picture: NDArray[np.uint8]) -> float:
    """Return the share of pixels that are no grey: the images are coloured noise, paper and letters are not."""
    return float((np.ptp(picture.astype(int), axis=2) > 40).mean())


def test_it_says_who_may_be_credited_and_what_is_shown(pictured: Project) -> None:
    _, words, done = drawn(pictured)
    assert words["Copyright"] == "Credit of before; licence CC-BY-4.0 | Credit of after; licence CC-BY-4.0"
    assert pictured.journal()[0].mark in words["Source"]
    assert "1: storage-pit, appeared; verdict: accepted; count: 2 to 4; 80 × 40 m" in words["Description"]
    assert "supports claim two" in words["Description"] and done.said == ()


def test_the_later_date_shows_what_appeared_at_the_same_place(pictured: Project) -> None:
    picture, _, _ = drawn(pictured, verdicts=("accepted",))
    grey = (np.ptp(picture.astype(int), axis=2) == 0) & (picture[..., 0] > 90) & (picture[..., 0] < 170)
    box = cv2.morphologyEx(grey.astype(np.uint8), cv2.MORPH_OPEN, np.ones((40, 40), np.uint8)).astype(bool)
    beside = np.roll(box, SIDE_PX + 10, axis=1)
    assert box.sum() > 5000 and (picture[beside] > 250).mean() > 0.95, "the outline's edge is drawn over it"


def test_withheld_pixels_are_outlines_and_the_figure_says_why(pictured: Project) -> None:
    shown = colourful(drawn(pictured)[0])
    for scene in pictured.scenes():
        pictured.put_scene(replace(scene, licence=None))
    picture, words, done = drawn(pictured)
    assert len(done.said) == 2 and all("licence is not stated" in sentence for sentence in done.said)
    assert shown > 0.2 and colourful(picture) < 0.01
    assert "licence not stated" in words["Copyright"]


def test_no_pixel_is_even_read_where_the_licence_is_closed(pictured: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for scene in pictured.scenes():
        pictured.put_scene(replace(scene, licence="closed"))

    def refuse(*_: object, **__: object) -> Scene:
        raise AssertionError("pixels were read")

    monkeypatch.setattr("depotwatch.imagery.scene_file.SceneFile.read", refuse)
    assert all("closed" in sentence for sentence in drawn(pictured)[2].said)


def test_it_is_the_same_twice_and_names_what_is_left_out(pictured: Project) -> None:
    first, place = drawn(pictured)[0], pictured.annotation("p0")
    assert np.array_equal(first, drawn(pictured)[0])
    with pictured.transaction():
        for number in range(8):
            pictured.put_annotation(replace(place, id=f"more{number}"))
    assert drawn(pictured)[2].said == ("The figure shows 8 of 11 labels; choose fewer with --verdict.",)
    with pytest.raises(ExportError, match="no label to draw"):
        drawn(pictured, verdicts=("unsure",))


@pytest.mark.parametrize(
    ("licence", "open_to_all"),
    [
        ("CC0-1.0", True), ("CC-BY-4.0", True), ("CC-BY-SA-3.0-IGO", True), ("CC-BY-NC-4.0", True),
        ("LicenseRef-Copernicus-Sentinel", True), ("PDDL-1.0", True), ("cc-by-4.0", True),
        ("CC-BY-ND-4.0", False), ("CC-BY-NC-ND-4.0", False), ("closed", False), ("no-publish", False),
        ("proprietary", False), ("", False), (" ", False), (None, False), ("CC-BY-4.0 or so", False),
    ],
)  # fmt: skip
def test_the_gate_opens_for_known_licences_alone(licence: str | None, open_to_all: bool, pictured: Project) -> None:
    scene = replace(pictured.scenes()[0], licence=licence)
    assert (withheld(scene) is None) == open_to_all
    assert (condition(scene) is not None) == ("NC" in (licence or ""))


def test_letters_that_the_font_lacks_are_not_boxes(tmp_path: Path) -> None:
    assert drawable("9 × 11 m – 5° “é” ©") == '9 x 11 m - 5 deg "e" ©'
    assert drawable("Тихорецк") == "????????"
    assert wrapped("one two three four", 16, 60, 2) == ["one two", "three ..."]
