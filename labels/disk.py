"""What to say when a disk refuses, and the name of a file that is not finished yet."""

import errno
import os
import secrets
from pathlib import Path


def full_sentence(path: Path) -> str:
    """Return the sentence for a full disk."""
    return f"The disk is full while writing {path}: free some space and run the same command again; nothing was lost."


def refusal_sentence(path: Path, error: OSError) -> str:
    """Return the sentence for a file that the operating system will not write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return full_sentence(path)
    return f"{path} cannot be written ({error.strerror}): choose a file in a folder where you may write."


def unfinished(path: Path) -> Path:
    """Return a hidden path beside `path` to write to first; its length does not depend on the name."""
    return path.with_name(f".{secrets.token_hex(8)}.part")


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk; Windows has no way to do it for folders."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
