"""The hash that names a scene: of the bytes of its file, or of all its files together."""

import hashlib
from collections.abc import Sequence
from pathlib import Path


def sha256_of(files: Sequence[Path]) -> str:
    """
    Return the SHA-256 of a file's bytes; of several, that of their hashes in order, a line each.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    digests = []
    for file in files:
        with file.open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()
