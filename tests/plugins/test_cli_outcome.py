"""How commands end: exit codes and sentences, whatever went wrong."""

import errno
import sqlite3

import pytest
import typer

from depotwatch.imagery.errors import NoOverlapError
from depotwatch.plugins.cli import outcome


def ending_of(error: BaseException) -> int:
    def command() -> None:
        raise error

    with pytest.raises(typer.Exit) as ended:
        outcome.answered(command)()
    return int(ended.value.exit_code)


def test_an_expected_error_is_its_own_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending_of(NoOverlapError("The scenes share no ground;\n  choose others.")) == 1
    assert capsys.readouterr().err == "The scenes share no ground; choose others.\n"


def test_an_unexpected_error_is_one_sentence_that_points_to_debug(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending_of(KeyError("gsd")) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "Internal error" in told
    assert "--debug" in told


def test_debug_shows_the_traceback_above_the_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    token = outcome.DEBUG.set(True)
    try:
        ending_of(KeyError("gsd"))
    finally:
        outcome.DEBUG.reset(token)
    assert "Traceback" in capsys.readouterr().err


def test_a_full_disk_is_named_however_deep_it_was_met(capsys: pytest.CaptureFixture[str]) -> None:
    wrapped = RuntimeError("Writing failed.")
    wrapped.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorname = "SQLITE_FULL"
    for error in (wrapped, full, OSError(errno.ENOSPC, "No space left on device")):
        assert ending_of(error) == 1
        assert "disk is full" in capsys.readouterr().err


def test_another_system_error_names_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending_of(PermissionError(errno.EACCES, "Permission denied", "p.gpkg")) == 1
    assert "p.gpkg" in capsys.readouterr().err


def test_the_keyboard_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending_of(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err.count("\n") == 1
