"""Words that can be read on either theme, and colours that every eye tells apart."""

import re
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000, rgb2lab

pytest.importorskip("napari")
from qtpy.QtCore import Qt
from qtpy.QtGui import QColor, QPalette
from qtpy.QtWidgets import QLabel, QTableView, QWidget

from depotwatch.annotate.kinds import load_kinds
from depotwatch.plugins.viewer import ink
from depotwatch.plugins.viewer.caption import AFTER_COLOUR, BEFORE_COLOUR
from depotwatch.plugins.viewer.launch import records_dock, review_dock
from depotwatch.plugins.viewer.marks import RELATION_COLOURS
from depotwatch.plugins.viewer.outlines import NEUTRAL_COLOUR

if TYPE_CHECKING:
    import napari
    from pytestqt.qtbot import QtBot

MakeViewer = Callable[..., "napari.Viewer"]
APART = 10.0  # CIEDE2000: far more than the 2.3 that is just noticed side by side
EYES = {  # Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def as_seen(colour: str, eye: str) -> NDArray[np.float64]:
    """Return a colour in CIE Lab as an eye sees it."""
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(EYES[eye] @ linear, 0, 1)
    lab: NDArray[np.float64] = rgb2lab(np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055))
    return lab


def apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(deltaE_ciede2000(one, other))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(
    "colours",
    [
        [*(kind.colour for kind in load_kinds().values()), NEUTRAL_COLOUR],
        list(RELATION_COLOURS.values()),
        [BEFORE_COLOUR, AFTER_COLOUR],
    ],
    ids=["kinds", "relations", "dates"],
)
def test_colours_that_mean_something_are_told_apart_by_every_eye(colours: Iterable[str], eye: str) -> None:
    for one, other in combinations(dict.fromkeys(colours), 2):
        assert apart(as_seen(one, eye), as_seen(other, eye)) > APART, (one, other)


@pytest.mark.parametrize("ground", ["#23242b", "#ebe7e6", "#000000", "#ffffff", "#777777"])
@pytest.mark.parametrize("colour", ["#8FD0FF", "#FFE14D", "#8A8F98", "#000000", "#FFFFFF"])
def test_ink_stands_out_on_any_ground(colour: str, ground: str) -> None:
    assert ink.contrast(ink.legible(colour, ground), ground) >= 4.5
    assert ink.contrast("#000000", "#ffffff") == pytest.approx(21)


def test_ink_that_stands_out_already_is_left_as_it_is() -> None:
    assert ink.legible("#8FD0FF", "#23242b") == "#8FD0FF"


@pytest.mark.viewer
def test_every_coloured_word_can_be_read_in_both_themes(
    make_napari_viewer_proxy: MakeViewer, review_project: Path, qtbot: "QtBot"
) -> None:
    viewer = make_napari_viewer_proxy(show=True)
    dock = review_dock(viewer)
    dock.open_project(review_project, "Ada")
    qtbot.waitUntil(lambda: not dock.busy, timeout=60_000)
    for theme in ("dark", "light"):
        viewer.theme = theme
        qtbot.waitUntil(lambda: dock.palette().color(QPalette.ColorRole.Window).name() != "", timeout=10_000)
        found = list(coloured(dock)) + list(coloured(records_dock(viewer)))
        assert len(found) > 8
        assert min(ink.contrast(*one) for one in found) >= 4.4, theme


def coloured(widget: QWidget) -> Iterable[tuple[str, str]]:
    """Yield (colour, ground) of every word in a colour of its own."""
    for label in widget.findChildren(QLabel):
        ground = label.palette().color(QPalette.ColorRole.Window).name()
        yield from ((colour, ground) for colour in re.findall(r"color:(#[0-9A-Fa-f]{6})", label.text()))
    for view in widget.findChildren(QTableView):
        model, ground = view.model(), view.palette().color(QPalette.ColorRole.Base).name()
        for row in range(model.rowCount()):
            colour = model.index(row, 0).data(Qt.ItemDataRole.ForegroundRole)
            if isinstance(colour, QColor):
                yield colour.name(), ground
