"""The page on checking a claim: its commands work in the order in which it shows them."""

import re
import shlex
from pathlib import Path

import pytest

from depotwatch.annotate import Review
from depotwatch.labels.project import Project
from depotwatch.plugins.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.long
def test_every_command_of_the_page_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEPOTWATCH_ANALYST", "Ada")
    (bibliography,) = blocks("bibtex")
    Path("reports.bib").write_text(bibliography, encoding="utf-8")
    Path("page.html").write_text("<p>More than thirty new pits were dug.</p>")
    lines = [line.partition("  #")[0] for block in blocks("sh") for line in block.splitlines()]
    for line in [one for one in lines if one.startswith("depotwatch ")]:
        words = shlex.split(line)[1:]
        if words[0] == "review":  # what the window does, without one
            judge(Path(words[1]), "Bert" if "--blind" in words else "Ada")
            continue
        if words[0] == "adjudicate" and len(words) > 2:
            words[2] = disputed(Path(words[1]))
        if "--head" in words:
            words[words.index("--head") + 1] = head_of(Path("both.gpkg"))
        assert main(words) == 0, f"{line}: {capsys.readouterr().err}"
    out = " ".join(capsys.readouterr().out.split())
    assert "“more than thirty” is read as 31 or more" in out
    assert "“jusqu'à 1 000” is read as 0 to 1,000" in out
    assert "All that could be checked holds." in out
    assert "The journal holds the entry that was noted" in out
    assert "differs" not in out


def judge(project: Path, analyst: str) -> None:
    """Decide the first place of the queue that is decided, the other way round."""
    with Project.open(project) as kept:
        review = Review(kept, analyst)
        place = next(one for one in review.queue() if kept.verdicts(one.id))
        review.select(place.id)
        review.reject("shadow", "A shadow.")


def disputed(project: Path) -> str:
    with Project.open(project, read_only=True) as kept:
        review = Review(kept, "Ada")
        return next(one.id for one in review.queue() if review.verdict_of(one.id) == "disputed")


def head_of(project: Path) -> str:
    with Project.open(project, read_only=True) as kept:
        return next(one for one in reversed(kept.journal()) if one.action != "export").mark
