"""What is shipped is what is in the tree: setuptools discovers nothing where the root itself is the package."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import depotwatch

ROOT = Path(__file__).parents[1]
ROOMS = ("annotate", "imagery", "labels", "plugins")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PYPROJECT["tool"]["setuptools"]


def shipped_files() -> list[Path]:
    """Every file below the four rooms, caches aside."""
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*") if file.is_file()]
    return [file for file in files if "__pycache__" not in file.parts and not file.name.startswith(".")]


def package_of(file: Path) -> str:
    return ".".join(("depotwatch", *file.parent.relative_to(ROOT).parts))


def test_packages_are_the_folders_of_code() -> None:
    folders = {package_of(file) for file in shipped_files() if file.suffix == ".py"}
    assert {"depotwatch", *folders} == set(SETUPTOOLS["packages"])


def test_every_folder_of_code_is_a_package() -> None:
    assert not [file for file in shipped_files() if file.suffix == ".py" and not (file.parent / "__init__.py").exists()]


def test_every_data_file_is_shipped() -> None:
    data = [(package_of(file), file.name) for file in shipped_files() if file.suffix != ".py"]
    data += [("depotwatch", "py.typed")]
    patterns = [(package, pattern) for package, names in SETUPTOOLS["package-data"].items() for pattern in names]
    unshipped = [item for item in data if not any(item[0] == p and fnmatch(item[1], q) for p, q in patterns)]
    unused = [p for p in patterns if not any(item[0] == p[0] and fnmatch(item[1], p[1]) for item in data)]
    assert not unshipped
    assert not unused


def test_only_the_marker_of_the_package_stands_at_the_root() -> None:
    assert [file.name for file in ROOT.glob("*.py")] == ["__init__.py"]


def test_one_version_everywhere() -> None:
    assert SETUPTOOLS["dynamic"]["version"] == {"attr": "depotwatch.__version__"}
    version = depotwatch.__version__
    assert f'version: "{version}"' in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_base_install_opens_no_window() -> None:
    base = " ".join(PYPROJECT["project"]["dependencies"]).lower()
    assert not [word for word in ("napari", "qt", "pyside", "magicgui") if word in base]
