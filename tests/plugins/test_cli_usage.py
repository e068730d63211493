"""The command line as a promise: names, flags, exit codes, and where words go."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import depotwatch
from depotwatch.imagery.change import METHODS
from depotwatch.plugins.cli import main

COMMANDS = (
    *"demo compare change detect review count series claims words merge adjudicate".split(),
    *"export import source claim site project search fetch tiles bench".split(),
)
PAIR_FLAGS = {
    "--before-date",
    "--after-date",
    "--gsd",
    "--sun",
    "--sensor",
    "--view",
    "--level",
    "--gcp",
    "--credit",
    "--licence",
    "--area",
}
FLAGS = {
    ("demo",): {"--project", "--headless", "--seed"},
    ("compare",): PAIR_FLAGS
    | {"--project", "--site", "--map", "--method", "--kind", "--kinds", "--accept-residual", "--analyst", "--json"},
    ("change",): PAIR_FLAGS | {"--method", "--json"},
    ("detect",): PAIR_FLAGS | {"--project", "--kinds"},
    ("review",): set(),
    ("count",): {"--by", "--json"},
    ("series",): {"--to", "--start", "--end", "--shortest-stay", "--json"},
    ("claims",): {"--json"},
    ("words",): {"--text", "--json"},
    ("tiles",): {"--zoom", "--out", "--area", "--site", "--date", "--credit", "--licence", "--dry-run", "--offline"},
    ("fetch",): {"--pair", "--item", "--out", "--area", "--bands", "--dry-run", "--offline", "--cache-limit", "--json"},
    ("merge",): {"--json"},
    ("adjudicate",): {"--verdict", "--why", "--reason", "--analyst", "--json"},
    ("export",): {"--format", "--verdict", "--analyst"},
    ("import",): {"--kind", "--property", "--change", "--scene", "--analyst"},
    ("bench",): {"--pairs", "--work", "--part", "--seeds", "--gsd", "--processes", "--cases"},
    ("source", "add"): {"--analyst"},
    ("source", "import"): {"--analyst"},
    ("source", "list"): {"--json"},
    ("source", "attach"): {"--keep", "--archive-url", "--retrieved", "--analyst"},
    ("source", "cite"): {"--html", "--json"},
    ("source", "merge"): {"--analyst"},
    ("claim", "add"): {"--hedge", "--language", "--quote", "--quote-prefix", "--quote-suffix", "--analyst"},
    ("claim", "import"): {"--analyst"},
    ("claim", "list"): {"--json"},
    ("claim", "hedges"): {"--language", "--rules", "--reset", "--json", "--analyst"},
    ("claim", "judge"): {"--observation", "--assessment", "--likelihood", "--confidence", "--analyst"},
    ("site", "add"): {"--analyst"},
    ("site", "list"): {"--json"},
    ("project", "backup"): {"--json"},
}


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert not [name for name in COMMANDS if not re.search(rf"^\s+{name}\s", shown, re.MULTILINE)]


@pytest.mark.parametrize("command", FLAGS, ids=" ".join)
def test_every_command_has_the_flags_that_were_promised(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--help"]) == 0
    shown = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    assert FLAGS[command] <= shown


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"depotwatch {depotwatch.__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["no-such-command"],
        ["compare"],
        ["compare", "a.tif", "b.tif"],
        ["compare", "a.tif", "b.tif", "--project", "p.gpkg", "--no-such-flag"],
        ["compare", "a.tif", "b.tif", "--project", "p.gpkg", "--gsd", "ten"],
        ["compare", "a.tif", "b.tif", "--project", "p.gpkg", "--gsd", "1", "--gsd", "2", "--gsd", "3"],
        ["compare", "a.tif", "b.tif", "--project", "p.gpkg", "--sun", "north"],
        ["compare", "a.tif", "b.tif", "--project", "p.gpkg", "--sun", "180,-5"],
        ["compare", "a.tif", "b.tif", "--project", "p.gpkg", "--view", "90"],
        ["compare", "a.tif", "b.tif", "--project", "p.gpkg", "--view", "10,20,30"],
        ["count"],
        ["source"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_2_and_leaves_stdout_to_results(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    assert told.err or words in ([], ["source"])
    assert not list(tmp_path.iterdir())


def test_the_console_script_answers(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("depotwatch")
    done = subprocess.run([script, "count", "missing.gpkg"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "missing.gpkg" in done.stderr


def test_the_help_names_every_change_method(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["change", "--help"]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert all(f" {method}" in words for method in METHODS)
