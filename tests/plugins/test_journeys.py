"""Whole journeys in a real window, with keys and clicks sent to it from outside, as by a keyboard and a mouse."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageGrab

pytest.importorskip("napari")

from depotwatch.annotate.case import make_demo
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project
from depotwatch.labels.records import Annotation

pytestmark = [pytest.mark.viewer, pytest.mark.long]
PATIENCE_S = 60.0
SCREEN = "1600x1000x24"
WINDOW = Path(__file__).with_name("reported_window.py")
NEEDED = ("Xvfb", "xdotool")


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A display of its own, so that no key ever reaches another program's window."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed; on Debian or Ubuntu: sudo apt install xvfb xdotool")
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        yield f":{server.stdout.readline().strip()}"
        server.terminate()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded case, compared and in a project."""
    return make_demo(tmp_path_factory.mktemp("demo")).project


class Desk:
    """A window on a project: what it tells of itself, and a hand on its keyboard and mouse."""

    def __init__(self, project: Path, screen: str, shots: Path) -> None:
        self.project, self._shots = project, shots
        self._screen, self._told = screen, shots / "told.json"
        self._told.unlink(missing_ok=True)
        environment = {**os.environ, "DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"}
        self._log = (shots / "window.log").open("a+")
        self.window = subprocess.Popen(
            [sys.executable, WINDOW, project, self._told], env=environment, stderr=self._log, stdout=self._log
        )
        self.until(lambda: self.told().get("ready"), "the project to be shown")
        self._hand("search", "--sync", "--onlyvisible", "--name", "depotwatch – ", "windowfocus", "--sync")

    def told(self) -> dict[str, Any]:
        """Return what the window tells of itself now."""
        if self.window.poll() is not None:
            raise AssertionError(f"The window is gone: {self.log()}")
        told: dict[str, Any] = json.loads(self._told.read_text()) if self._told.exists() else {}
        return told

    def log(self) -> str:
        """Return what the window wrote on stdout and stderr."""
        self._log.seek(0)
        return self._log.read()

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait for something to hold."""
        end = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > end:
                self.picture("waiting")
                raise AssertionError(f"Waited {PATIENCE_S:.0f} s for {what}: {self.told()} {self.log()}")
            time.sleep(0.02)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        self._hand("key", "--clearmodifiers", *keys)

    def write(self, text: str) -> None:
        """Type a text."""
        self._hand("type", "--delay", "5", text)

    def click(self, spot: str, right: float = 0.0, down: float = 0.0) -> None:
        """Click on a control; `right` and `down` are shares of its size, off its middle."""
        self.until(lambda: spot in self.told().get("spots", {}), f"{spot} to be seen")
        x, y, width, height = self.told()["spots"][spot]
        self._hand("mousemove", "--sync", str(round(x + right * width)), str(round(y + down * height)), "click", "1")

    def picture(self, name: str) -> None:
        """Keep what the screen shows."""
        ImageGrab.grab(xdisplay=self._screen).save(self._shots / f"{name}.png")

    def decide(self, *keys: str) -> None:
        """Press the keys of one decision, and wait until the window has taken it."""
        before = self.told()["decided"]
        for key in keys:
            self.press(key)
        self.until(lambda: self.told()["decided"] == before + 1, f"the decision of {keys}")

    def kill(self) -> None:
        """End the window as a power cut does."""
        self.window.send_signal(signal.SIGKILL)
        self.window.wait()

    def close(self) -> None:
        """Close it if it is still there."""
        if self.window.poll() is None:
            self.window.terminate()
            self.window.wait()
        self._log.close()

    def _hand(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env={**os.environ, "DISPLAY": self._screen}, check=True, timeout=PATIENCE_S)


Open = Callable[[Path], Desk]


@pytest.fixture
def open_desk(screen: str, tmp_path: Path) -> Iterator[Open]:
    """Open windows on projects; pictures of them stay in DEPOTWATCH_SHOTS where that is set."""
    shots = Path(os.environ.get("DEPOTWATCH_SHOTS") or tmp_path / "shots")
    shots.mkdir(parents=True, exist_ok=True)
    opened: list[Desk] = []

    def open_one(project: Path) -> Desk:
        opened.append(Desk(project, screen, shots))
        return opened[-1]

    yield open_one
    for desk in opened:
        desk.close()


def drawn(project: Path) -> list[Annotation]:
    with Project.open(project, read_only=True) as seen:
        return [one for one in seen.annotations() if one.origin == "analyst"]


def mine(project: Path) -> dict[str, str]:
    with Project.open(project, read_only=True) as seen:
        return {one.annotation: one.value for one in seen.verdicts() if one.analyst == "Ada"}


def tied(project: Path) -> int:
    with Project.open(project, read_only=True) as seen:
        return sum(one.analyst == "Ada" for one in seen.citations())


def test_a_days_work_from_the_demo_to_the_export(demo: Path, open_desk: Open, tmp_path: Path) -> None:
    project = Path(shutil.copytree(demo.parent, tmp_path / "work")) / demo.name
    desk = open_desk(project)

    desk.click("remark")  # the focus has been in a text field
    desk.write("yes, a new berm")
    desk.press("Return")
    desk.decide("y")
    assert len(mine(project)) == 1
    desk.press("F2")  # and by the keyboard alone: into the dock, to a button, and out again
    desk.until(lambda: "candidate queue" in desk.told()["focus"], "the keyboard to be in the queue")
    desk.press("Tab")
    desk.until(lambda: "accept" in desk.told()["focus"], "the button to accept")
    desk.decide("space")
    desk.press("Escape")
    desk.until(lambda: "accept" not in desk.told()["focus"], "the button to be left")
    desk.click("Create a new shapes layer")  # and a Shapes layer of the analyst's own is active
    desk.until(lambda: desk.told()["active"].endswith("Shapes"), "the new layer to be active")
    desk.decide("y")
    desk.click("canvas", right=-0.3, down=0.3)
    for number in range(17):
        desk.decide(*(("y",), ("n", "2"), ("q",))[number % 3])
    assert sorted(mine(project).values()) == ["accepted"] * 9 + ["rejected"] * 6 + ["unsure"] * 5
    desk.picture("decided")

    for number in range(3):
        left, top = -0.2 + 0.15 * number, -0.15 + 0.1 * number
        if number == 0:
            desk.click("Draw  P")  # the key is napari's own while that layer is active
        else:
            desk.press("p")
        desk.until(lambda: desk.told()["drawing"], "the drawing to begin")
        for right, down in ((0, 0), (0.06, 0), (0.06, 0.08), (0, 0.08)):
            desk.click("canvas", left + right, top + down)
        desk.press("Return")
        desk.until(lambda: not desk.told()["drawing"], "the drawing to be kept")
    desk.until(lambda: len(drawn(project)) == 3, "three drawings on disk")
    assert desk.told()["foreign shapes"] == 0  # nothing went onto the analyst's own layer
    desk.picture("drawn")

    desk.click("first claim")
    desk.click("supports")
    desk.until(lambda: tied(project) == 1, "the tie on disk")
    desk.picture("tied")
    desk.press("s")
    desk.until(lambda: desk.told()["mode"] == "swipe", "the curtain")
    desk.press("Up")
    desk.until(lambda: view_of(project).get("place") == desk.told()["current"], "the view to be kept")
    left_at = desk.told()
    desk.kill()

    again = open_desk(project)
    back = again.told()
    assert (back["current"], back["mode"], back["decided"]) == tuple(left_at[name] for name in STAYS)
    assert back["camera"] == pytest.approx(left_at["camera"], rel=0.02, abs=0.5)
    again.picture("reopened")
    again.press("ctrl+z")
    again.until(lambda: tied(project) == 0, "the tie to be undone, after a kill and a restart")
    again.press("ctrl+shift+z")
    again.until(lambda: tied(project) == 1, "and done again")

    again.press("ctrl+shift+p")
    again.write("export reviewed places")
    again.press("Return")
    again.until(lambda: "file name" in again.told()["spots"], "the dialog")
    again.press("ctrl+a")
    again.write(str(tmp_path / "out.geojson"))
    again.press("Return")
    again.until((tmp_path / "out.geojson").is_file, "the export")
    features = json.loads((tmp_path / "out.geojson").read_text())["features"]
    assert sum(one["properties"]["origin"] == "analyst" for one in features) == 3
    assert "Traceback" not in again.log()


STAYS = ("current", "mode", "decided")


def view_of(project: Path) -> dict[str, Any]:
    with Project.open(project, read_only=True) as seen:
        kept: dict[str, Any] = json.loads(seen.preference("view of Ada") or "{}")
    return kept


def test_a_kill_in_the_midst_of_deciding_loses_nothing_that_was_shown(
    demo: Path, open_desk: Open, tmp_path: Path
) -> None:
    project = Path(shutil.copytree(demo.parent, tmp_path / "work")) / demo.name
    desk = open_desk(project)
    desk.press(*"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy")
    desk.until(lambda: desk.told()["decided"] >= 5, "some decisions")
    shown = desk.told()["decided"]
    desk.kill()
    with Project.open(project) as seen:
        assert verify_chain(seen.journal()) is None
    assert len(mine(project)) >= shown
