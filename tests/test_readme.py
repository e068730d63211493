"""What the README and the tutorial say is true: their Python runs and their commands exist."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from depotwatch.imagery.synthetic import render_case, write_case
from depotwatch.plugins.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    lines = [line.strip() for page in PAGES for block in blocks(page, "sh") for line in block.splitlines()]
    return [line.partition("  #")[0] for line in lines if line.startswith("depotwatch ")]


@pytest.mark.parametrize("line", commands())
def test_commands_and_flags_exist(line: str) -> None:
    command = typer.main.get_command(app)
    words = shlex.split(line)[1:]
    while words and hasattr(command, "commands"):
        assert words[0] in command.commands, f"there is no command {words[0]!r}"
        command = command.commands[words.pop(0)]
    flags = {flag for parameter in command.params for flag in parameter.opts}
    assert not [word for word in words if word.startswith("--") and word not in flags]


def test_pages_show_commands() -> None:
    assert len(commands()) > 5


@pytest.mark.long
def test_python_of_the_readme_runs(tmp_path: Path) -> None:
    write_case(render_case(11, extent_m=250), tmp_path)
    script = "\n".join(blocks(ROOT / "README.md", "python"))
    assert "compare(" in script
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "candidates" in done.stdout
    assert (tmp_path / "port.gpkg").exists()


def test_pictures_and_links_of_the_pages_exist() -> None:
    for page in PAGES:
        links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        assert not [link for link in links if not (page.parent / link).exists()], page.name


def test_targets_of_the_readme_exist() -> None:
    made = re.findall(r"\bmake ([a-z]+)\b", (ROOT / "README.md").read_text(encoding="utf-8"))
    rules = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"demo", "test"} <= set(made) <= set(rules)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed, as on most Windows machines")
def test_make_help_lists_the_jobs() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "make demo" in done.stdout
