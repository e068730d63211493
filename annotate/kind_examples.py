"""Example pictures of kinds: read beside a kinds file, kept small in the project, shown to the reviewer."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..labels.project import Project
from .errors import KindError
from .kind import Kind

Picture = NDArray[np.uint8]
SIDE_PX = 192  # as large as a reviewer is shown them
_KEPT = "examples of {}"


def read_examples(kinds: Mapping[str, Kind], folder: Path) -> dict[str, tuple[Picture, ...]]:
    """
    Return the example pictures of kinds, by kind; kinds without any are left out.

    Parameters
    ----------
    kinds
        Those of a kinds file.
    folder
        Where the file lies, and the pictures beside it.

    Returns
    -------
    dict
        uint8 (rows, columns, 3), red, green, blue; at most 192 pixels a side.

    Raises
    ------
    KindError
        If a file is no picture.
    """
    return {
        name: tuple(_read(kind, folder / one) for one in kind.examples) for name, kind in kinds.items() if kind.examples
    }


def keep_examples(project: Project, examples: Mapping[str, tuple[Picture, ...]]) -> None:
    """Keep example pictures with the project; those of a kind replace the earlier ones."""
    for name, pictures in examples.items():
        chips = [cv2.imencode(".png", cv2.cvtColor(one, cv2.COLOR_RGB2BGR))[1].tobytes() for one in pictures]
        project.set_preference(_KEPT.format(name), json.dumps([b64encode(chip).decode("ascii") for chip in chips]))


def kept_examples(project: Project, kind: str) -> tuple[Picture, ...]:
    """Return the example pictures of a kind that the project keeps, as `read_examples` gives them."""
    kept = project.preference(_KEPT.format(kind))
    return tuple(_picture(b64decode(chip)) for chip in json.loads(kept)) if kept else ()


def _read(kind: Kind, path: Path) -> Picture:
    try:
        picture = _picture(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KindError(
            f"Kind {kind.name}, field examples: {path.name!r} is not a picture that can be read ({error})."
        ) from error
    shrink = SIDE_PX / max(picture.shape[:2])
    if shrink >= 1:
        return picture
    small = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small, dtype=np.uint8)


def _picture(data: bytes) -> Picture:
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if found is None:
        raise ValueError("no picture is in it")
    return np.ascontiguousarray(cv2.cvtColor(found, cv2.COLOR_BGR2RGB), dtype=np.uint8)
