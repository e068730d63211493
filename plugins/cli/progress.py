"""How far the work is, on stderr: one moving line in a terminal, log lines elsewhere."""

import logging
import sys
from typing import TextIO

CLEAR_LINE = "\r\x1b[2K"
WIDTH = 24


def show_progress(done: float, total: float, what: str) -> None:
    """Rewrite one line of the terminal with how far `what` is; silent where stderr is no terminal."""
    if not sys.stderr.isatty():
        return
    share = min(done / total, 1.0) if total else 1.0
    bar = f"[{'#' * round(share * WIDTH):<{WIDTH}}] {share:4.0%} {what}"
    sys.stderr.write(CLEAR_LINE if share >= 1.0 else CLEAR_LINE + bar)
    sys.stderr.flush()


class _Stderr(logging.Handler):
    """Writes to what stderr is at the time, above the progress line."""

    def emit(self, record: logging.LogRecord) -> None:
        stream: TextIO = sys.stderr
        stream.write((CLEAR_LINE if stream.isatty() else "") + self.format(record) + "\n")
        stream.flush()


def log_to_stderr() -> None:
    """Send depotwatch's own log to stderr, once a process."""
    logger = logging.getLogger("depotwatch")
    logger.setLevel(logging.INFO)
    if not any(isinstance(handler, _Stderr) for handler in logger.handlers):
        logger.addHandler(_Stderr())
