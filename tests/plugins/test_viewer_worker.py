"""Jobs in a thread, and the Qt binding they rely on."""

import sys
import threading
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("qtpy")
from qtpy.QtCore import QObject

from depotwatch.annotate.errors import AnnotateError
from depotwatch.imagery.errors import CancelledError
from depotwatch.plugins.viewer.worker import Cancelled, Job, Progress

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.viewer


def test_a_result_and_its_progress_come_back_to_the_main_thread(qtbot: "QtBot") -> None:
    heard: list[tuple[object, ...]] = []

    def work(progress: Progress, _cancelled: Cancelled) -> str:
        progress(1, 2, "half")
        return threading.current_thread().name

    job = Job(work)
    job.progressed.connect(lambda *told: heard.append((*told, threading.current_thread() is threading.main_thread())))
    with qtbot.waitSignal(job.done) as done:
        job.start()
    assert done.args is not None and done.args[0] != threading.main_thread().name
    assert heard == [(1.0, 2.0, "half", True)]


def test_what_the_user_can_mend_comes_back_as_one_sentence(qtbot: "QtBot") -> None:
    def work(_progress: Progress, _cancelled: Cancelled) -> None:
        raise AnnotateError("Nothing to do;\n   choose something.")

    job = Job(work)
    with qtbot.waitSignal(job.failed) as failed:
        job.start()
    assert failed.args == ["Nothing to do; choose something."]


def test_work_stops_when_it_is_told_to(qtbot: "QtBot") -> None:
    started = threading.Event()

    def work(_progress: Progress, cancelled: Cancelled) -> None:
        started.set()
        while not cancelled():
            threading.Event().wait(0.01)
        raise CancelledError("Stopped as asked.")

    job = Job(work)
    with qtbot.waitSignal(job.stopped):
        job.start()
        assert started.wait(5)
        job.cancel()


def test_an_abandoned_job_tells_nobody(qtbot: "QtBot") -> None:
    let_go, heard = threading.Event(), []
    job = Job(lambda _progress, _cancelled: let_go.wait(5))
    for signal in (job.done, job.failed, job.stopped):
        signal.connect(lambda *_: heard.append(1))
    job.start()
    job.abandon()
    let_go.set()
    qtbot.wait(100)
    assert heard == []


def test_the_qt_binding_keeps_its_references(qtbot: "QtBot") -> None:
    """PySide6 6.12 drops one to None with every call, until a Python below 3.12 aborts: any window then crashes."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(5000):
        thing.setObjectName("name")
    assert sys.getrefcount(None) > before - 1000
