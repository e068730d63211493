"""The notebooks run from top to bottom, as a reader would run them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))

# In a process of its own: nbclient talks to the kernel through sockets, which the tests may not open.
RUN = """
import sys
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

specs = KernelSpecManager(kernel_dirs=[])  # none but ipykernel's own, which runs this very Python
manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)
assert manager.kernel_spec.argv[0] == sys.executable, manager.kernel_spec.argv
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, km=manager, timeout=240, resources={"metadata": {"path": sys.argv[2]}}).execute()
"""


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.long
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path: Path, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", RUN, path, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_kept_without_outputs(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert not [cell for cell in notebook["cells"] if cell.get("outputs")]
