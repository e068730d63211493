"""Text files of others: JSON within limits."""

import json
from pathlib import Path
from typing import Any

from ..errors import ImportFileError


def parsed_json(path: Path) -> dict[str, Any]:
    """Return the JSON object of a file; ImportFileError where there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_refuse)
    except RecursionError as error:
        raise ImportFileError(f"{path} is nested too deeply to be read: it is no file of labels.") from error
    except ValueError as error:  # JSON and UTF-8 alike
        raise ImportFileError(f"{path} is no JSON that can be read ({error}): check the file.") from error
    if not isinstance(found, dict):
        raise ImportFileError(f"{path} is no JSON object: check the file.")
    return found


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")
