"""Tables and progress: stdout stays readable by people and programs, stderr moves only on a terminal."""

import io
import logging

import pytest

from depotwatch.plugins.cli import output
from depotwatch.plugins.cli.progress import log_to_stderr, show_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_columns_are_as_wide_as_their_longest_cell(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(("kind", "count"), [("storage-pit", 3), ("vessel", None), ("rail-car", "")])
    assert capsys.readouterr().out.splitlines() == [
        "kind         count",
        "-----------  -----",
        "storage-pit  3",
        "vessel       –",
        "rail-car",
    ]


def test_a_terminal_wraps_the_last_column_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("COLUMNS", "50")
    output.print_table(("kind", "reason"), [("storage-pit", "many words " * 12)])
    lines = terminal.getvalue().splitlines()
    assert all(len(line) <= 50 for line in lines)
    assert len(lines) > 4
    assert all(line.startswith(" " * len("storage-pit  ")) for line in lines[3:])


@pytest.mark.parametrize(
    ("bounds", "words"),
    [((3, 3, 3), "3"), ((2, 4, 9), "4 (2 to 9)"), ((2, 4, None), "4 (2 or more)"), ((0, 0, 2), "0 (0 to 2)")],
)
def test_intervals_in_words(bounds: tuple[int, int, int | None], words: str) -> None:
    assert output.interval(*bounds) == words


def test_what_is_no_number_is_not_printed_as_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        output.print_json({"threshold": float("nan")})


def test_progress_is_one_moving_line_on_a_terminal_and_nothing_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    show_progress(1, 4, "register")
    assert capsys.readouterr().err == ""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    show_progress(1, 4, "register")
    show_progress(4, 4, "done")
    told = terminal.getvalue()
    assert " 25% register" in told
    assert "\n" not in told
    assert told.endswith("\x1b[2K"), "the line is cleared at the end"


def test_the_log_goes_to_what_stderr_is_now(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr()
    log_to_stderr()
    logging.getLogger("depotwatch").info("read")
    told = capsys.readouterr()
    assert told.err == "read\n", "once, however often it was set up"
    assert told.out == ""
