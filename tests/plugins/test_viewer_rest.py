"""What waits until the keys rest, and words that move nothing around them."""

from time import sleep
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("napari")
from qtpy.QtCore import QEvent, QObject
from qtpy.QtWidgets import QApplication, QVBoxLayout, QWidget

from depotwatch.plugins.viewer.rest import REST_MS, Rest
from depotwatch.plugins.viewer.still_label import StillLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.viewer
LONG = "score 0.60 and more: 2715 objects of 4 pixels or more, where chance alone would show 0.174 (0.0103 per km²)"


def test_a_work_that_was_asked_for_with_every_key_is_done_once_and_after_the_last_of_them(qtbot: "QtBot") -> None:
    rest, done = Rest(), []

    def work() -> None:
        done.append(True)

    for _ in range(4):
        rest.later(work)
        qtbot.wait(REST_MS // 3)
    assert not done
    qtbot.waitUntil(lambda: bool(done))
    qtbot.wait(2 * REST_MS)
    assert len(done) == 1


def test_the_time_of_rest_begins_when_what_the_key_asked_for_is_over(qtbot: "QtBot") -> None:
    rest, done = Rest(), []
    rest.later(lambda: done.append(True))
    qtbot.wait(REST_MS // 2)
    rest.later(lambda: done.append(True))
    sleep(2 * REST_MS / 1000)  # as where a key takes long: the time that ran is over before a frame could be drawn
    QApplication.processEvents()
    assert not done
    qtbot.waitUntil(lambda: len(done) == 2)


def test_nothing_is_done_once_it_is_stopped_or_of_no_use(qtbot: "QtBot") -> None:
    stopped, useless, done = Rest(), Rest(), []
    useless.ready = lambda: False
    for rest in (stopped, useless):
        rest.later(lambda: done.append(True))
    stopped.stop()
    qtbot.wait(2 * REST_MS)
    assert not done


def test_other_words_lay_nothing_out_anew_unless_they_take_more_room(qtbot: "QtBot") -> None:
    class Heard(QObject):
        number = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            self.number += watched is panel and event.type() == QEvent.Type.LayoutRequest
            return False

    panel, label, heard = QWidget(), StillLabel(), Heard()
    qtbot.addWidget(panel)
    QVBoxLayout(panel).addWidget(label)
    label.setText(LONG)
    panel.resize(200, 400)
    panel.show()
    qtbot.wait(50)
    height = label.height()
    panel.installEventFilter(heard)
    for words in ("score 0.7", LONG.replace("2715", "1033"), ""):
        label.setText(words)
        qtbot.wait(20)
        assert label.text() == words
    assert (heard.number, label.height()) == (0, height)
    label.setText(f"{LONG} {LONG}")
    qtbot.wait(50)
    assert label.height() > height
    panel.resize(800, 400)
    qtbot.wait(50)
    assert label.height() < height
