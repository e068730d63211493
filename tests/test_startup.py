"""Starting is quick because nothing heavy is imported before a command needs it."""

import subprocess
import sys

import pytest

HEAVY = {"numpy", "scipy", "cv2", "skimage", "rasterio", "shapely", "pyproj", "sqlite3", "napari", "qtpy", "rich"}


@pytest.mark.parametrize(
    "statement",
    [
        "import depotwatch",
        "import depotwatch.plugins.cli",
        "from depotwatch.plugins.cli import main; assert main(['--help']) == 0",
        "from depotwatch.plugins.cli import main; assert main(['compare', '--help']) == 0",
    ],
)
def test_nothing_heavy_is_imported_to_start(statement: str) -> None:
    script = f"{statement}\nimport sys\nprint('LOADED', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split("LOADED", 1)[1].split())
    assert sorted(loaded & HEAVY) == []


def test_a_window_opens_without_statistics_that_it_does_not_show() -> None:
    script = "import depotwatch.plugins.viewer.dock, sys; print('scipy.stats' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == "False"
