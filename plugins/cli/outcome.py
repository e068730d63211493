"""How a command ends: an exit code, and one sentence on stderr where it failed."""

import errno
import functools
import sys
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec

import typer

P = ParamSpec("P")
DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
DEBUG: ContextVar[bool] = ContextVar("depotwatch_debug", default=False)
DISK_FULL = (
    "The disk is full (or a quota or file size limit is reached), so nothing of this step was kept; "
    "free some space or choose another place, then run it again."
)


def answered(command: Callable[P, None]) -> Callable[P, None]:
    """Wrap a command so that every failure ends in one sentence and exit 1; with --debug the traceback stands above."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.BadParameter, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            tell("Stopped by the keyboard; what was saved before is kept, and nothing is half-written.")
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:  # the outermost boundary: whatever it is, the user gets one sentence
            if DEBUG.get():
                traceback.print_exception(error)
            tell(sentence(error))
            raise typer.Exit(FAILED) from error

    return run


def sentence(error: BaseException) -> str:
    """Return the one sentence that tells the user what failed and what to do."""
    if isinstance(error, _expected()):
        return " ".join(str(error).split())
    if _is_full_disk(error):
        return DISK_FULL
    if isinstance(error, OSError) and error.strerror:
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror}{where}; check the path and whether you may read and write there."
    words = " ".join(f"{type(error).__name__}: {error}".split())
    return f"Internal error ({words}); run again with --debug and report what it prints."


def _expected() -> tuple[type[Exception], ...]:
    """Return the floors' base errors, of floors that are loaded: no error can come from one that is not."""
    root = __name__.split(".", 1)[0]
    bases = {"annotate": "AnnotateError", "imagery": "ImageryError", "labels": "LabelsError", "plugins": "PluginsError"}
    loaded = {name: sys.modules.get(f"{root}.{floor}.errors") for floor, name in bases.items()}
    return tuple(getattr(module, name) for name, module in loaded.items() if module is not None)


def _is_full_disk(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return True
        if getattr(error, "sqlite_errorname", None) == "SQLITE_FULL":
            return True
        error = error.__cause__ or error.__context__
    return False


def tell(line: str) -> None:
    """Write one line to stderr."""
    print(line, file=sys.stderr, flush=True)
