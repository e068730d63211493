"""
The programs our files are made for, as tests call them, and what it means where one is missing.

A test that opens a file of ours with one of them is marked `reader`, and skips where the program is not installed.
`.ci/run` installs them on Debian and says so in DEPOTWATCH_READERS: a skip among these tests is then a failure.
Elsewhere the number skipped is printed, and why. Skip inside a test or a fixture, never a whole module.
"""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Generator
from functools import cache
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

_REQUIRED = {
    "reader": os.environ.get("DEPOTWATCH_READERS") == "required",
    "server": "DEPOTWATCH_SERVERS" in os.environ,
}
_PYTHON = "/usr/bin/python3"  # Debian's own: its modules of GDAL and QGIS do not fit another Python
_VALIDATOR = Path("/usr/lib/python3/dist-packages/osgeo_utils/samples/validate_gpkg.py")
_IN_QGIS = """
import sys
from qgis import core
app = core.QgsApplication([], False)
app.initQgis()
names = {"core": core, "words": sys.argv[2:]}
exec(sys.argv[1], names)
names.clear()  # layers must be gone before QGIS is
sys.stdout.flush()
app.exitQgis()
"""
_SKIPPED = pytest.StashKey[Counter[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_SKIPPED] = Counter()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    marks = [mark for mark in _REQUIRED if item.get_closest_marker(mark) is not None]
    if report.skipped and marks:
        why = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        item.config.stash[_SKIPPED][why.removeprefix("Skipped: ")] += 1
        if any(_REQUIRED[mark] for mark in marks):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} needs a real {marks[0]} and must not be skipped here: {why}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    skipped = config.stash[_SKIPPED]
    if skipped:
        whys = "; ".join(f"{number}: {why}" for why, number in sorted(skipped.items()))
        terminalreporter.write_line(f"Tests with real readers and servers, not run: {whys}.")


@pytest.fixture
def ogr(tmp_path: Path) -> Run:
    """Run ogrinfo or ogr2ogr; its errors fail the test."""
    if shutil.which("ogrinfo") is None or shutil.which("ogr2ogr") is None:
        pytest.skip("ogrinfo and ogr2ogr are not installed (gdal-bin)")

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        return _run(tmp_path, *words)

    return run


@pytest.fixture
def validate_gpkg(tmp_path: Path) -> Callable[[Path], str]:
    """Return what GDAL's validator has against a GeoPackage; "" for nothing."""
    if not _VALIDATOR.exists():
        pytest.skip("validate_gpkg is not installed (python3-gdal)")

    def validate(path: Path) -> str:
        told = _run(tmp_path, _PYTHON, _VALIDATOR, path, check=False)
        return told.stdout * (told.returncode != 0) + told.stderr

    return validate


@pytest.fixture
def qgis(tmp_path: Path) -> Run:
    """Run a script in QGIS without a window: it has `core`, which is `qgis.core`, and the list `words`."""
    if not _has_qgis():
        pytest.skip("QGIS is not installed (python3-qgis)")

    def run(script: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return _run(tmp_path, _PYTHON, "-c", _IN_QGIS, script, *words)

    return run


@cache
def _has_qgis() -> bool:
    if not Path(_PYTHON).exists():
        return False
    asked = subprocess.run([_PYTHON, "-c", "import qgis.core"], capture_output=True, env=_environment(Path("/tmp")))
    return asked.returncode == 0


def _run(home: Path, *words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    command = [str(word) for word in words]
    told = subprocess.run(command, capture_output=True, text=True, env=_environment(home), timeout=120, check=False)
    assert not check or told.returncode == 0, f"{command[0]} gave {told.returncode}: {told.stderr}"
    return told


def _environment(home: Path) -> dict[str, str]:
    """Return an environment without this Python's own libraries and the caller's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    return kept | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "QT_QPA_PLATFORM": "offscreen"}
