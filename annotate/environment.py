"""What a result may depend on besides its inputs: versions of depotwatch, of Python and of what computes for it."""

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from .. import __version__

COMPUTING = ("numba", "numpy", "opencv-python-headless", "pyproj", "rasterio", "scikit-image", "scipy", "shapely")


def environment() -> dict[str, str]:
    """Return the versions here by name; the machine is the processor's family."""
    found = {"depotwatch": __version__, "python": platform.python_version(), "machine": platform.machine()}
    for name in COMPUTING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # as where OpenCV came under another name
            continue
    return found


def unlike(recorded: Mapping[str, object], here: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is of another version here, each as "numpy 1.26.4, here 2.1.0"."""
    return tuple(
        f"{name} {recorded.get(name, 'not named')}, here {here.get(name, 'absent')}"
        for name in {**recorded, **here}
        if recorded.get(name) != here.get(name) and name != "python"
    )
