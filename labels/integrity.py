"""Hashes and the one JSON text that a value has, so that equal things hash equally anywhere."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from .errors import RecordError

_CHUNK_BYTES = 1 << 20


def sha256_file(path: str | Path) -> str:
    """
    Return the SHA-256 of a file's bytes as 64 hexadecimal digits.

    Raises
    ------
    RecordError
        The file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise RecordError(f"{path} cannot be read ({error.strerror}): check the path.") from error
    return digest.hexdigest()


def sha256_bytes(content: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def sha256_text(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_json(value: object) -> str:
    """
    Return the one JSON text of a value: sorted keys, no blanks, no NaN, characters as themselves.

    Raises
    ------
    RecordError
        The value holds something that JSON cannot say.
    """
    try:
        text = json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
        )
        text.encode()
    except (TypeError, ValueError) as error:
        raise RecordError(
            f"{value!r:.200} is not JSON ({error}): use texts, finite numbers, lists and mappings."
        ) from error
    return text


def _plain(value: object) -> object:
    """Turn read-only mappings into what the json module knows."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
